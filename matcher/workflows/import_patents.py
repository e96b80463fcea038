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
    new_patents,
    patents,
    personal_contacts,
)
from matcher.store.database import SaveOutcome, Store
from matcher.store.schema.times import now
from matcher.types import ConsentRefusal, Patent, PatentId, PersonalContact


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
    with store.trying() if is_trial else store.writing() as connection:
        results = save_patents(connection, read, contact_key=contact_key, ids=ids, report=report)
        if ids is not None:
            deleted = patents.delete_all_but(connection, ids)
    return ImportResult(tuple(results), deleted, is_trial)


def save_patents(
    connection: Connection,
    read: Sequence[ReadFile],
    *,
    contact_key: SecretStr | None,
    ids: set[PatentId] | None,
    report: Report,
) -> list[FileResult]:
    """Save the records of all files in the caller's transaction.

    The ids of their patents are added to `ids`, if there is one.
    """
    results = []
    for file in read:
        stage = _("saving {file}", file=file.file)
        total = len(file.patents) + len(file.teams)

        def progress(done: int, stage: str = stage, total: int = total) -> None:
            report(Step(stage, done, total))

        progress(0)
        results.append(_save_file(connection, file, contact_key, ids, progress))
        progress(total)
    return results


@dataclass(slots=True)
class _Read:
    """Contacts and counts of the records of a file, beside the patents and teams themselves."""

    further_rows: list[tuple[int, int]] = field(default_factory=list)
    """Repeats and additions of each record."""
    contacts: list[PersonalContact | ConsentRefusal] = field(default_factory=list)

    def add(self, connection: Connection, records: Sequence[PatentRecord | TeamRecord]) -> None:
        """Note those of some records, and save the contacts of technology-transfer offices."""
        self.further_rows += [(record.repeats, record.additions) for record in records]
        self.contacts += [contact for record in records for contact in record.personal]
        institutions.save_tto(connection, [record.tto for record in records if record.tto])


def _save_file(
    connection: Connection,
    file: ReadFile,
    contact_key: SecretStr | None,
    ids: set[PatentId] | None,
    progress: Callable[[int], None],
) -> FileResult:
    """Save the records of a file; the ids of its patents are added to `ids`."""
    read = _Read()
    batches = _resolved(connection, file.patents, read, ids, progress)
    saved = patents.save_batches(connection, batches)
    read.add(connection, file.teams)
    saved += institutions.save_teams(connection, [record.team for record in file.teams])
    outcomes = _outcomes_of_rows(read.further_rows, saved)
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
    read: _Read,
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
        read.add(connection, batch)
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
