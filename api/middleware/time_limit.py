"""Time limit of a request until its answer begins."""

import asyncio
import time
from collections.abc import Container

from anyio import CancelScope
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.paths import route_path
from api.http.problems import RETRY_AFTER, TOOK_TOO_LONG, respond
from matcher.language.messages import _

MAX_BODY_SECONDS = 3600.0
"""Time until a slow body must be there."""


class TimeLimit:
    """Answers 503 to a request that takes too long.

    A request that waits for a thread is dropped then. A thread at work cannot be stopped: it ends
    by itself, its answer is dropped, and until then it counts against the limit of threads, so
    that threads never pile up.

    At the paths of slow bodies the time counts from the last piece of the body that came.
    """

    def __init__(
        self, app: ASGIApp, seconds: float, slow_bodies: Container[str] = frozenset()
    ) -> None:
        self._app = app
        self._seconds = seconds
        self._slow_bodies = slow_bodies
        self._running: set[asyncio.Task[None]] = set()
        """Running tasks; the loop itself holds them only weakly."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer 503 in its place when the time is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = over = False
        begun = counted_from = time.monotonic()
        is_slow = route_path(scope) in self._slow_bodies
        # Threads are shielded from a scope's cancellation but not from a task's: a cancelled task
        # would end at once, and its thread would no longer count.
        working = CancelScope()

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if not over:
                started = True
                await send(message)

        async def noted_receive() -> Message:
            nonlocal counted_from
            message = await receive()
            if message.get("body"):
                counted_from = min(time.monotonic(), begun + MAX_BODY_SECONDS)
            return message

        async def work() -> None:
            with working:
                await self._app(scope, noted_receive if is_slow else receive, guarded_send)

        task = asyncio.create_task(work())
        self._running.add(task)
        task.add_done_callback(self._forget)
        try:
            while (
                not (started or task.done())
                and (left := counted_from + self._seconds - time.monotonic()) > 0
            ):
                await asyncio.wait({task}, timeout=left)
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
