"""One log line for each request; it quotes nothing of the request."""

import logging
import time

from asgi_correlation_id import correlation_id
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIELDS = ("request_id", "method", "route", "status", "milliseconds", "key", "role")
"""Fields of a line besides its time."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = logging.getLogger(__name__)


class RequestLog:
    """Logs the outcome of a request: its route and not its path, which may hold a secret."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        finally:
            caller = scope.get("state", {}).get("caller")
            fields = {
                "request_id": correlation_id.get(),
                "method": scope["method"] if scope["method"] in METHODS else "other",
                "route": getattr(scope.get("route"), "path", None),
                "status": status,
                "milliseconds": round((time.perf_counter() - began) * 1000, 1),
                "key": caller and caller.key,
                "role": caller and str(caller.role),
            }
            logger.info("request", extra=fields)
