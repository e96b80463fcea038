"""Time limit of a request until its answer begins."""

import asyncio

from anyio import CancelScope
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import RETRY_AFTER, TOOK_TOO_LONG, respond
from matcher.language.messages import _


class TimeLimit:
    """Answers 503 to a request that takes too long.

    A request that waits for a thread is dropped then. A thread at work cannot be stopped: it ends
    by itself, its answer is dropped, and until then it counts against the limit of threads, so
    that threads never pile up.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds
        self._running: set[asyncio.Task[None]] = set()
        """Running tasks; the loop itself holds them only weakly."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer 503 in its place when the time is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = over = False
        # Threads are shielded from a scope's cancellation but not from a task's: a cancelled task
        # would end at once, and its thread would no longer count.
        working = CancelScope()

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if not over:
                started = True
                await send(message)

        async def work() -> None:
            with working:
                await self._app(scope, receive, guarded_send)

        task = asyncio.create_task(work())
        self._running.add(task)
        task.add_done_callback(self._forget)
        try:
            await asyncio.wait({task}, timeout=self._seconds)
            if started or task.done():
                await task
                return
            over = True
        finally:
            if not task.done():
                working.cancel()
        detail = _(
            "no answer was ready in {seconds:g} seconds: try again later, or ask for less",
            seconds=self._seconds,
        )
        await respond(TOOK_TOO_LONG, detail, headers=RETRY_AFTER)(scope, receive, send)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # retrieved, or asyncio would log it; the request is answered already
