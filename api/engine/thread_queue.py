"""The queue for the threads that do all but the model's work and files, and its refusals."""

import logging
import math
import time
from collections.abc import Callable
from typing import TypeVar

from anyio import to_thread

from api.engine.turns import MAX_RETRY_SECONDS, MIN_RETRY_SECONDS, RECENT, OverloadedError
from matcher.language.messages import _

HOPS = 3
"""Times that a request waits for a thread: its admission, its rights, its work."""
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class ThreadQueue:
    """Foretells the wait for a thread from the waits of late; used from one event loop.

    Every request passes it once, at its admission.
    """

    def __init__(self, wait_seconds: float) -> None:
        """Take the wait above which a request is refused."""
        self._wait_seconds = wait_seconds
        self._place_seconds = 0.0
        """Time in which the queue moves on by one place."""
        self.refused = 0
        """Requests refused so far."""

    @property
    def waiting(self) -> int:
        """Return how many wait for a thread."""
        return to_thread.current_default_thread_limiter().statistics().tasks_waiting

    def expected_wait(self) -> float:
        """Return the seconds that a request which comes now would wait for threads in all."""
        if to_thread.current_default_thread_limiter().available_tokens > 0:
            return 0.0
        return HOPS * (self.waiting + 1) * self._place_seconds

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do the first work of a request in a thread. Raises OverloadedError."""
        if (expected := self.expected_wait()) > self._wait_seconds:
            self.refused += 1
            logger.warning(
                "too many requests wait for their turn (threads); refused so far: %d", self.refused
            )
            raise OverloadedError(
                _("the server has more to do than it can now: send the request again later"),
                min(MAX_RETRY_SECONDS, max(MIN_RETRY_SECONDS, math.ceil(expected))),
            )
        place = self.waiting + 1
        began = time.perf_counter()

        def timed() -> Result:
            nonlocal began
            began = time.perf_counter() - began
            return work()

        result = await to_thread.run_sync(timed)
        self._place_seconds += (began / place - self._place_seconds) / RECENT
        return result
