"""A disk that does not answer: time limits hold, and nothing else waits for it."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from api.app import create_app
from api.engine import followed_job
from api.engine.import_jobs import ImportJobs
from matcher.settings import Settings
from matcher.wiring.import_job import ImportOrder
from tests.support.import_files import BOTH, delimited
from tests.support.samples import GRIPPER
from tests.support.staged_imports import STAFF, stage
from tests.support.waiting import wait_for

LIMIT = 0.3
"""Seconds of the time limit, which the slow request outlasts however fast the machine is. On a slow
one a request may end before it reads, and is sent again."""


class SlowDisk:
    """Lets no read of patents through until it goes on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def read(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Wait where a statement reads a patent."""
        if "FROM patents" in statement and not self.go_on.is_set():
            self.reached.set()
            assert self.go_on.wait(120)


@pytest.fixture
def slow() -> Iterator[SlowDisk]:
    disk = SlowDisk()
    yield disk
    disk.go_on.set()


def test_a_request_that_waits_for_the_disk_gets_503_and_others_go_on(
    settings: Settings, slow: SlowDisk
) -> None:
    limited = settings.model_copy(update={"request_seconds": LIMIT})
    with TestClient(create_app(limited)) as client, ThreadPoolExecutor(1) as threads:
        engine = client.app.state.engine  # type: ignore[attr-defined]
        database = engine.catalogue().store.engine
        event.listen(database, "before_cursor_execute", slow.read)
        late = threads.submit(_ask_until_read, client, slow)
        assert slow.reached.wait(60)
        assert client.get("/healthz").status_code == 200
        assert late.result(120).status_code == 503
        assert late.result().json()["type"] == "urn:problem-type:matcher:took-too-long"
        slow.go_on.set()
        event.remove(database, "before_cursor_execute", slow.read)
        found = wait_for(lambda: _found(client))
        assert found == GRIPPER.id


def _ask_until_read(client: TestClient, slow: SlowDisk) -> Any:
    """Return the answer to the first request that came as far as to read."""
    while True:
        answer = client.get(f"/v1/patents/{GRIPPER.id}")
        if slow.reached.is_set():
            return answer


def _found(client: TestClient) -> str | None:
    answer = client.get(f"/v1/patents/{GRIPPER.id}")
    return answer.json()["id"] if answer.status_code == 200 else None


def test_an_import_whose_process_stands_still_is_cancelled(
    empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that waits for its disk hears no signal but the one that ends it."""
    monkeypatch.setattr(followed_job, "END_SECONDS", 0.5)
    jobs = ImportJobs(empty)
    staged = stage(empty.home, {"导出.csv": delimited(BOTH).encode()})
    popen = subprocess.Popen

    def stopped(*given: Any, **named: Any) -> Any:
        process = popen(*given, **named)
        os.kill(process.pid, signal.SIGSTOP)
        return process

    monkeypatch.setattr(subprocess, "Popen", stopped)
    jobs.start(ImportOrder("read", staged.id, STAFF))
    wait_for(lambda: _state(jobs, staged.id) == "running")
    jobs.cancel(staged.id)
    assert wait_for(lambda: _state(jobs, staged.id) == "cancelled")
    monkeypatch.undo()
    jobs.start(ImportOrder("read", staged.id, STAFF))
    assert wait_for(lambda: _state(jobs, staged.id) == "done")
    jobs.close()


def _state(jobs: ImportJobs, staged: str) -> str | None:
    state = jobs.state(staged)
    return None if state is None else state.state
