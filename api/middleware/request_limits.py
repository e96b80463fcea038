"""Limits of the path, query and headers of a request; some headers may come only once."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.problems import (
    HEADERS_TOO_LARGE,
    MALFORMED_HEADERS,
    QUERY_TOO_LONG,
    Kind,
    respond,
)
from matcher.language.messages import _

MAX_TARGET_BYTES = 8_192
MAX_HEADER_BYTES = 16_384
MAX_HEADERS = 100
SINGLE_HEADERS = (
    "host",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
)
"""Headers that would be ambiguous if they came twice."""


class RequestLimits:
    """Answers 414 to a long path or query, 431 to large headers, 400 to contradicting ones."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it is within the limits."""
        fault = _fault(scope) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await respond(*fault)(scope, receive, send)


def _fault(scope: Scope) -> tuple[Kind, str] | None:
    target = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
    if target > MAX_TARGET_BYTES:
        return QUERY_TOO_LONG, _(
            "path and query may have {most:,} bytes together",
            most=MAX_TARGET_BYTES,
        )
    raw = scope["headers"]
    if len(raw) > MAX_HEADERS or sum(len(n) + len(v) for n, v in raw) > MAX_HEADER_BYTES:
        return HEADERS_TOO_LARGE, (
            _(
                "a request may have {count} headers of {most:,} bytes together",
                count=MAX_HEADERS,
                most=MAX_HEADER_BYTES,
            )
        )
    headers = Headers(scope=scope)
    for name in SINGLE_HEADERS:
        if len(headers.getlist(name)) > 1:
            return MALFORMED_HEADERS, _("send the header {name} once", name=name)
    return None
