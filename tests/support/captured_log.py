"""All records of the server's loggers, for tests that look for secrets in them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from api.middleware import server_log


class CapturedLog(logging.Handler):
    """All records of the server's loggers, in both formats of the log."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self._forms = [server_log.formatter("json"), server_log.formatter("text")]

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("httpx", "httpcore")):  # the client's, not the server's
            self.lines += [form.format(record) for form in self._forms]


@contextmanager
def captured_log() -> Iterator[CapturedLog]:
    """Capture everything, down to debugging, until the end of the block."""
    root, captured = logging.getLogger(), CapturedLog()
    servers = [logging.getLogger(name) for name in ("uvicorn", "uvicorn.error")]
    before = [(logger.propagate, logger.disabled, logger.level) for logger in servers]
    level, disabled = root.level, root.manager.disable
    for logger in servers:  # a server in another test may have cut them off
        logger.propagate, logger.disabled, logger.level = True, False, logging.NOTSET
    root.manager.disable = logging.NOTSET
    root.manager._clear_cache()  # type: ignore[attr-defined]
    root.addHandler(captured)
    root.setLevel(logging.DEBUG)
    logging.getLogger("api").setLevel(logging.DEBUG)
    try:
        yield captured
    finally:
        root.removeHandler(captured)
        root.setLevel(level)
        root.manager.disable = disabled
        logging.getLogger("api").setLevel(logging.NOTSET)
        for logger, kept in zip(servers, before, strict=True):
            logger.propagate, logger.disabled, logger.level = kept
