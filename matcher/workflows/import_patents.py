"""Import of patents and teams that were read from files, in one transaction, with a report."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import SecretStr
from sqlalchemy import Connection

from matcher.errors import InputError
from matcher.importing.read_file import Problem, ReadFile
from matcher.importing.rows.record import PatentRecord, TeamRecord
from matcher.language.messages import _
from matcher.progress import Report, Step
from matcher.store import (
    identity,
    institutions,
    locks,
    new_patents,
    patents,
    personal_contacts,
)
from matcher.store.database import SaveOutcome, Store
from matcher.store.schema.times import now
from matcher.types import ConsentRefusal, Patent, PatentId, PersonalContact, TtoContact


@dataclass(frozen=True, slots=True)
class FileResult:
    """Counts of a file's rows: new + changed + unchanged + refused = rows."""

    file: str
    format: str
    kind: str
    rows: int
    new: int
    changed: int
    unchanged: int
    refused: int
    problems: tuple[Problem, ...]
    unused: tuple[str, ...] = ()
    """Headings of known columns whose values nothing uses."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Result of an import."""

    files: tuple[FileResult, ...]
    deleted: int = 0
    """Patents that left the catalogue because the files replaced it."""
    is_trial: bool = False
    """True where nothing was saved."""


def save_files(
    store: Store,
    read: Sequence[ReadFile],
    *,
    contact_key: SecretStr | None,
    replace: bool,
    report: Report,
    is_trial: bool = False,
) -> ImportResult:
    """Save the records of all files or, after an error, of none; of a trial everything is undone.

    `replace` deletes every patent that is in none of the files.
    Raises InputError for a file of needs, which are matched and not imported.
    """
    for file in read:
        if file.kind == "needs":
            raise InputError(
                _(
                    "{name} holds needs, not patents or teams: keep them with matcher needs "
                    "import FILE, or answer them with matcher match --needs FILE",
                    name=file.file,
                )
            )
    ids: set[PatentId] | None = set() if replace else None
    deleted = 0
    with store.changing_catalogue(is_trial=is_trial) as connection:
        saved = save_patents(connection, read, ids=ids, report=report)
        if ids is not None:
            deleted = patents.delete_all_but(connection, ids)
        results = save_contacts(connection, saved, contact_key)
    return ImportResult(tuple(results), deleted, is_trial)


@dataclass(slots=True)
class SavedPatents:
    """Patents of a file that are saved, and what of the file is not yet."""

    file: ReadFile
    outcomes: list[SaveOutcome] = field(default_factory=list)
    further_rows: list[tuple[int, int]] = field(default_factory=list)
    """Repeats and additions of each record."""
    offices: list[TtoContact] = field(default_factory=list)
    contacts: list[PersonalContact | ConsentRefusal] = field(default_factory=list)

    def note(self, records: Sequence[PatentRecord | TeamRecord]) -> None:
        """Note the counts and contacts of some records."""
        self.further_rows += [(record.repeats, record.additions) for record in records]
        self.contacts += [contact for record in records for contact in record.personal]
        self.offices += [record.tto for record in records if record.tto]


def save_patents(
    connection: Connection,
    read: Sequence[ReadFile],
    *,
    ids: set[PatentId] | None,
    report: Report,
) -> list[SavedPatents]:
    """Save the patents of all files in the caller's transaction, and nothing else of them.

    That takes long, and keeps waiting only who changes the catalogue. The ids of the patents are
    added to `ids`, if there is one.
    """
    every = []
    for file in read:
        stage = _("saving {file}", file=file.file)
        total = len(file.patents) + len(file.teams)

        def progress(done: int, stage: str = stage, total: int = total) -> None:
            report(Step(stage, done, total))

        progress(0)
        saved = SavedPatents(file)
        batches = _resolved(connection, file.patents, saved, ids, progress)
        saved.outcomes += patents.save_batches(connection, batches)
        progress(total)
        every.append(saved)
    return every


def save_contacts(
    connection: Connection, saved: Sequence[SavedPatents], contact_key: SecretStr | None
) -> list[FileResult]:
    """Save teams and contacts of files whose patents are saved; return the results of the files.

    From here to the end of the transaction no other one changes a record.
    """
    locks.take_records(connection)
    return [_save_contacts(connection, each, contact_key) for each in saved]


def _save_contacts(
    connection: Connection, read: SavedPatents, contact_key: SecretStr | None
) -> FileResult:
    file = read.file
    read.note(file.teams)
    institutions.save_tto(connection, read.offices)
    teams = institutions.save_teams(connection, [record.team for record in file.teams])
    outcomes = _outcomes_of_rows(read.further_rows, [*read.outcomes, *teams])
    personal = [contact for contact in read.contacts if isinstance(contact, PersonalContact)]
    refusals = [contact for contact in read.contacts if isinstance(contact, ConsentRefusal)]
    unsealed = _save_personal(connection, file, personal, contact_key)
    personal_contacts.end_refused(connection, refusals)  # last: of two rows the stricter holds
    return FileResult(
        file=file.file,
        format=file.format,
        kind=file.kind,
        rows=file.rows,
        new=outcomes["new"],
        changed=outcomes["changed"],
        unchanged=outcomes["unchanged"],
        refused=sum(problem.refused for problem in file.problems),
        problems=(*file.problems, *unsealed),
        unused=file.unused,
    )


def _resolved(
    connection: Connection,
    records: Sequence[PatentRecord],
    saved: SavedPatents,
    ids: set[PatentId] | None,
    progress: Callable[[int], None],
) -> Iterator[Sequence[Patent]]:
    """Yield the patents under the ids of their cases, in batches, each saved before the next.

    Records of one file are a case each: none has an id that another one gives to the catalogue.
    """
    moment = now()
    for start in range(0, len(records), patents.CHUNK):
        batch = records[start : start + patents.CHUNK]
        resolved = identity.resolve_ids(
            connection,
            [record.patent for record in batch],
            [record.further_ids for record in batch],
        )
        saved.note(batch)
        own = [patent.id for patent in resolved]
        before = new_patents.open_licences(connection, own)
        yield resolved
        after = new_patents.open_licences(connection, own)
        new_patents.add_new(connection, before, after, moment)
        if ids is not None:
            ids.update(own)
        progress(start + len(batch))


def _outcomes_of_rows(
    further_rows: Sequence[tuple[int, int]], saved: Sequence[SaveOutcome]
) -> Counter[SaveOutcome]:
    """Count the outcomes of all rows: a further row of a case changes it, or repeats it."""
    outcomes: Counter[SaveOutcome] = Counter()
    for (repeats, additions), outcome in zip(further_rows, saved, strict=True):
        outcomes[outcome] += 1
        outcomes["unchanged"] += repeats
        outcomes["unchanged" if outcome == "unchanged" else "changed"] += additions
    return outcomes


def _save_personal(
    connection: Connection,
    file: ReadFile,
    personal: Sequence[PersonalContact],
    key: SecretStr | None,
) -> tuple[Problem, ...]:
    if not personal:
        return ()
    if key is None:
        fix = _(
            "{count} personal contacts were not stored, because there is no key to seal "
            "them with: set MATCHER_CONTACT_KEY and import again; the TTO's contact went in",
            count=len(personal),
        )
    elif left_out := personal_contacts.save_personal(connection, personal, key):
        fix = _(
            "{count} personal contacts were not stored, because the person withdrew the "
            "consent that this 同意凭证 proves: take them out of the file, or ask for a new "
            "consent",
            count=len(left_out),
        )
    else:
        return ()
    return (Problem(file=file.file, sheet=None, row=None, column=None, value=None, fix=fix),)
