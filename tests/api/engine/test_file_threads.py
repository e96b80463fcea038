"""Threads for files: few at a time, the rest wait without a thread, too many are refused."""

from threading import Event, Lock

import anyio
import pytest
from anyio import to_thread

from api.engine.file_threads import FILES_AT_ONCE, MOST_WAITING, FileThreads
from api.engine.model_threads import OverloadedError


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
        files = FileThreads()
        async with anyio.create_task_group() as tasks:
            for _number in range(FILES_AT_ONCE + MOST_WAITING + 5):
                tasks.start_soon(ask, files)
            await anyio.wait_all_tasks_blocked()
            assert to_thread.current_default_thread_limiter().borrowed_tokens == 0
            may_end.set()

    anyio.run(scenario)
    assert (most, made, refused) == (FILES_AT_ONCE, FILES_AT_ONCE + MOST_WAITING, 5)


def test_a_turn_is_free_again_after_a_file_that_failed() -> None:
    def fail() -> None:
        raise ValueError

    async def scenario() -> int:
        files = FileThreads()
        for _number in range(FILES_AT_ONCE + 1):
            with pytest.raises(ValueError):
                await files.run(fail)
        return await files.run(lambda: 7)

    assert anyio.run(scenario) == 7
