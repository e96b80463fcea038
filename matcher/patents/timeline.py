"""Legal timeline of a patent: its dated steps in order."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from matcher.types import Patent

StepKind = Literal["filed", "published", "granted", "status", "expires"]


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """A dated step in the life of a patent."""

    kind: StepKind
    day: date
    is_ahead: bool
    """True for a day that has not come yet."""


def timeline(patent: Patent, today: date) -> tuple[TimelineStep, ...]:
    """Return the known steps of a patent by day; a step without a day is left out."""
    days: tuple[tuple[StepKind, date | None], ...] = (
        ("filed", patent.filing_date),
        ("published", patent.publication_date),
        ("granted", patent.grant_date),
        ("status", patent.status_as_of),
        ("expires", patent.expiry_date),
    )
    steps = [TimelineStep(kind, day, day > today) for kind, day in days if day is not None]
    return tuple(sorted(steps, key=lambda step: step.day))
