"""The few threads that make large files, and the queue of requests that wait for one."""

import math
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from api.engine.turns import Turns

FILES_AT_ONCE = 2
"""Files that are made at the same time: each takes a processor, and up to 100 MB."""
FILE_SECONDS = 1.0
"""Time that a file takes, as long as none was made."""
Result = TypeVar("Result")


class FileThreads:
    """Makes files, a few at a time; used from one event loop.

    A file that waits for its turn holds no thread, so that pages stay fast however many files are
    asked for.
    """

    def __init__(self, wait_seconds: float) -> None:
        """Make no thread yet; a request that would wait longer for one is refused."""
        self.turns = Turns("files", FILES_AT_ONCE, wait_seconds, FILE_SECONDS)
        self._threads = CapacityLimiter(math.inf)  # each has a turn

    async def run(self, work: Callable[[], Result]) -> Result:
        """Make a file in its turn. Raises OverloadedError where too many wait."""
        async with self.turns.taken():
            return await to_thread.run_sync(work, limiter=self._threads)


async def _turn(request: Request) -> AsyncIterator[None]:
    files: FileThreads = request.app.state.file_threads
    async with files.turns.taken():
        yield


FILE_TURN = Depends(_turn, scope="function")
"""Dependency of a route whose handler makes a file: it waits for its turn, holding no thread."""
