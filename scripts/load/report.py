"""Tables of a load test and the bounds that it holds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TOLD = "told to come again"
"""Name of requests that were refused with a time to come again."""
_SEPARATOR = ": "
_HEAD = (
    "| work | requests | told to come again | failed | p50, ms | p95, ms | max, ms |\n"
    "|---|---:|---:|---:|---:|---:|---:|"
)


@dataclass
class Kind:
    """Requests or commands of one kind of work."""

    served: Counter[float] = field(default_factory=Counter)
    """Times in ms, and how many took so long."""
    told: Counter[float] = field(default_factory=Counter)
    """Times in ms until a refusal with a time to come again."""
    failed: int = 0

    @property
    def requests(self) -> int:
        """Return all of them."""
        return self.served.total() + self.told.total()


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth of one figure: its median after the warm-up, and at the end."""

    early: float
    late: float

    @property
    def more(self) -> float:
        """Return how much more there is at the end."""
        return self.late - self.early


@dataclass(frozen=True)
class Bounds:
    """Bounds that a run must hold."""

    served_seconds: float
    """p95 of what is served, for each kind of requests."""
    told_seconds: float
    """p95 of what is told to come again."""
    megabytes: float
    files: float
    """Growth from the second quarter of the time to the last."""


def request_name(kind: str, rest: str) -> str:
    """Return the name under which a request is counted."""
    return f"{kind}{_SEPARATOR}{rest}"


def kinds_of(entries: Iterable[Mapping[str, Any]]) -> dict[str, Kind]:
    """Sum up Locust's counts by kind of work; times are in ms."""
    kinds: dict[str, Kind] = {}
    for entry in sorted(entries, key=lambda entry: str(entry["name"])):
        name, _colon, rest = entry["name"].partition(_SEPARATOR)
        kind = kinds.setdefault(name, Kind())
        times = kind.told if rest == TOLD else kind.served
        for time, count in entry["response_times"].items():
            times[float(time)] += count
        kind.failed += entry["num_failures"]
    return kinds


def kind_of_commands(seconds: Sequence[float], failed: int) -> Kind:
    """Return the counts of commands that took so long."""
    return Kind(Counter(round(each * 1000) for each in seconds), Counter(), failed)


def table(kinds: Mapping[str, Kind]) -> str:
    """Return a Markdown table with a row for each kind of work; times are of what was served."""
    return "\n".join([_HEAD, *(_row(name, kind) for name, kind in kinds.items())])


def quantile(times: Counter[float], share: float) -> float:
    """Return the time within which this share of the requests was answered (nearest rank)."""
    left = max(1, -int(-share * times.total() // 1))
    for time in sorted(times):
        left -= times[time]
        if left <= 0:
            return time
    return 0.0


def broken_bounds(
    requests: Mapping[str, Kind],
    commands: Mapping[str, Kind],
    memory: Growth,
    files: Growth,
    bounds: Bounds,
) -> list[str]:
    """Return a line for each bound that does not hold."""
    broken = []
    for name, kind in {**requests, **commands}.items():
        if kind.failed:
            broken.append(f"{name}: {kind.failed} failed")
        if not kind.served:
            broken.append(f"{name}: none was served")
    for name, kind in requests.items():
        for what, times, most in (
            ("of what was served", kind.served, bounds.served_seconds),
            ("until told to come again", kind.told, bounds.told_seconds),
        ):
            if (p95 := quantile(times, 0.95)) > most * 1000:
                broken.append(f"{name}: p95 {what} is {p95:,.0f} ms, above {most:g} s")
    if memory.more > bounds.megabytes:
        broken.append(f"memory grew by {memory.more:,.0f} MB, above {bounds.megabytes:g}")
    if files.more > bounds.files:
        broken.append(f"open files grew by {files.more:,.0f}, above {bounds.files:g}")
    return broken


def _row(name: str, kind: Kind) -> str:
    times = kind.served
    shown = [quantile(times, 0.5), quantile(times, 0.95), max(times, default=0.0)]
    figures = " | ".join(f"{figure:,.0f}" for figure in shown)
    return f"| {name} | {kind.requests:,} | {kind.told.total():,} | {kind.failed} | {figures} |"
