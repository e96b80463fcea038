"""Jobs of imports: followed, one at a time, cancelled, and honest after a restart."""

import json
import logging
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from api.engine.import_jobs import ImportJobs
from api.middleware import server_log
from matcher.errors import ConflictError, NotFoundError
from matcher.language.choice import speaking
from matcher.request_ids import working_for
from matcher.settings import Settings
from matcher.store import patents
from matcher.store.jobs import JobState
from matcher.store.schema.servers import jobs as jobs_table
from matcher.store.schema.times import database_time
from matcher.store.shared import SharedRecords
from matcher.wiring.build import index_state
from matcher.wiring.build_lock import build_lock
from matcher.wiring.import_job import ImportOrder, Work
from matcher.wiring.open import open_store
from matcher.workflows.imports.staged import Staged
from tests.support.import_files import BOTH, delimited
from tests.support.staged_imports import STAFF, stage, work_elsewhere
from tests.support.waiting import wait_for

EXPORT = {"导出.csv": delimited(BOTH).encode()}


@pytest.fixture
def jobs(empty: Settings) -> Iterator[ImportJobs]:
    running = ImportJobs(empty)
    yield running
    running.close()


@pytest.fixture
def staged(empty: Settings) -> Staged:
    return stage(empty.home, EXPORT)


def start(jobs: ImportJobs, staged: Staged, work: Work = "read") -> None:
    jobs.start(ImportOrder(work, staged.id, STAFF))


def state(jobs: ImportJobs, staged: Staged) -> JobState:
    found = jobs.state(staged.id)
    assert found is not None
    return found


def finish(jobs: ImportJobs, staged: Staged, work: Work = "read") -> JobState:
    """Do a job to its end."""
    start(jobs, staged, work)
    wait_for(lambda: state(jobs, staged).is_over)
    return state(jobs, staged)


def count(settings: Settings) -> int:
    with open_store(settings) as store, store.reading() as connection:
        return patents.count(connection)


def test_an_import_is_read_saved_and_indexed_in_processes_of_its_own(
    empty: Settings, jobs: ImportJobs, staged: Staged
) -> None:
    assert jobs.state(staged.id) is None
    read = finish(jobs, staged)
    assert (read.state, read.reason, read.saved) == ("done", None, None)
    assert count(empty) == 0
    saved = finish(jobs, staged, "save")
    assert saved.state == "done" and saved.saved is not None and saved.index is not None
    assert saved.saved["files"][0]["new"] == saved.index["patents"] == count(empty) == 2
    index = index_state(empty)
    assert index is not None and index.misfit is None
    # Another server sees the same.
    other = ImportJobs(empty)
    assert state(other, staged) == saved
    other.close()


def test_a_failure_says_its_reason_in_the_language_of_the_caller(
    jobs: ImportJobs, staged: Staged
) -> None:
    with speaking("zh"):
        failed = finish(jobs, staged, "save")
    assert failed.state == "failed"
    assert failed.reason == "这次导入的文件还没有读完：请稍候，或重新读取"


def test_what_was_saved_is_told_although_the_index_fails(
    empty: Settings, jobs: ImportJobs, staged: Staged
) -> None:
    finish(jobs, staged)
    empty.index_folder.mkdir()
    with (
        open_store(empty) as store,
        store.reading() as connection,
        build_lock(connection)(empty.index_folder),
    ):
        failed = finish(jobs, staged, "save")
    assert failed.state == "failed" and failed.reason is not None
    assert "another process is building" in failed.reason
    assert failed.saved is not None and failed.index is None
    again = finish(jobs, staged, "index")
    assert (again.state, again.saved) == ("done", failed.saved)
    assert again.index is not None and again.index["patents"] == 2


def test_one_job_waits_for_another(empty: Settings, jobs: ImportJobs, staged: Staged) -> None:
    with work_elsewhere(empty):
        start(jobs, staged)
        with pytest.raises(ConflictError, match="already"):
            start(jobs, staged)
        wait_for(lambda: state(jobs, staged).state == "waiting")
    assert wait_for(lambda: state(jobs, staged).is_over)
    assert state(jobs, staged).state == "done"


def test_a_waiting_job_is_cancelled(empty: Settings, jobs: ImportJobs, staged: Staged) -> None:
    with work_elsewhere(empty):
        start(jobs, staged)
        jobs.cancel(staged.id)
        assert state(jobs, staged).state == "cancelled"


def test_a_cancelled_import_saves_nothing(
    empty: Settings, jobs: ImportJobs, staged: Staged
) -> None:
    finish(jobs, staged)
    with (
        open_store(empty) as store,
        store.changing_catalogue(),
    ):  # so it waits in front of its transaction
        start(jobs, staged, "save")
        wait_for(lambda: state(jobs, staged).stage.startswith("reading"))
        jobs.cancel(staged.id)
    cancelled = state(jobs, staged)
    assert (cancelled.state, cancelled.saved) == ("cancelled", None)
    assert count(empty) == 0
    with sqlite3.connect(empty.home / "matcher.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_process_that_is_killed_is_told_and_logged(
    empty: Settings,
    jobs: ImportJobs,
    staged: Staged,
    caplog: pytest.LogCaptureFixture,
) -> None:
    finish(jobs, staged)
    with caplog.at_level(logging.ERROR), open_store(empty) as store, store.changing_catalogue():
        start(jobs, staged, "save")
        wait_for(lambda: state(jobs, staged).stage.startswith("reading"))
        process = jobs._jobs[staged.id]._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        wait_for(lambda: state(jobs, staged).is_over)
    broken = state(jobs, staged)
    assert broken.state == "failed" and broken.reason and "broke off" in broken.reason
    assert "status -9" in caplog.text


def test_the_lines_of_a_job_carry_the_id_of_its_request(
    empty: Settings, jobs: ImportJobs, staged: Staged, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(server_log.formatter("json"))

    def told(identity: str) -> list[str]:
        lines = [json.loads(line) for line in caplog.text.splitlines() if line.startswith("{")]
        mine = [line for line in lines if line["request_id"] == identity]
        return [line.get("state", line["level"]) for line in mine]

    with caplog.at_level(logging.INFO, "api.engine.followed_job"):
        with working_for("asked-first"):
            finish(jobs, staged)
        wait_for(lambda: "done" in told("asked-first"))
        with open_store(empty) as store, store.changing_catalogue(), working_for("asked-then"):
            start(jobs, staged, "save")
            wait_for(lambda: state(jobs, staged).stage.startswith("reading"))
            process = jobs._jobs[staged.id]._process
            assert process is not None
            os.kill(process.pid, signal.SIGKILL)
            wait_for(lambda: "failed" in told("asked-then"))
    assert told("asked-first") == ["waiting", "running", "done"]
    assert told("asked-then") == ["waiting", "running", "error", "failed"]


def test_a_job_that_has_ended_is_not_said_to_be_stopped_while_its_process_goes(
    jobs: ImportJobs,
    staged: Staged,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("api.engine.followed_job.BEAT_SECONDS", 0.01)
    assert finish(jobs, staged).state == "done"
    wait_for(lambda: jobs._jobs[staged.id].is_over)
    assert "lease" not in caplog.text


def test_the_end_of_a_server_interrupts_its_jobs(
    empty: Settings, jobs: ImportJobs, staged: Staged
) -> None:
    other = ImportJobs(empty)
    with work_elsewhere(empty):
        start(jobs, staged)
        assert state(other, staged).state == "waiting"
        jobs.close()
    assert state(jobs, staged).state == state(other, staged).state == "interrupted"
    other.close()


def test_another_server_sees_a_job_and_cancels_it(
    empty: Settings, jobs: ImportJobs, staged: Staged
) -> None:
    other = ImportJobs(empty)
    finish(jobs, staged)
    with (
        open_store(empty) as store,
        store.changing_catalogue(),
    ):  # so it waits in front of its transaction
        start(jobs, staged, "save")
        wait_for(lambda: state(other, staged).stage.startswith("reading"))
        with pytest.raises(ConflictError, match="already"):
            start(other, staged, "save")
        other.cancel(staged.id)
        assert state(other, staged).state == "cancelled"
    assert count(empty) == 0
    other.close()


def test_a_job_whose_server_gives_no_sign_is_interrupted_and_saves_nothing(
    empty: Settings,
    jobs: ImportJobs,
    staged: Staged,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finish(jobs, staged)
    monkeypatch.setattr("api.engine.followed_job.BEAT_SECONDS", 3600.0)
    with closing(SharedRecords(empty.url)) as shared:
        with open_store(empty) as store, store.changing_catalogue():
            start(jobs, staged, "save")
            wait_for(lambda: state(jobs, staged).stage.startswith("reading"))
            with shared.writing() as connection:  # the lease has passed by
                ended = database_time(connection) - timedelta(seconds=1)
                connection.execute(update(jobs_table).values(leased_until=ended))
            assert state(jobs, staged).state == "interrupted"
        job = jobs._jobs[staged.id]
        wait_for(lambda: job.is_over)
        assert (state(jobs, staged).state, count(empty)) == ("interrupted", 0)
    monkeypatch.undo()
    assert finish(jobs, staged, "save").state == "done"
    assert count(empty) == 2


def test_the_end_of_the_server_ends_the_process(
    empty: Settings, jobs: ImportJobs, staged: Staged
) -> None:
    finish(jobs, staged)
    with open_store(empty) as store, store.changing_catalogue():
        start(jobs, staged, "save")
        wait_for(lambda: state(jobs, staged).stage.startswith("reading"))
        process = jobs._jobs[staged.id]._process
        assert process is not None and process.stdin is not None
        process.stdin.close()  # as the system does when the server is killed
        assert process.wait(60) == 1


def test_no_secret_and_no_contact_stands_in_the_state_of_a_job(
    empty: Settings, staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = ImportJobs(empty.model_copy(update={"key_pepper": "s" * 20}))
    seen: list[object] = []
    popen = subprocess.Popen

    def watched(arguments: list[str], **options: Any) -> subprocess.Popen[str]:
        seen.extend([arguments, options.get("env")])
        return popen(arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", watched)
    finish(jobs, staged)
    kept = jobs.state(staged.id)
    assert kept is not None and kept.state == "done"
    assert "s" * 20 not in str(seen) + repr(kept)
    jobs.close()


def test_a_text_that_is_no_id_names_no_folder(jobs: ImportJobs) -> None:
    for text in ("../..", "import_", "import_" + "0" * 24 + "/.."):
        with pytest.raises(NotFoundError):
            jobs.state(text)
