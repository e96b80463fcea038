"""The id of the request that is being answered, wherever its work goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("id of the request", default=None)


def request_id() -> str | None:
    """Return the id of the request behind this work; None for work of nobody's request."""
    return _current.get()


@contextmanager
def working_for(request: str | None) -> Iterator[None]:
    """Do the work of the block for a request."""
    before = _current.set(request)
    try:
        yield
    finally:
        _current.reset(before)
