"""Secret of the forms of callers without a session, as a cookie."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import cookies
from api.http.paths import is_page, route_path
from matcher.access.sessions import is_token, new_token


class FormCookie:
    """Puts the secret of a page's forms into the request's state (api.pages.csrf).

    Of a session that is its token; else a random one that the browser keeps.
    """

    def __init__(self, app: ASGIApp, behind_tls: bool) -> None:
        self._app = app
        self._behind_tls = behind_tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; leave a new secret with the answer."""
        if scope["type"] != "http" or not is_page(route_path(scope)):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        is_private = cookies.is_private(request, self._behind_tls)
        name = cookies.FORM if is_private else cookies.FORM_IN_CLEAR
        signed_in = getattr(request.state, "signed_in", None)
        kept = request.cookies.get(name, "") if signed_in is None else signed_in.token
        if is_token(kept):
            request.state.form_secret = kept
            await self._app(scope, receive, send)
            return
        request.state.form_secret = made = new_token()

        async def leaving_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = _cookie(name, made, is_private)
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, leaving_send)


def _cookie(name: str, value: str, is_private: bool) -> str:
    response = Response()
    response.set_cookie(name, value, path="/", secure=is_private, httponly=True, samesite="lax")
    return response.headers["set-cookie"]
