"""One log line for each request, and its figures; they quote nothing of the request."""

import logging
import time

from asgi_correlation_id import correlation_id
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.engine.metrics import Metrics
from matcher.request_ids import working_for

FIELDS = ("request_id", "method", "route", "status", "milliseconds", "key", "role")
"""Fields of a line besides its time."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = logging.getLogger(__name__)


class RequestLog:
    """Logs the outcome of a request: its route and not its path, which may hold a secret."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

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
            with working_for(correlation_id.get()), self._metrics.in_progress.track_inprogress():
                await self._app(scope, receive, noting_send)
        finally:
            seconds = time.perf_counter() - began
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = getattr(scope.get("route"), "path", None)
            self._metrics.note_request(method, route, status, seconds)
            caller = scope.get("state", {}).get("caller")
            fields = {
                "request_id": correlation_id.get(),
                "method": method,
                "route": route,
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
                "key": caller and caller.key,
                "role": caller and str(caller.role),
            }
            logger.info("request", extra=fields)
