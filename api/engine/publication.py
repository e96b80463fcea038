"""The look for a newly published index: every server uses it soon, also while nobody asks."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio import to_thread

from api.engine.live import LiveEngine

SEEN_SECONDS = 5.0
"""Time after which every server uses a newly published index, once that is opened."""
LOOK_SECONDS = 2.0
"""Time between two looks; a request looks too."""

logger = logging.getLogger(__name__)


@asynccontextmanager
async def following(engine: LiveEngine) -> AsyncIterator[None]:
    """Follow what is published until the end of the block."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_look, engine)
        try:
            yield
        finally:
            tasks.cancel_scope.cancel()


async def _look(engine: LiveEngine) -> None:
    warned = ""
    while True:
        await anyio.sleep(LOOK_SECONDS)
        try:
            await to_thread.run_sync(engine.refresh)
            warned = ""
        except Exception as problem:  # the next look may succeed; the server goes on
            name = type(problem).__name__
            if name != warned:
                logger.warning("no look for a newly published index was possible (%s)", name)
            warned = name
