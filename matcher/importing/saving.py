"""What was read from files goes into the database: in one transaction, with an account of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import Connection

from matcher.errors import InputError
from matcher.importing.reading import Problem, ReadFile
from matcher.progress import Report, Step
from matcher.store import contacts, patents
from matcher.store.store import Store
from matcher.types import PersonalContact


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file's rows: new + changed + unchanged + refused = rows."""

    file: str
    format: str
    kind: str
    rows: int
    new: int
    changed: int
    unchanged: int
    refused: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of an import."""

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
    """Bring the database up to date with the files, all of them or, after an error, none.

    `replace` deletes every patent that is in none of the files.
    Raises InputError for a file of needs, which are matched and not imported.
    """
    for file in read:
        if file.kind == "needs":
            raise InputError(
                f"{file.file} holds needs, not patents or teams: answer them with "
                "matcher match --needs FILE"
            )
    results = []
    deleted = 0
    with store.writing() as connection:
        for file in read:
            report(Step(f"saving {file.file}", 0, file.rows))
            results.append(_save_file(connection, file, contact_key))
            report(Step(f"saving {file.file}", file.rows, file.rows))
        if replace:
            kept = {record.patent.id for file in read for record in file.patents}
            deleted = patents.delete_all_but(connection, kept)
    return ImportResult(tuple(results), deleted)


def _save_file(
    connection: Connection, file: ReadFile, contact_key: SecretStr | None
) -> FileResult:
    records = [*file.patents, *file.teams]
    contacts.save_tto(connection, [record.tto for record in records if record.tto])
    outcomes = Counter(patents.save(connection, [record.patent for record in file.patents]))
    outcomes.update(contacts.save_teams(connection, [record.team for record in file.teams]))
    personal = [contact for record in records for contact in record.personal]
    unsealed = _save_personal(connection, file, personal, contact_key)
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
    )


def _save_personal(
    connection: Connection,
    file: ReadFile,
    personal: Sequence[PersonalContact],
    key: SecretStr | None,
) -> tuple[Problem, ...]:
    if key is not None:
        contacts.save_personal(connection, personal, key)
        return ()
    if not personal:
        return ()
    mend = (
        f"{len(personal)} personal contacts were not stored, because there is no key to seal them "
        "with: set MATCHER_CONTACT_KEY and import again; the TTO's contact went in"
    )
    return (Problem(file=file.file, sheet=None, row=None, column=None, value=None, mend=mend),)
