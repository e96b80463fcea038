"""The few threads that use the model, and the queue of requests that wait for one."""

import math
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from api.engine.turns import Turns

ANSWER_SECONDS = 0.5
"""Time that an answer takes, as long as none was given."""
Result = TypeVar("Result")


class ModelThreads:
    """Runs work that uses the model; used from one event loop."""

    def __init__(self, threads: int, wait_seconds: float) -> None:
        """Take the number of threads; a request that would wait longer for one is refused."""
        self.turns = Turns("model", threads, wait_seconds, ANSWER_SECONDS)
        self._threads = CapacityLimiter(math.inf)  # each has a turn

    async def answer(self, work: Callable[[], Result]) -> Result:
        """Run the work of a request, in its turn.

        Raises OverloadedError, at once where the wait can be foreseen.
        """
        async with self.turns.taken():
            return await self._in_thread(work)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run work that no request waits for, in its turn, however long that takes."""
        async with self.turns.waited_for():
            return await self._in_thread(work)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        """Run work in a thread. That cannot be stopped: a cancelled task waits until it ends."""
        return await to_thread.run_sync(work, limiter=self._threads)
