"""The queue for threads: foretold from waits of late, and refused beyond the bound."""

import itertools
from functools import partial
from threading import Event
from types import SimpleNamespace

import anyio
import pytest
from anyio import to_thread
from anyio.abc import TaskGroup

from api.engine import thread_queue
from api.engine.thread_queue import ThreadQueue
from api.engine.turns import OverloadedError


def test_a_request_that_would_wait_too_long_for_a_thread_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = itertools.count(step=100)  # each wait counts as one of a hundred seconds
    monkeypatch.setattr(thread_queue, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    may_end = Event()

    async def occupy(tasks: TaskGroup) -> None:
        limiter = to_thread.current_default_thread_limiter()
        limiter.total_tokens = 2
        for _number in range(3):
            tasks.start_soon(partial(to_thread.run_sync, may_end.wait))
        await anyio.wait_all_tasks_blocked()

    async def scenario() -> None:
        queue = ThreadQueue(wait_seconds=5)
        assert await queue.run(lambda: 7) == 7
        async with anyio.create_task_group() as tasks:
            await occupy(tasks)
            assert (queue.waiting, queue.refused) == (1, 0)
            with pytest.raises(OverloadedError) as refusal:
                await queue.run(lambda: 7)
            assert refusal.value.retry_seconds == 60 and queue.refused == 1
            may_end.set()
        assert queue.expected_wait() == 0, "a thread is free"
        assert await queue.run(lambda: 8) == 8

    anyio.run(scenario)
