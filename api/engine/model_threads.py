"""The few threads that use the model, and the queue of requests that wait for one."""

import logging
import math
import time
from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from matcher.errors import MatcherError
from matcher.language.messages import _

RECENT = 10
"""Answers whose times weigh most in the time expected of the next one."""
PATIENCE = 2
"""Longest wait of a request, as a multiple of the wait from which requests are refused: one that
came in time is rather answered late than refused late."""
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class OverloadedError(MatcherError):
    """So many requests wait for the model that this one would wait too long."""


class ModelThreads:
    """Runs work that uses the model; used from one event loop.

    Work that waits for a thread holds none, so what needs no model stays fast.
    """

    def __init__(self, threads: int, wait_seconds: float) -> None:
        """Take the number of threads; a request that would wait longer for one is refused."""
        self._turns = CapacityLimiter(threads)
        self._threads = CapacityLimiter(math.inf)  # each has a turn
        self._wait_seconds = wait_seconds
        self._answer_seconds = 0.0
        """Time of a recent answer in its thread."""
        self._refused = 0

    async def answer(self, work: Callable[[], Result]) -> Result:
        """Run the work of a request, in its turn.

        Raises OverloadedError, at once where the wait can be foreseen.
        """
        if self._expected_wait() > self._wait_seconds:
            raise self._refusal()
        turn = object()
        with anyio.move_on_after(PATIENCE * self._wait_seconds) as waiting:
            await self._turns.acquire_on_behalf_of(turn)
        if waiting.cancelled_caught:
            raise self._refusal()
        try:
            return await self._timed(work)
        finally:
            self._turns.release_on_behalf_of(turn)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run work that no request waits for, in its turn, however long that takes."""
        async with self._turns:
            return await self._in_thread(work)

    def _expected_wait(self) -> float:
        """Time until a request that comes now would have a thread."""
        if self._turns.available_tokens > 0:
            return 0.0
        turns = self._turns.statistics().tasks_waiting + 1
        return turns * self._answer_seconds / self._turns.total_tokens

    async def _timed(self, work: Callable[[], Result]) -> Result:
        began = time.perf_counter()
        try:
            return await self._in_thread(work)
        finally:
            change = time.perf_counter() - began - self._answer_seconds
            self._answer_seconds += change / RECENT

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        """Run work in a thread. That cannot be stopped: a cancelled task waits until it ends."""
        return await to_thread.run_sync(work, limiter=self._threads)

    def _refusal(self) -> OverloadedError:
        self._refused += 1
        logger.warning("too many requests wait for the model; refused so far: %d", self._refused)
        return OverloadedError(
            _("the server has more needs to answer than it can now: send the request again later")
        )
