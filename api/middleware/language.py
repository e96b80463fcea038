"""Language of a request: the parameter `lang`, or else Accept-Language, or else the server's."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from matcher.language.choice import Language, accepted_language, is_language, speaking

PARAMETER = "lang"
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

    def __init__(self, app: ASGIApp, default: Language) -> None:
        """Wrap `app`; `default` is for requests that name no language."""
        self._app = app
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; no route sees the parameter."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query, language = _taken(scope["query_string"])
        header = Headers(scope=scope).get("accept-language", "")
        with speaking(language or accepted_language(header) or self._default):
            scope["query_string"] = query  # in place: the request log reads the route from it
            await self._app(scope, receive, send)


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
