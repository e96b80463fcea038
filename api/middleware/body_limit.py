"""Size limit of request bodies, those sent in chunks included."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import CONTENT_TOO_LARGE, respond
from matcher.language.messages import _

MAX_BODY_BYTES = 1_000_000
MAX_DISCARDED_BYTES = 20_000_000


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
        detail = _(
            "a request body may have {most:,} bytes at most: shorten the need",
            most=self._max_bytes,
        )
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self._max_bytes:
            await _discard(receive)
            await respond(CONTENT_TOO_LARGE, detail)(scope, receive, send)
            return
        read = 0

        async def counting_receive() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._max_bytes:
                if message.get("more_body"):
                    await _discard(receive)
                raise HTTPException(CONTENT_TOO_LARGE.status, detail)
            return message

        await self._app(scope, counting_receive, send)


async def _discard(receive: Receive) -> None:
    """Read the rest of a body and drop it: many clients read an answer only after the last byte."""
    read = 0
    while read < MAX_DISCARDED_BYTES:
        message = await receive()
        read += len(message.get("body", b""))
        if not message.get("more_body"):
            return
