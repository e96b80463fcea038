"""Turns of expensive work: a few at once, a queue that is foretold, and refusals beyond it."""

import logging
import math
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio
from anyio import CapacityLimiter

from matcher.errors import MatcherError
from matcher.language.messages import _

RECENT, RISING = 10, 3
"""Works whose times weigh most in the time expected of the next one: fewer while they take longer,
so that a queue that slows down is not joined by those who would wait too long."""
PATIENCE = 2
"""Longest wait of a request, as a multiple of the wait from which requests are refused: one that
came in time is rather answered late than refused late."""
MIN_RETRY_SECONDS, MAX_RETRY_SECONDS = 5, 60

logger = logging.getLogger(__name__)


class OverloadedError(MatcherError):
    """So many requests wait for a turn that this one would wait too long."""

    def __init__(self, message: str, retry_seconds: int = MIN_RETRY_SECONDS) -> None:
        super().__init__(message)
        self.retry_seconds = retry_seconds
        """Seconds after which the request may come again."""


class Turns:
    """Turns of one kind of work; used from one event loop.

    Work that waits for its turn holds no thread, so what needs no turn stays fast.
    """

    def __init__(self, name: str, at_once: int, wait_seconds: float, first_guess: float) -> None:
        """Take the number of turns; a request that would wait longer for one is refused.

        `first_guess` is the time in seconds that a work takes, as long as none is known.
        """
        self._name = name
        self._limiter = CapacityLimiter(at_once)
        self._wait_seconds = wait_seconds
        self._work_seconds = first_guess
        """Time of a recent work."""
        self._promised = 0
        """Requests that will soon take their turn, or wait for it."""
        self.refused = 0
        """Requests refused so far."""

    @property
    def waiting(self) -> int:
        """Return how many wait for a turn."""
        return self._limiter.statistics().tasks_waiting

    def check(self) -> None:
        """Raise OverloadedError where a request that comes now would wait too long."""
        if self.expected_wait() > self._wait_seconds:
            raise self._refusal()

    @contextmanager
    def promised(self) -> Iterator[None]:
        """Count a request, while something else is done for it, as one that waits for its turn.

        Raises OverloadedError where it would wait too long.
        """
        self.check()
        self._promised += 1
        try:
            yield
        finally:
            self._promised -= 1

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Take a turn for the work of a request, to the end of the block.

        Raises OverloadedError, at once where the wait can be foreseen.
        """
        self.check()
        turn = object()
        with anyio.move_on_after(PATIENCE * self._wait_seconds) as waiting:
            await self._limiter.acquire_on_behalf_of(turn)
        if waiting.cancelled_caught:
            raise self._refusal()
        began = time.perf_counter()
        try:
            yield
        finally:
            self._limiter.release_on_behalf_of(turn)
            change = time.perf_counter() - began - self._work_seconds
            self._work_seconds += change / (RISING if change > 0 else RECENT)

    @asynccontextmanager
    async def waited_for(self) -> AsyncIterator[None]:
        """Take a turn for work that no request waits for, however long that takes."""
        async with self._limiter:
            yield

    def expected_wait(self) -> float:
        """Return the seconds until a request that comes now would have a turn."""
        free = int(self._limiter.available_tokens)
        before = self.waiting + self._promised - free
        return max(0, before + 1) * self._work_seconds / self._limiter.total_tokens

    def _refusal(self) -> OverloadedError:
        self.refused += 1
        logger.warning(
            "too many requests wait for their turn (%s); refused so far: %d",
            self._name,
            self.refused,
        )
        seconds = math.ceil(self.expected_wait() - self._wait_seconds)
        return OverloadedError(
            _("the server has more to do than it can now: send the request again later"),
            min(MAX_RETRY_SECONDS, max(MIN_RETRY_SECONDS, seconds)),
        )
