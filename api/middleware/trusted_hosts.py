"""Which host names the server answers for: a page on another name must not reach it by DNS."""

from collections.abc import Sequence

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import UNKNOWN_HOST, respond

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Hosts:
    """Answers 421 to any other host than those allowed.

    Always allowed are the names of the loopback, and the address at which the request arrived.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        """`allowed` are names, or `*.name` for every name below one."""
        self._app = app
        self._allowed = (*LOOPBACK, *allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it is for us."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        accepted = False

        async def accept(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal accepted
            accepted = True

        await TrustedHostMiddleware(
            accept, allowed_hosts=[*self._allowed, *_arrived_at(scope)], www_redirect=False
        )(scope, receive, _into_the_void)  # its own answer is plain text
        if accepted:
            await self._app(scope, receive, send)
            return
        detail = "the Host header names no host of this server (setting MATCHER_ALLOWED_HOSTS)"
        await respond(UNKNOWN_HOST, detail)(scope, receive, send)


def _arrived_at(scope: Scope) -> list[str]:
    """The server's own address on this connection, as the Host header would write it."""
    server = scope.get("server")
    if not server or server[1] is None:  # a UNIX socket has a path in its place
        return []
    return [f"[{server[0]}]" if ":" in server[0] else server[0]]


async def _into_the_void(message: Message) -> None:
    pass
