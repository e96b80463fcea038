"""Records that were read from files go into the database: all files, or after an error none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from matcher.access.roles import Caller
from matcher.errors import InputError
from matcher.importing.read_programme_file import ReadRecord, RecordsFile
from matcher.importing.rows.problem import Problem
from matcher.programme.kind import RecordKind, Value
from matcher.store import audit
from matcher.store import programme as stored
from matcher.store.database import Store
from matcher.store.outcome import Outcome
from matcher.workflows.import_patents import FileResult, ImportResult
from matcher.workflows.programme_records import key_words, settled

_Key = tuple[Value, ...]


@dataclass(slots=True)
class _Saving:
    """What has been saved of one file so far."""

    file: RecordsFile
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    seen: dict[_Key, ReadRecord] = field(default_factory=dict)

    def complain(self, record: ReadRecord, mend: str, *, refused: bool) -> None:
        """Note what is wrong with a record as a whole."""
        self.problems.append(
            Problem(self.file.file, record.sheet, record.row, None, None, mend, refused)
        )


def save_records(store: Store, read: Sequence[RecordsFile], *, by: Caller) -> ImportResult:
    """Bring the database up to date with the files. A cell that is empty changes nothing.

    A record that cannot go in becomes a problem and stops no other.
    """
    with store.writing() as connection:
        return ImportResult(tuple(_save_file(connection, file, by) for file in read))


def _save_file(connection: Connection, file: RecordsFile, by: Caller) -> FileResult:
    saving = _Saving(file)
    for record in file.records:
        _save_record(connection, saving, record)
    counts = {
        "new": saving.outcomes["new"],
        "changed": saving.outcomes["changed"],
        "unchanged": saving.outcomes["unchanged"],
        "refused": file.rows - saving.outcomes.total(),
    }
    audit.append(
        connection, by=by, action="programme.imported", subject=file.kind.name, details=counts
    )
    return FileResult(
        file=file.file,
        format="custom",
        kind=file.kind.name,
        rows=file.rows,
        problems=(*file.problems, *saving.problems),
        **counts,
    )


def _save_record(connection: Connection, saving: _Saving, record: ReadRecord) -> None:
    kind = saving.file.kind
    key = tuple(record.values[name] for name in kind.key)
    first = saving.seen.setdefault(key, record)
    if first is not record and first.values != record.values:
        mend = (
            f"row {first.row} says something else of the same record "
            f"({key_words(kind, record.values)}): keep one of the two"
        )
        saving.complain(record, mend, refused=True)
        return
    try:
        saving.outcomes[_saved(connection, kind, record)] += 1
    except InputError as problem:
        saving.complain(record, str(problem), refused=True)
        return
    if "patent" in record.values:
        known, _ = stored.institution_of_patent(connection, str(record.values["patent"]))
        if not known:
            mend = "the catalogue has no such patent yet: the record waits for it"
            saving.complain(record, mend, refused=False)


def _saved(connection: Connection, kind: RecordKind, record: ReadRecord) -> Outcome:
    known = stored.find_by_key(connection, kind, record.values)
    if known is None:
        stored.add(connection, kind, settled(connection, kind, record.values, None))
        return "new"
    values = settled(connection, kind, {**known.values, **record.values}, None)
    if values == known.values:
        return "unchanged"
    stored.change(connection, kind, known, values)
    return "changed"
