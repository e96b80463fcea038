"""Times of the stages of an answer, told to whoever listens."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Stage = Literal["encode", "search", "score", "rank", "rerank", "select", "evidence", "assemble"]
"""In order; encoding holds the reading of the need. docs/architecture.md shows the way."""
Listener = Callable[[Stage, float], None]
"""Callback that receives a stage and the seconds that it took."""

_listener: ContextVar[Listener | None] = ContextVar("listener of stages", default=None)


def unheard(stage: Stage, seconds: float) -> None:
    """Ignore a stage."""


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell the listener of every stage in this thread until the end of the block."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Measure a stage, if somebody listens; one that fails is not told."""
    listener = _listener.get()
    if listener is None:
        yield
        return
    began = time.perf_counter()
    yield
    listener(name, time.perf_counter() - began)
