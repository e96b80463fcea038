"""The server's log: one line an event, as JSON for programs or as text for people."""

import logging.config
import traceback
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor

from api.middleware.request_log import FIELDS
from matcher.request_ids import request_id

LATER_FIELDS = ("job", "delivery", "state", "receiver_status")
"""Fields of lines about work behind a request: import jobs, and deliveries to webhooks."""


def configure(form: Literal["json", "text"]) -> None:
    """Send the log of this process to stderr in that form."""
    logging.config.dictConfig(settings(form))


def settings(form: Literal["json", "text"]) -> dict[str, Any]:
    """Return the settings for logging.config.dictConfig and uvicorn."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "form": form}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            name: {"level": "INFO"} for name in ("api", "matcher", "uvicorn", "uvicorn.error")
        },
    }


def formatter(form: Literal["json", "text"]) -> logging.Formatter:
    """Return the formatter that writes a record of any logger as one line."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=(*FIELDS, *LATER_FIELDS)),
        _with_request_id,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _only_places,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, timestamp_key="time")
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )


def _with_request_id(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Add the id of the request behind the work that logs, unless the line names it."""
    if (request := request_id()) is not None:
        event.setdefault("request_id", request)
    return event


def _only_places(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Reduce an exception to its class and places: its message may quote the request."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple) and error[0] is not None:
        event["error"] = error[0].__name__
        event["places"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error[2])
        ]
    return event
