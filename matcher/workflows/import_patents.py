"""Import of patents and teams that were read from files, in one transaction, with a report."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

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


def save_files(
    store: Store,
    read: Sequence[ReadFile],
    *,
    contact_key: SecretStr | None,
    replace: bool,
    report: Report,
) -> ImportResult:
    """Save the records of all files or, after an error, of none.

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
    results = []
    ids: set[PatentId] = set()
    deleted = 0
    with store.writing() as connection:
        for file in read:
            report(Step(_("saving {file}", file=file.file), 0, file.rows))
            resolved = identity.resolve_ids(
                connection,
                [record.patent for record in file.patents],
                [record.further_ids for record in file.patents],
            )
            ids.update(patent.id for patent in resolved)
            results.append(_save_file(connection, file, resolved, contact_key))
            report(Step(_("saving {file}", file=file.file), file.rows, file.rows))
        if replace:
            deleted = patents.delete_all_but(connection, ids)
    return ImportResult(tuple(results), deleted)


def _save_file(
    connection: Connection,
    file: ReadFile,
    resolved: Sequence[Patent],
    contact_key: SecretStr | None,
) -> FileResult:
    records: list[PatentRecord | TeamRecord] = [*file.patents, *file.teams]
    institutions.save_tto(connection, [record.tto for record in records if record.tto])
    ids = [patent.id for patent in resolved]
    before = new_patents.open_licences(connection, ids)
    saved = patents.save(connection, resolved)
    new_patents.add_new(connection, before, new_patents.open_licences(connection, ids))
    saved += institutions.save_teams(connection, [record.team for record in file.teams])
    outcomes = _outcomes_of_rows(records, saved)
    read = [contact for record in records for contact in record.personal]
    personal = [contact for contact in read if isinstance(contact, PersonalContact)]
    refusals = [contact for contact in read if isinstance(contact, ConsentRefusal)]
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


def _outcomes_of_rows(
    records: Sequence[PatentRecord | TeamRecord], saved: Sequence[SaveOutcome]
) -> Counter[SaveOutcome]:
    """Count the outcomes of all rows: a further row of a case changes it, or repeats it."""
    outcomes: Counter[SaveOutcome] = Counter()
    for record, outcome in zip(records, saved, strict=True):
        outcomes[outcome] += 1
        outcomes["unchanged"] += record.repeats
        outcomes["unchanged" if outcome == "unchanged" else "changed"] += record.additions
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
