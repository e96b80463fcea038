"""Jobs of imports: each in a process of its own, one at a time in a home, followed and cancelled.

The state of a job is kept in its import's folder too, so that after a restart it is said honestly
that the job ended with the server.
"""

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import anyio
from anyio import to_thread
from filelock import FileLock, Timeout

from matcher.errors import ConflictError
from matcher.language.choice import current_language
from matcher.language.messages import _
from matcher.progress import Pace, Step
from matcher.settings import Settings
from matcher.store.schema.times import now
from matcher.types import Json
from matcher.wiring.import_job import ImportOrder, Work
from matcher.wiring.import_process import order_line
from matcher.workflows.imports.staged import StagedImports

LOCK = ".job.lock"
WAIT_SECONDS = 0.5
"""Time between two looks at whether the job of another caller has ended."""
KEEP_SECONDS = 2.0
"""Time between two records of a job's progress."""
END_SECONDS = 5.0
"""Time for a process that is told to end, before it is killed."""
TIDY_SECONDS = 1800.0
"""Time between two looks for imports whose day is over."""
_STATE_FILE = "job.json"

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as it stands."""

    work: Work
    state: State
    started_at: datetime
    stage: str = ""
    done: int = 0
    total: int | None = None
    rate: float | None = None
    """Units a second of the present stage."""
    ended_at: datetime | None = None
    reason: str | None = None
    """Reason for which it failed, and what to do."""
    saved: Json | None = None
    """Counts of what was saved (`matcher.wiring.import_job`), as soon as it is."""
    index: Json | None = None
    """Figures of the index that was built."""

    @property
    def is_over(self) -> bool:
        """True when nothing changes any more."""
        return self.state not in ("waiting", "running")


class ImportJobs:
    """The jobs of a home. Every method may be called from several threads."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; start nothing."""
        self._settings = settings
        self.imports = StagedImports(settings.home)
        self._jobs: dict[str, _Job] = {}
        self._changing = threading.Lock()

    def start(self, order: ImportOrder) -> None:
        """Begin a job; it waits while another one of the home is at work.

        Raises ConflictError while a job of the same import is under way, NotFoundError.
        """
        folder = self.imports.folder(order.staged)
        with self._changing:
            before = self._jobs.get(order.staged)
            if before is not None and not before.state.is_over:
                raise ConflictError(_("this import is being worked on already: wait for its end"))
            if order.work == "read":  # what was read in another way is not to be confirmed
                self.imports.preview(order.staged).unlink(missing_ok=True)
            earlier = before.state if before is not None else _read_state(folder)
            saved = earlier.saved if earlier is not None and order.work == "index" else None
            language = current_language()
            settings = self._settings.model_copy(update={"language": language})
            job = _Job(settings, order, folder, self.imports.root / LOCK, saved)
            self._jobs[order.staged] = job
        job.start()

    def state(self, staged: str) -> JobState | None:
        """Return the last job of an import; None where there was none."""
        with self._changing:
            job = self._jobs.get(staged)
        if job is not None:
            return job.state
        state = _read_state(self.imports.folder(staged))
        if state is not None and not state.is_over:
            return replace(state, state="interrupted", ended_at=None)
        return state

    def cancel(self, staged: str) -> None:
        """End a job; what it has saved already stays."""
        with self._changing:
            job = self._jobs.get(staged)
        if job is not None:
            job.end("cancelled")

    def tidy(self) -> None:
        """Delete the imports whose day is over."""
        with self._changing:
            for staged, job in list(self._jobs.items()):
                if job.state.is_over and not self.imports.folder(staged).is_dir():
                    del self._jobs[staged]
            running = {staged for staged, job in self._jobs.items() if not job.state.is_over}
        self.imports.delete_expired(now(), running)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tidy now and then until the end of the block, which ends every job."""
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
            except OSError as problem:
                logger.warning("old imports were not deleted (%s)", type(problem).__name__)
            await anyio.sleep(TIDY_SECONDS)

    def close(self) -> None:
        """End every job: the server ends."""
        with self._changing:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.end("interrupted")


class _Job:
    """One job: the thread that follows its process."""

    def __init__(
        self,
        settings: Settings,
        order: ImportOrder,
        folder: Path,
        lock: Path,
        saved: Json | None,
    ) -> None:
        self._line = order_line(settings, order)
        self._folder = folder
        self._lock = FileLock(lock, timeout=0, thread_local=False)
        self._pace = Pace()
        self._process: subprocess.Popen[str] | None = None
        self._ending: State | None = None
        self._changing = threading.Lock()
        self._kept_at = 0.0
        self.state = JobState(order.work, "running", now(), saved=saved)
        self._thread = threading.Thread(target=self._run, name=order.staged, daemon=True)

    def start(self) -> None:
        """Begin to wait for the turn."""
        self._keep(self.state)
        self._thread.start()

    def end(self, state: State) -> None:
        """End the process, if it has not ended, and wait for it."""
        with self._changing:
            if self.state.is_over:
                return
            self._ending = state
            process = self._process
        if process is not None:
            process.terminate()
        if threading.current_thread() is not self._thread:
            self._thread.join(END_SECONDS)
            if self._thread.is_alive() and process is not None:
                process.kill()
                self._thread.join(END_SECONDS)

    def _run(self) -> None:
        try:
            while self._ending is None:
                try:
                    with self._lock:
                        self._follow()
                    break
                except Timeout:
                    self._keep(replace(self.state, state="waiting"), only_now_and_then=True)
                    time.sleep(WAIT_SECONDS)
        except Exception as problem:
            logger.error("an import job failed (%s)", type(problem).__name__)
        if self.state.is_over:
            return
        if self._ending is not None:
            self._finish(self._ending, None)
        else:
            self._finish("failed", _("the work broke off; the server's log says why: try again"))

    def _follow(self) -> None:
        """Run the process, and take over what it writes."""
        with self._changing:
            if self._ending is not None:
                return
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", "matcher.wiring.import_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # ctrl-c is for the server, which ends the process itself
            )
        assert process.stdin is not None and process.stdout is not None
        self._keep(replace(self.state, state="running"))
        with process:
            with suppress(BrokenPipeError):
                process.stdin.write(self._line + "\n")
                process.stdin.flush()
            for line in process.stdout:
                with suppress(json.JSONDecodeError):
                    self._take(json.loads(line))
        if not self.state.is_over and self._ending is None:
            logger.error("an import job ended with the status %s", process.returncode)

    def _take(self, told: dict[str, Any]) -> None:
        """Take over one line of the process."""
        if "stage" in told:
            step = Step(told["stage"], told["done"], told["total"])
            self._pace.add(step, time.monotonic())
            state = replace(
                self.state,
                stage=step.stage,
                done=step.done,
                total=step.total,
                rate=self._pace.rate,
            )
            self._keep(state, only_now_and_then=True)
        elif "saved" in told:
            self._keep(replace(self.state, saved=told["saved"]))
        elif "index" in told:
            self._keep(replace(self.state, index=told["index"]))
        elif told["end"] == "done":
            self._finish("done", None)
        elif told["end"] == "failed":
            self._finish("failed", told["reason"])
        else:
            logger.error("an import job failed: %s\n%s", told["error"], told["frames"])

    def _finish(self, state: State, reason: str | None) -> None:
        self._keep(replace(self.state, state=state, reason=reason, ended_at=now()))

    def _keep(self, state: JobState, *, only_now_and_then: bool = False) -> None:
        """Take over a state, and write it into the import's folder."""
        self.state = state
        moment = time.monotonic()
        if only_now_and_then and moment - self._kept_at < KEEP_SECONDS:
            return
        self._kept_at = moment
        with suppress(OSError):  # the folder may be gone, or the disk full: the memory has it
            path = self._folder / _STATE_FILE
            draft = path.with_suffix(".new")
            draft.write_text(json.dumps(asdict(state), default=str, ensure_ascii=False), "utf-8")
            draft.replace(path)


def _read_state(folder: Path) -> JobState | None:
    with suppress(OSError, ValueError, TypeError, KeyError):
        values = json.loads((folder / _STATE_FILE).read_text("utf-8"))
        for name in ("started_at", "ended_at"):
            values[name] = values[name] and datetime.fromisoformat(values[name])
        return JobState(**values)
    return None
