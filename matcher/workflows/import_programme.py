"""Import of programme records that were read from files: all files, or after an error none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from matcher.access.roles import Caller
from matcher.errors import InputError
from matcher.importing.read_programme_file import ReadRecord, RecordsFile
from matcher.importing.rows.problem import Problem
from matcher.language.messages import _
from matcher.programme.fields import Value
from matcher.programme.record import RecordKind
from matcher.store import audit
from matcher.store import programme as stored
from matcher.store.database import SaveOutcome, Store
from matcher.workflows.import_patents import FileResult, ImportResult
from matcher.workflows.programme_joining import as_entered
from matcher.workflows.programme_records import complete_values, key_label

_RecordKey = tuple[Value, ...]


@dataclass(slots=True)
class _Saving:
    """Outcomes and problems of one file so far."""

    file: RecordsFile
    outcomes: Counter[SaveOutcome] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    seen: dict[_RecordKey, ReadRecord] = field(default_factory=dict)

    def add_problem(self, record: ReadRecord, fix: str, *, refused: bool) -> None:
        """Add a problem with a record as a whole."""
        self.problems.append(
            Problem(self.file.file, record.sheet, record.row, None, None, fix, refused)
        )


def save_records(store: Store, read: Sequence[RecordsFile], *, by: Caller) -> ImportResult:
    """Save the records of the files; an empty cell changes nothing.

    A record that cannot be saved becomes a problem and stops no other.
    """
    with store.writing() as connection:
        return ImportResult(tuple(save_records_file(connection, file, by) for file in read))


def save_records_file(connection: Connection, file: RecordsFile, by: Caller) -> FileResult:
    """Save the records of one file in the caller's transaction."""
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
        new=counts["new"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        refused=counts["refused"],
        problems=(*file.problems, *saving.problems),
    )


def _save_record(connection: Connection, saving: _Saving, record: ReadRecord) -> None:
    kind = saving.file.kind
    key = tuple(record.values[name] for name in kind.key)
    first = saving.seen.setdefault(key, record)
    if first is not record and first.values != record.values:
        fix = _(
            "row {row} says something else of the same record ({key_label}): keep one of the two",
            row=first.row,
            key_label=key_label(kind, record.values),
        )
        saving.add_problem(record, fix, refused=True)
        return
    try:
        saving.outcomes[_saved(connection, kind, record)] += 1
    except InputError as problem:
        saving.add_problem(record, str(problem), refused=True)
        return
    if "patent" in record.values:
        known, _owner = stored.institution_of_patent(connection, str(record.values["patent"]))
        if not known:
            fix = _("the catalogue has no such patent yet: the record waits for it")
            saving.add_problem(record, fix, refused=False)


def _saved(connection: Connection, kind: RecordKind, record: ReadRecord) -> SaveOutcome:
    known = stored.find_by_key(connection, kind, record.values)
    if known is None:
        values = complete_values(connection, kind, record.values, None)
        stored.add(connection, kind, as_entered(connection, kind, values, None))
        return "new"
    values = complete_values(connection, kind, {**known.values, **record.values}, None)
    if values == known.values:
        return "unchanged"
    stored.change(connection, kind, known, values)
    return "changed"
