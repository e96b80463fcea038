"""Import of files of all kinds together, in one transaction, with one report."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from matcher.errors import ConflictError
from matcher.importing.read_any_file import AnyFile
from matcher.importing.read_file import ReadFile
from matcher.importing.read_need_files import NeedsFile
from matcher.importing.read_programme_file import RecordsFile
from matcher.language.messages import _
from matcher.programme.kinds import KINDS
from matcher.progress import Report, Step
from matcher.store import audit, locks, patents
from matcher.store.database import Store
from matcher.types import Json, PatentId
from matcher.workflows.import_needs import ImportContext, save_needs
from matcher.workflows.import_patents import FileResult, save_contacts, save_patents
from matcher.workflows.import_programme import save_records_file

_COUNTS = ("new", "changed", "unchanged", "refused")


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Result of an import of files of all kinds."""

    files: tuple[FileResult, ...]
    """Results in the order of the files."""
    absent: int
    """Patents of the catalogue that are in none of the files; 0 where no file holds patents."""
    deleted: int
    """Patents that left the catalogue because the files replaced it."""
    duplicates: tuple[Json, ...]
    """Near-duplicate pairs of needs (see `NeedsResult`)."""


@dataclass(slots=True)
class _Batch:
    """An import under way: its connection, and the results by the index of the file."""

    connection: Connection
    read: Sequence[AnyFile]
    context: ImportContext
    report: Report
    results: dict[int, FileResult]

    def save_patents(self, may_delete: int | None) -> tuple[int, int]:
        """Save patents and teams; return the numbers of absent and of deleted patents."""
        files = {n: file for n, file in enumerate(self.read) if isinstance(file, ReadFile)}
        if not files:
            return 0, 0
        ids: set[PatentId] = set()
        saved = save_patents(
            self.connection,
            list(files.values()),
            ids=ids,
            report=self.report,
        )
        # Files without a patent never empty the catalogue.
        absent = patents.count(self.connection) - len(ids) if ids else 0
        if may_delete not in (None, absent):
            raise ConflictError(
                _(
                    "the catalogue has changed: {absent:,} patents are in none of the files now, "
                    "not {before:,}; look at the files again, nothing was saved",
                    absent=absent,
                    before=may_delete,
                )
            )
        deleted = patents.delete_all_but(self.connection, ids) if may_delete and absent else 0
        results = save_contacts(self.connection, saved, self.context.contact_key)
        self.results.update(zip(files, results, strict=True))
        outcomes = Counter[str]()
        for result in results:
            outcomes.update({name: getattr(result, name) for name in _COUNTS})
        audit.append(
            self.connection,
            by=self.context.by,
            action="patents.imported",
            subject="patents",
            details={**outcomes, "deleted": deleted},
        )
        return absent, deleted

    def save_needs(self) -> tuple[Json, ...]:
        """Save needs; return the pairs that say nearly the same."""
        files = {n: file for n, file in enumerate(self.read) if isinstance(file, NeedsFile)}
        if not files:
            return ()
        self.report(Step(_("saving needs"), 0))
        saved = save_needs(self.connection, list(files.values()), self.context)
        self.results.update(zip(files, saved.files, strict=True))
        return saved.duplicates

    def save_records(self) -> None:
        """Save records of the programme, each kind after those that it refers to."""
        for kind in KINDS.values():
            for number, file in enumerate(self.read):
                if isinstance(file, RecordsFile) and file.kind.name == kind.name:
                    self.report(Step(_("saving {file}", file=file.file), 0))
                    self.results[number] = save_records_file(self.connection, file, self.context.by)


def save_batch(
    store: Store,
    read: Sequence[AnyFile],
    context: ImportContext,
    *,
    may_delete: int | None,
    is_trial: bool,
    report: Report,
) -> BatchResult:
    """Save the records of all files or, after an error, of none; of a trial everything is undone.

    So a trial counts exactly what the import would do. With `may_delete`, every patent that is in
    none of the files is deleted. Raises ConflictError where that is another number of patents.
    """
    with store.changing_catalogue(is_trial=is_trial) as connection:
        batch = _Batch(connection, read, context, report, {})
        absent, deleted = batch.save_patents(may_delete)
        locks.take_records(connection)
        duplicates = batch.save_needs()
        batch.save_records()
    files = tuple(batch.results[number] for number in range(len(read)))
    return BatchResult(files, absent, deleted, duplicates)
