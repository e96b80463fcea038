"""Process of an import job, apart from the server that began it: `python -m` and this module.

The order comes as a line of JSON on stdin, with the settings, so that no secret stands among the
arguments. Progress and results go as lines of JSON to stdout. When stdin ends, so does the process:
nobody waits for it. What it was saving is then undone, what it was building is left out.
"""

import contextlib
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from functools import partial
from typing import Any, TextIO

from pydantic import SecretStr

from matcher.access.roles import Caller, Role
from matcher.disk.errors import disk_error
from matcher.disk.outside import outside_text
from matcher.errors import ConflictError, MatcherError
from matcher.language.choice import speaking
from matcher.language.messages import _
from matcher.progress import Step
from matcher.settings import Settings
from matcher.store import jobs
from matcher.store.shared import SharedRecords
from matcher.types import Json
from matcher.wiring.import_job import ImportJob, ImportOrder

STEP_SECONDS = 0.25
"""Time between two lines about the progress of one stage."""


def order_line(settings: Settings, order: ImportOrder, run: str) -> str:
    """Return the line that `main` reads, without its end; `run` is that of matcher.store.jobs."""
    values = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in settings.model_dump().items()
    }
    return json.dumps({"settings": values, "order": asdict(order), "run": run}, default=str)


def main() -> None:
    """Do the work of the order on stdin."""
    given = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with, args=(sys.stdin,), daemon=True).start()
    settings = Settings(**given["settings"])
    lines = _Lines(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    with contextlib.redirect_stdout(sys.stderr), speaking(settings.language):
        try:
            hold = partial(_hold, settings.url, given["run"])
            ImportJob(settings, _order(given["order"]), lines.step, lines.write, hold).run()
            lines.write({"end": "done"})
        except MatcherError as problem:
            lines.write(_failure(problem))
        except Exception as problem:
            if (named := disk_error(problem, settings.home)) is not None:
                lines.write(_failure(named))
                return
            # Without its text, which may quote a record.
            frames = "".join(traceback.format_tb(problem.__traceback__))
            lines.write({"end": "broken", "error": type(problem).__name__, "frames": frames})


def _failure(problem: MatcherError) -> Json:
    """Return the line of an error; what callers are not told of it is for the server's log."""
    outside = outside_text(problem)
    if outside is None:
        return {"end": "failed", "reason": str(problem)}
    return {"end": "failed", "reason": outside, "log": str(problem)}


def _hold(url: str, run: str) -> None:
    """Renew the lease of the job. Raises ConflictError where it is lost, StoreError."""
    with closing(SharedRecords(url)) as shared, shared.writing() as connection:
        if jobs.record(connection, run) == "lost":
            raise ConflictError(
                _("nothing was saved: the server could not renew this job in time; try again")
            )


class _Lines:
    """Writes lines of JSON, not too many about progress."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last: tuple[str, float] = ("", 0.0)

    def write(self, value: Json) -> None:
        print(json.dumps(value, ensure_ascii=False), file=self._stream, flush=True)

    def step(self, step: Step) -> None:
        stage, before = self._last
        moment = time.monotonic()
        if step.stage == stage and moment - before < STEP_SECONDS and step.done != step.total:
            return
        self._last = step.stage, moment
        self.write({"stage": step.stage, "done": step.done, "total": step.total})


def _order(values: Mapping[str, Any]) -> ImportOrder:
    by = values["by"]
    return ImportOrder(**{**values, "by": Caller(**{**by, "role": Role(by["role"])})})


def _end_with(stream: TextIO) -> None:
    """End the process, whatever it does, when the stream ends."""
    stream.read()
    os._exit(1)


if __name__ == "__main__":
    main()
