"""An import job of this server: its process, what that tells, and the lease of the job."""

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from matcher.errors import MatcherError
from matcher.language.messages import _
from matcher.progress import Pace, Step
from matcher.store import jobs as stored
from matcher.store.jobs import LEASE, Hold, State
from matcher.store.shared import SharedRecords
from matcher.types import Json

WAIT_SECONDS = 0.5
"""Time between two looks at whether the job of another caller has ended."""
KEEP_SECONDS = 1.0
"""Time between two records of a stage's progress."""
BEAT_SECONDS = 2.0
"""Time between two signs of life of a job; much shorter than its lease."""
END_SECONDS = 5.0
"""Time for a process that is told to end, before it is killed."""

logger = logging.getLogger(__name__)


class FollowedJob:
    """One job of this server: a thread follows its process, another one renews its lease."""

    def __init__(
        self,
        line: str,
        run: str,
        shared: SharedRecords,
        note_import: Callable[[Json], None],
    ) -> None:
        self._note_import = note_import
        self._line = line
        self._run_id = run
        self._shared = shared
        self._pace = Pace()
        self._process: subprocess.Popen[str] | None = None
        self._ending: State | None = None
        self._changing = threading.Lock()
        self._kept: tuple[str, float] = ("", 0.0)
        self._renewed_at = time.monotonic()
        self._results: dict[str, Any] = {}
        """Results as the process told them."""
        self._is_told = False
        """True once the process told its end."""
        self._over = threading.Event()
        # A thread begins without the id of the request that began the job.
        working = copy_context().run
        self._thread = threading.Thread(target=working, args=(self._work,), name=run, daemon=True)

    @property
    def is_over(self) -> bool:
        """True when nothing is done any more."""
        return self._over.is_set()

    def start(self) -> None:
        """Begin to wait for the turn."""
        self._log("waiting")  # before the thread, which says that it runs
        self._thread.start()
        beating = copy_context().run
        threading.Thread(target=beating, args=(self._beat,), daemon=True).start()

    def end(self, state: State) -> None:
        """End the process, if it has not ended, and wait for it."""
        with self._changing:
            if self.is_over:
                return
            self._ending = self._ending or state
            process = self._process
        if process is not None:
            process.terminate()
        self._thread.join(END_SECONDS)
        if self._thread.is_alive() and process is not None:
            process.kill()
            self._thread.join(END_SECONDS)

    def _work(self) -> None:
        try:
            while self._ending is None and not self._is_turn():
                time.sleep(WAIT_SECONDS)
            self._follow()
        except Exception as problem:
            logger.error("an import job failed (%s)", type(problem).__name__)
        if not self._is_told:
            if self._ending is not None:
                self._finish(self._ending, None)
            else:
                text = _("the work broke off; the server's log says why: try again")
                self._finish("failed", text)
        self._over.set()

    def _is_turn(self) -> bool:
        try:
            with self._shared.writing() as connection:
                return stored.claim(connection, self._run_id)
        except (MatcherError, SQLAlchemyError):  # asked again in a moment
            return False

    def _beat(self) -> None:
        """Renew the lease until the job is over; end the job when it is lost, or is to be ended.

        Without the database nobody knows of this server either: after a lease it stops by itself.
        """
        while not self._over.wait(BEAT_SECONDS):
            hold = self._record()
            if hold == "ending":
                self.end("cancelled")
            elif hold == "lost" or time.monotonic() - self._renewed_at > LEASE.total_seconds():
                if not self._is_told:  # else its end is recorded, and its process about to go
                    logger.warning(
                        "an import job was stopped: its lease could not be renewed in time"
                    )
                self.end("interrupted")

    def _log(self, state: str) -> None:
        """Log where the job is, under the id of the request that began it."""
        logger.info("import job", extra={"job": self._run_id, "state": state})

    def _follow(self) -> None:
        """Run the process, and take over what it writes."""
        self._log("running")
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
        with process:
            with suppress(BrokenPipeError):
                process.stdin.write(self._line + "\n")
                process.stdin.flush()
            for line in process.stdout:
                with suppress(json.JSONDecodeError):
                    self._take(json.loads(line))
        if not self._is_told and self._ending is None:
            logger.error("an import job ended with the status %s", process.returncode)

    def _take(self, told: dict[str, Any]) -> None:
        """Take over one line of the process."""
        if "stage" in told:
            self._take_step(Step(told["stage"], told["done"], told["total"]))
        elif "saved" in told or "index" in told:
            self._results |= told
            if "saved" in told:
                self._note_import(told["saved"])
            self._record(**told)
        elif told["end"] == "done":
            self._finish("done", None)
        elif told["end"] == "failed":
            if "log" in told:
                logger.error("an import job failed: %s", told["log"])
            self._finish("failed", told["reason"])
        else:
            logger.error("an import job failed: %s\n%s", told["error"], told["frames"])

    def _take_step(self, step: Step) -> None:
        """Record progress: a new stage at once, more of the same now and then."""
        moment = time.monotonic()
        self._pace.add(step, moment)
        stage, kept_at = self._kept
        if step.stage == stage and moment - kept_at < KEEP_SECONDS:
            return
        self._kept = step.stage, moment
        rate = self._pace.rate
        self._record(stage=step.stage, done=step.done, total=step.total, rate=rate)

    def _finish(self, state: State, reason: str | None) -> None:
        """Record the end, as long as it takes, but not longer than the lease."""
        self._is_told = True
        self._log(state)
        end = time.monotonic() + LEASE.total_seconds()
        while time.monotonic() < end:
            try:
                with self._shared.writing() as connection:
                    stored.finish(connection, self._run_id, state, reason, **self._results)
                return
            except (MatcherError, SQLAlchemyError):
                time.sleep(WAIT_SECONDS)
        logger.error("the end of an import job could not be recorded")

    def _record(self, **values: object) -> Hold | None:
        """Record values and renew the lease; None while the database cannot be reached."""
        moment = time.monotonic()
        try:
            with self._shared.writing() as connection:
                hold = stored.record(connection, self._run_id, **values)
        except (MatcherError, SQLAlchemyError) as problem:
            logger.warning("a job's progress was not recorded (%s)", type(problem).__name__)
            return None
        if hold != "lost":
            self._renewed_at = moment
        return hold
