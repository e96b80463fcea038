"""Problems of pages: a person reads a page in place of application/problem+json."""

import json

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.paths import is_page, route_path
from api.http.problems import MEDIA_TYPE
from api.pages.rendering import error_page

_KEPT = ("retry-after", "ratelimit", "ratelimit-policy", "allow", "set-cookie")
"""Headers of the problem that the page has, too."""


class PageProblems:
    """Replaces the problem that a browser's request ran into by a page that says the same."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an answer that is no problem is not held back."""
        if scope["type"] != "http" or not _is_read_by_person(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def replacing_send(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                if Headers(raw=message["headers"]).get("content-type") == MEDIA_TYPE:
                    start = message
                    return
            elif start is not None:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _page(scope, start, body)(scope, receive, send)
                return
            await send(message)

        await self._app(scope, receive, replacing_send)


def _is_read_by_person(scope: Scope) -> bool:
    """True for a request for a page by a browser; a program asks for no HTML."""
    return is_page(route_path(scope)) and "text/html" in Headers(scope=scope).get("accept", "")


def _page(scope: Scope, start: Message, body: bytes) -> ASGIApp:
    headers = Headers(raw=start["headers"])
    kept = {name: headers[name] for name in _KEPT if name in headers}
    return error_page(Request(scope), json.loads(body), kept)
