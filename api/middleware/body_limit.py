"""A limit to the size of request bodies, whether their length is told or they come in chunks."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import CONTENT_TOO_LARGE, respond

MAX_BODY_BYTES = 1_000_000
DISCARD_AT_MOST = 20_000_000


class BodyLimit:
    """Answers 413 to a body that is too large.

    The framework's own limit does the same, but answers in plain text.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what is read of its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        detail = f"a request body may have {self._max_bytes:,} bytes at most: shorten the need"
        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and int(told) > self._max_bytes:
            await _discard(receive)
            await respond(CONTENT_TOO_LARGE, detail)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._max_bytes:
                if message.get("more_body"):
                    await _discard(receive)
                raise HTTPException(CONTENT_TOO_LARGE.status, detail)
            return message

        await self._app(scope, counted, send)


async def _discard(receive: Receive) -> None:
    """Read on without keeping anything: many clients see an answer only after they sent it all."""
    read = 0
    while read < DISCARD_AT_MOST:
        message = await receive()
        read += len(message.get("body", b""))
        if not message.get("more_body"):
            return
