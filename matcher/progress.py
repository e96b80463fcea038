"""Progress of long work."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of a stage: `done` of `total` units are finished; an unknown total is None."""

    stage: str
    done: int
    total: int | None = None


Report = Callable[[Step], None]
"""Callback that receives the progress."""


def silent(step: Step) -> None:
    """Ignore the progress."""
