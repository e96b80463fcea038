"""Refusal of requests whose end two servers can see in different places (request smuggling)."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.problems import MALFORMED_HEADERS, respond
from matcher.language.messages import _

_CLOSE = {"Connection": "close"}


class MessageFraming:
    """Answers 400 to a body of two lengths or of an unknown form, and closes the connection.

    What else is wrong with the request is not looked at: what follows on the connection may be
    another one, hidden from a gateway in front (RFC 9112, 6.1 and 6.3).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if the end of its body is beyond doubt."""
        fault = _fault(scope) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await respond(MALFORMED_HEADERS, fault, headers=_CLOSE)(scope, receive, send)


def _fault(scope: Scope) -> str | None:
    headers = Headers(scope=scope)
    lengths = headers.getlist("content-length")
    encodings = headers.getlist("transfer-encoding")
    if lengths and encodings:
        return _("send Content-Length or Transfer-Encoding, not both")
    if len(lengths) > 1 or any(not (n.isascii() and n.isdecimal()) for n in lengths):
        return _("send Content-Length once, as a number")
    if encodings and [encoding.lower() for encoding in encodings] != ["chunked"]:
        return _("the only Transfer-Encoding is chunked: send it once, or a Content-Length")
    if encodings and scope.get("http_version") == "1.0":
        return _("HTTP/1.0 has no Transfer-Encoding: send a Content-Length")
    return None
