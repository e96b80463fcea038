"""Threads for files: few at a time, the rest wait without a thread, too many are refused."""

import itertools
from threading import Event, Lock
from types import SimpleNamespace

import anyio
import pytest
from anyio import to_thread

from api.engine import turns
from api.engine.file_threads import FILES_AT_ONCE, FileThreads
from api.engine.turns import OverloadedError

WAITING = 10


def test_few_files_are_made_at_once_and_pages_have_threads_left() -> None:
    may_end, counting = Event(), Lock()
    at_work, most, made, refused = 0, 0, 0, 0

    def make() -> None:
        nonlocal at_work, most
        with counting:
            at_work += 1
            most = max(most, at_work)
        may_end.wait()
        with counting:
            at_work -= 1

    async def ask(files: FileThreads) -> None:
        nonlocal made, refused
        try:
            await files.run(make)
            made += 1
        except OverloadedError:
            refused += 1

    async def scenario() -> None:
        # As long as no file was made, one is expected to take a second.
        files = FileThreads(wait_seconds=WAITING / FILES_AT_ONCE)
        async with anyio.create_task_group() as tasks:
            for _number in range(FILES_AT_ONCE + WAITING + 5):
                tasks.start_soon(ask, files)
            await anyio.wait_all_tasks_blocked()
            assert to_thread.current_default_thread_limiter().borrowed_tokens == 0
            may_end.set()

    anyio.run(scenario)
    assert (most, made, refused) == (FILES_AT_ONCE, FILES_AT_ONCE + WAITING, 5)


def test_a_refused_file_is_told_when_the_others_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(step=200)  # each file takes two hundred seconds
    monkeypatch.setattr(turns, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    may_end = Event()

    async def scenario() -> int:
        files = FileThreads(wait_seconds=5)
        for _number in range(2):
            await files.run(lambda: None)
        async with anyio.create_task_group() as tasks:
            for _number in range(FILES_AT_ONCE):
                tasks.start_soon(files.run, may_end.wait)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(OverloadedError) as refusal:
                await files.run(lambda: None)
            may_end.set()
        return refusal.value.retry_seconds

    assert 5 < anyio.run(scenario) <= turns.MAX_RETRY_SECONDS


def test_a_turn_is_free_again_after_a_file_that_failed() -> None:
    def fail() -> None:
        raise ValueError

    async def scenario() -> int:
        files = FileThreads(wait_seconds=5)
        for _number in range(FILES_AT_ONCE + 1):
            with pytest.raises(ValueError):
                await files.run(fail)
        return await files.run(lambda: 7)

    assert anyio.run(scenario) == 7
