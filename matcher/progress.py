"""How long work tells its caller where it is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """`done` of `total` units of a stage are finished; total is None where it is not known."""

    stage: str
    done: int
    total: int | None = None


Report = Callable[[Step], None]


def silent(step: Step) -> None:
    """A report that nobody reads."""
