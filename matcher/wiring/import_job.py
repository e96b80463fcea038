"""Work of an import that is sent in: reading for a preview, saving, building of the index."""

import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import event

from matcher.access.roles import Caller
from matcher.cores import give_way
from matcher.errors import DiskError, MatcherError
from matcher.importing.rows.problem_file import reserve_problem_file, write_problems
from matcher.progress import Report
from matcher.settings import Settings
from matcher.store import patents
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.types import Json
from matcher.wiring.build import build_index, index_state, suggest_arrivals
from matcher.wiring.open import open_store
from matcher.workflows.import_needs import ImportContext, duplicate_line
from matcher.workflows.imports.preview import read_files, write_preview
from matcher.workflows.imports.preview_file import Preview
from matcher.workflows.imports.save_batch import BatchResult, save_batch
from matcher.workflows.imports.staged import Staged, StagedImports

Work = Literal["read", "save", "index"]


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Work to be done, and for whom."""

    work: Work
    """`save` goes on to the index; `index` only builds it."""
    staged: str
    """Id of the files that were sent in."""
    by: Caller
    may_delete: int | None = None
    """Number of patents that are in none of the files, and may go; None to keep them."""


@dataclass(frozen=True, slots=True)
class ImportJob:
    """An order at work."""

    settings: Settings
    order: ImportOrder
    report: Report
    tell: Callable[[Json], None]
    """Callback that receives each part of the result as soon as it holds."""
    hold: Callable[[], None]
    """Callback before the commit; raises where the job is not to be done here any more."""

    def run(self) -> None:
        """Do the work. Raises MatcherError.

        What `tell` received before stays true: what is saved is not undone when the index fails.
        """
        if self.order.work != "index":
            imports = StagedImports(self.settings.home)
            staged = imports.find(self.order.staged, self.order.by.key)
            with open_store(self.settings) as store:
                if self.order.work == "read":
                    self._read(imports, staged, store)
                    return
                self._save(imports, staged, store)
        self._index()

    @property
    def _context(self) -> ImportContext:
        settings = self.settings
        return ImportContext(
            self.order.by, settings.contact_key, settings.need_days, date.today(), now()
        )

    def _read(self, imports: StagedImports, staged: Staged, store: Store) -> None:
        path = imports.preview(staged.id)
        write_preview(path, store, imports.named_files(staged), self._context, self.report)

    def _save(self, imports: StagedImports, staged: Staged, store: Store) -> None:
        """Save the files that the preview could read, all of them or none."""
        readable = [file for file in Preview(imports.preview(staged.id)).files() if not file.error]
        named = imports.named_files(staged)
        context = self._context
        # From the commit on, the end is that the saving is told; whoever cancels waits for that.
        event.listen(store.engine, "commit", lambda _: self._commit())
        read = read_files([named[file.number] for file in readable], context.today, self.report)
        saved = save_batch(
            store,
            read,
            context,
            may_delete=self.order.may_delete,
            is_trial=False,
            report=self.report,
        )
        self.tell({"saved": self._kept(saved)})
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        imports.delete_files(staged)

    def _commit(self) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self.hold()

    def _kept(self, saved: BatchResult) -> Json:
        """Keep the problems in a file, and return what was saved."""
        problems = [problem for file in saved.files for problem in file.problems]
        problem_file = None
        if problems:
            more = f"+{len(saved.files) - 1}" if len(saved.files) > 1 else ""
            source = saved.files[0].file + more
            moment = now().astimezone()
            # Without space for it the import is saved all the same, and that is told.
            with suppress(DiskError):
                reserved = reserve_problem_file(self.settings.home, source, moment)
                write_problems(reserved, problems)
                problem_file = reserved
        return {
            "files": [
                {
                    "name": file.file,
                    "kind": file.kind,
                    "format": file.format,
                    "rows": file.rows,
                    "new": file.new,
                    "changed": file.changed,
                    "unchanged": file.unchanged,
                    "refused": file.refused,
                }
                for file in saved.files
            ],
            "deleted": saved.deleted,
            "problems": len(problems),
            "problem_file": problem_file and problem_file.name,
            "duplicates": [duplicate_line(pair) for pair in saved.duplicates],
        }

    def _index(self) -> None:
        """Bring the index up to date, and suggest new patents, where there is a need to."""
        with open_store(self.settings) as store, store.reading() as connection:
            if not patents.count(connection):
                return
        if self.order.work == "save" and not self._is_outdated():
            return
        give_way()
        built = build_index(self.settings, report=self.report)
        suggested = suggest_arrivals(self.settings, today=date.today(), report=self.report)
        self.tell(
            {
                "index": {
                    "patents": built.patents,
                    "passages": built.passages,
                    "embedded": built.embedded,
                    "reused": built.reused,
                    "seconds": built.seconds,
                    "suggestions": len(suggested.suggestions),
                }
            }
        )

    def _is_outdated(self) -> bool:
        try:
            state = index_state(self.settings)
        except MatcherError:
            return True
        return state is None or state.misfit is not None
