"""Jobs of imports: each in a process of its own, one at a time, followed and cancelled.

The state of a job is in the database, where every server sees it (matcher.store.jobs). The server
that began it follows its process and renews its lease; when that server dies, the process ends with
it, and the job is said to be interrupted.
"""

import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from api.engine.followed_job import BEAT_SECONDS, END_SECONDS, WAIT_SECONDS, FollowedJob
from matcher.errors import MatcherError
from matcher.ids import new_id
from matcher.language.choice import current_language
from matcher.settings import Settings
from matcher.store import jobs as stored
from matcher.store.jobs import JobState
from matcher.store.schema.times import now
from matcher.store.shared import SharedRecords
from matcher.types import Json
from matcher.wiring.earlier_database import had_database
from matcher.wiring.import_job import ImportOrder
from matcher.wiring.import_process import order_line
from matcher.workflows.imports.staged import StagedImports

TIDY_SECONDS = 1800.0
"""Time between two looks for imports whose day is over."""

logger = logging.getLogger(__name__)


def _ignore(saved: Json) -> None:
    """Count nothing."""


class ImportJobs:
    """The jobs of a home. Every method may be called from several threads."""

    def __init__(self, settings: Settings, note_import: Callable[[Json], None] = _ignore) -> None:
        """Take the settings, and who counts what was saved; start nothing."""
        self._note_import = note_import
        self._settings = settings
        self._shared = SharedRecords(settings.url, may_create=not had_database(settings))
        self.imports = StagedImports(settings.home)
        self._jobs: dict[str, FollowedJob] = {}
        """Jobs that this server began."""
        self._changing = threading.Lock()

    def start(self, order: ImportOrder) -> None:
        """Begin a job; it waits while another one is at work, on whatever server.

        Raises ConflictError while a job of the same import is under way, NotFoundError, StoreError.
        """
        self.imports.folder(order.staged)
        run = new_id("run")
        with self._shared.writing() as connection:
            stored.begin(connection, order.staged, run, order.work)
        if order.work == "read":  # what was read in another way is not to be confirmed
            self.imports.preview(order.staged).unlink(missing_ok=True)
        settings = self._settings.model_copy(update={"language": current_language()})
        job = FollowedJob(order_line(settings, order, run), run, self._shared, self._note_import)
        with self._changing:
            self._jobs[order.staged] = job
        job.start()

    def state(self, staged: str) -> JobState | None:
        """Return the last job of an import; None where there was none.

        Raises NotFoundError, StoreError.
        """
        self.imports.folder(staged)
        with self._shared.reading() as connection:
            return stored.find(connection, staged)

    def cancel(self, staged: str) -> None:
        """End a job, wherever it is at work; what it has saved already stays."""
        with self._changing:
            job = self._jobs.get(staged)
        if job is not None and not job.is_over:
            job.end("cancelled")
            return
        with self._shared.writing() as connection:
            stored.ask_to_end(connection, staged)
        end = time.monotonic() + BEAT_SECONDS + END_SECONDS
        while time.monotonic() < end:
            state = self.state(staged)
            if state is None or state.is_over:
                return
            time.sleep(WAIT_SECONDS)

    def tidy(self) -> None:
        """Delete the imports whose day is over."""
        with self._changing:
            for staged, job in list(self._jobs.items()):
                if job.is_over:
                    del self._jobs[staged]
        if not self.imports.root.is_dir():
            return
        with self._shared.writing() as connection:
            stored.prune(connection)
            running = stored.active(connection)
        self.imports.delete_expired(now(), running)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tidy now and then until the end of the block, which ends every job of this server."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._tidy_now_and_then)
            try:
                yield
            finally:
                tasks.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    await to_thread.run_sync(self.close)

    async def _tidy_now_and_then(self) -> None:
        while True:
            try:
                await to_thread.run_sync(self.tidy)
            except (OSError, MatcherError, SQLAlchemyError) as problem:
                logger.warning("old imports were not deleted (%s)", type(problem).__name__)
            await anyio.sleep(TIDY_SECONDS)

    def close(self) -> None:
        """End every job of this server: it ends."""
        with self._changing:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.end("interrupted")
        self._shared.close()
