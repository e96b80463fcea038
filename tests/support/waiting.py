"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def wait_for(read: Callable[[], Value], seconds: float = 60) -> Value:
    """Read until the value is true, and return it; fails when the time is over."""
    end = time.monotonic() + seconds
    while not (value := read()):
        assert time.monotonic() < end, f"still {value!r} after {seconds:g} seconds"
        time.sleep(0.01)
    return value
