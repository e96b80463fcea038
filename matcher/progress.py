"""Progress of long work: its steps, its rate and the time left."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from matcher.language.messages import _

RATE_SECONDS = 30.0
"""Time over which the rate is measured."""


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


class Pace:
    """Measures the rate of the present stage."""

    def __init__(self) -> None:
        self._stage: str | None = None
        self._steps = deque[tuple[float, int]]()

    def add(self, step: Step, seconds: float) -> None:
        """Note a step, `seconds` of a clock that never goes back."""
        if step.stage != self._stage or (self._steps and step.done < self._steps[-1][1]):
            self._stage = step.stage
            self._steps.clear()
        self._steps.append((seconds, step.done))
        while len(self._steps) > 2 and self._steps[1][0] <= seconds - RATE_SECONDS:
            self._steps.popleft()

    @property
    def rate(self) -> float | None:
        """Units a second of late; None before it can be told."""
        if len(self._steps) < 2:
            return None
        (start, before), (end, done) = self._steps[0], self._steps[-1]
        return (done - before) / (end - start) if end > start and done > before else None


def amount(done: float, total: float | None, rate: float | None) -> str:
    """Return `512 of 920, 306/s, 2 s left`, as far as known; `rate` is units a second."""
    if not done and not total:
        return ""
    parts = [
        f"{done:,.0f}"
        if total is None
        else _("{done:,.0f} of {total:,.0f}", done=done, total=total)
    ]
    if rate:
        parts.append(_("{rate}/s", rate=f"{rate:,.1f}" if rate < 10 else f"{rate:,.0f}"))
        if total is not None and done < total:
            parts.append(_("{time} left", time=duration((total - done) / rate)))
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Return `8 s`, `3 min 20 s` or `2 h 5 min`."""
    whole = max(1, round(seconds))
    if whole < 60:
        return _("{seconds} s", seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min", hours=whole // 3600, minutes=whole % 3600 // 60)
