"""HEAD of pages: the headers of GET, as monitors and checkers of links ask for them."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.paths import is_page, route_path


class HeadRequests:
    """Answers HEAD of a page as GET, without the body (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the API takes the methods that it describes."""
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        if not is_head or not is_page(route_path(scope)):
            await self._app(scope, receive, send)
            return

        async def bodiless_send(message: Message) -> None:
            is_body = message["type"] == "http.response.body"
            await send({**message, "body": b""} if is_body else message)

        await self._app({**scope, "method": "GET"}, receive, bodiless_send)
