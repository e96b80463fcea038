"""Size limit of request bodies, those sent in chunks included."""

from collections.abc import Mapping

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.paths import route_path
from api.http.problems import CONTENT_TOO_LARGE, respond
from matcher.language.messages import _

MAX_BODY_BYTES = 1_000_000
LARGER_BODIES: Mapping[str, int] = {"/": 21_000_000}
"""Bytes of a body at the paths that take a file."""
MAX_DISCARDED_BYTES = 20_000_000


class BodyLimit:
    """Answers 413 to a body that is too large.

    The framework's own limit does the same, but answers in plain text.
    """

    def __init__(self, app: ASGIApp, larger: Mapping[str, int] = LARGER_BODIES) -> None:
        self._app = app
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what is read of its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._larger.get(route_path(scope), MAX_BODY_BYTES)
        detail = _("a request body may have {most:,} bytes at most: send less", most=most)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > most:
            await _discard(receive)
            await respond(CONTENT_TOO_LARGE, detail)(scope, receive, send)
            return
        read = 0

        async def counting_receive() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
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
