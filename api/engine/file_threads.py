"""The few threads that make large files, and the queue of requests that wait for one."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from api.engine.model_threads import OverloadedError
from matcher.language.messages import _

FILES_AT_ONCE = 2
"""Files that are made at the same time: each takes a processor, and up to 100 MB."""
MOST_WAITING = 10
"""Files that wait for their turn; a further one is refused."""
Result = TypeVar("Result")


class FileThreads:
    """Makes files, a few at a time; used from one event loop.

    A file that waits for its turn holds no thread, so that pages stay fast however many files are
    asked for.
    """

    def __init__(self) -> None:
        """Make no thread yet."""
        self._turns = CapacityLimiter(FILES_AT_ONCE)
        self._asked = 0
        """Files that are being made or wait."""

    async def run(self, work: Callable[[], Result]) -> Result:
        """Make a file in its turn. Raises OverloadedError where too many wait."""
        if self._asked >= FILES_AT_ONCE + MOST_WAITING:
            raise OverloadedError(
                _("many files are being made now: ask for this one again in a minute")
            )
        self._asked += 1
        try:
            return await to_thread.run_sync(work, limiter=self._turns)
        finally:
            self._asked -= 1
