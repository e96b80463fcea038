"""Trusted hosts: refuses other host names, against DNS rebinding."""

from collections.abc import Sequence

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import UNKNOWN_HOST, respond
from matcher.language.messages import _

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class TrustedHosts:
    """Answers 421 to a host that is not allowed.

    The names of the loopback and the address at which the request arrived are always allowed.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        """Take the allowed names; `*.name` stands for every name below it."""
        self._app = app
        self._allowed = (*LOOPBACK, *allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its host is allowed."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        accepted = False

        async def accept(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal accepted
            accepted = True

        await TrustedHostMiddleware(
            accept, allowed_hosts=[*self._allowed, *_own_address(scope)], www_redirect=False
        )(scope, receive, _discard)  # its own answer is plain text
        if accepted:
            await self._app(scope, receive, send)
            return
        detail = _("the Host header names no host of this server (setting MATCHER_ALLOWED_HOSTS)")
        await respond(UNKNOWN_HOST, detail)(scope, receive, send)


def _own_address(scope: Scope) -> list[str]:
    """Return the server's address on this connection, in the form of a Host header."""
    server = scope.get("server")
    if not server or server[1] is None:  # a UNIX socket has a path in its place
        return []
    return [f"[{server[0]}]" if ":" in server[0] else server[0]]


async def _discard(message: Message) -> None:
    pass
