"""The server's log: one line an event, as JSON for programs or as text for people."""

import logging.config
import traceback
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor

from api.middleware.request_log import FIELDS


def configure(form: Literal["json", "text"]) -> None:
    """Send the log of this process to stderr in that form; for whoever runs the server."""
    logging.config.dictConfig(settings(form))


def settings(form: Literal["json", "text"]) -> dict[str, Any]:
    """As logging.config.dictConfig takes them; uvicorn takes them too."""
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
    """Writes a record of any logger as one line."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=FIELDS),
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


def _only_places(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Of an exception its kind and where it came from: its words may quote what was sent."""
    found = event.pop("exc_info", None)
    if isinstance(found, tuple) and found[0] is not None:
        event["error"] = found[0].__name__
        event["places"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(found[2])
        ]
    return event
