"""Header that keeps search engines away from all that they may not list."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.paths import route_path
from api.http.search_engines import is_listed
from matcher.settings import Settings


class SearchEngines:
    """Adds `X-Robots-Tag: noindex, nofollow` to every answer but the pages that may be listed."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or self._is_listed(scope):
            await self._app(scope, receive, send)
            return

        async def adding_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Robots-Tag"] = "noindex, nofollow"
            await send(message)

        await self._app(scope, receive, adding_send)

    def _is_listed(self, scope: Scope) -> bool:
        query = scope["query_string"].decode("latin-1")
        return is_listed(self._settings, route_path(scope), query)
