"""Language of a request: the parameter `lang`, or else Accept-Language, or else the server's.

Pages are Chinese first: the parameter, then the cookie that it left, then Chinese, unless the
server's setting says another language.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.paths import is_page, route_path
from matcher.language.choice import Language, accepted_language, is_language, speaking

PARAMETER = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
"""Life of the cookie that keeps the language of pages."""
_DESCRIPTION = {
    "name": PARAMETER,
    "in": "query",
    "required": False,
    "description": "Language of notes, reasons and errors: zh 中文 or en; by default as "
    "Accept-Language says.",
    "schema": {"type": "string", "enum": ["zh", "en"]},
}


class RequestLanguage:
    """Middleware that lets a request be answered in its language."""

    def __init__(self, app: ASGIApp, default: Language, page_default: Language) -> None:
        """Wrap `app`; the defaults are for requests that name no language."""
        self._app = app
        self._default = default
        self._page_default = page_default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; no route sees the parameter."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query, chosen = _taken(scope["query_string"])
        if is_page(route_path(scope)):
            kept = Request(scope).cookies.get(PARAMETER)
            language = chosen or (kept if is_language(kept) else self._page_default)
        else:
            header = Headers(scope=scope).get("accept-language", "")
            language = chosen or accepted_language(header) or self._default
            chosen = None
        with speaking(language):
            scope["query_string"] = query  # in place: the request log reads the route from it
            await self._app(scope, receive, send if chosen is None else _keeping(send, chosen))


def _keeping(send: Send, language: Language) -> Send:
    """Return a `send` that leaves the chosen language in a cookie."""

    async def keeping_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            cookie = f"{PARAMETER}={language}; Path=/; Max-Age={COOKIE_SECONDS}; SameSite=Lax"
            MutableHeaders(scope=message).append("set-cookie", cookie)
        await send(message)

    return keeping_send


def describe(schema: dict[str, Any]) -> None:
    """Add the parameter to every operation of an OpenAPI description."""
    for path in schema["paths"].values():
        for operation in path.values():
            operation.setdefault("parameters", []).append(_DESCRIPTION)


def _taken(query: bytes) -> tuple[bytes, Language | None]:
    """Return the query without a language that it names, and that language."""
    if PARAMETER.encode() not in query:
        return query, None
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    language = dict(pairs).get(PARAMETER)
    if not is_language(language):
        return query, None
    return urlencode([pair for pair in pairs if pair[0] != PARAMETER]).encode(), language
