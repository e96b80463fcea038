"""Answers to unexpected errors: status 500 with the id under which the log has the error."""

import logging
import traceback
from uuid import UUID, uuid4

from asgi_correlation_id import correlation_id
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import INTERNAL_ERROR, respond
from matcher.language.messages import _

logger = logging.getLogger(__name__)


class UnexpectedErrors:
    """Answers 500 with an id, and logs under that id where the error was raised.

    Neither holds the error's own text: it may quote a need, which is confidential.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        started = False

        async def noting_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        except Exception as error:
            instance = log_unexpected(error)
            if scope["type"] != "http" or started:
                raise
            detail = _("the request failed; if it does so again, report it with its `instance`")
            await respond(INTERNAL_ERROR, detail, instance=instance)(scope, receive, send)


def log_unexpected(error: Exception) -> str:
    """Log where an error was raised, without its text; return the id under which the log has it."""
    instance = f"urn:uuid:{UUID(correlation_id.get() or uuid4().hex)}"
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s: %s\n%s", instance, type(error).__name__, frames)
    return instance
