"""What Locust counted, as a table."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

_HEAD = (
    "| route | requests | failed | p50, ms | p95, ms | max, ms | requests/s |\n"
    "|---|---:|---:|---:|---:|---:|---:|"
)


def table(entries: Sequence[dict[str, Any]], seconds: float) -> str:
    """A line by route, and one over all; `entries` are Locust's own, times are in milliseconds."""
    ordered = sorted(entries, key=lambda entry: (entry["name"], entry["method"]))
    rows = [(f"{one['method']} {one['name']}", [one]) for one in ordered]
    rows.append(("all", ordered))
    return "\n".join([_HEAD, *(_row(name, counted, seconds) for name, counted in rows)])


def quantile(times: Counter[float], share: float) -> float:
    """The time within which this share of the requests was answered (nearest rank)."""
    left = max(1, -int(-share * times.total() // 1))
    for taken in sorted(times):
        left -= times[taken]
        if left <= 0:
            return taken
    return 0.0


def _row(name: str, entries: Sequence[dict[str, Any]], seconds: float) -> str:
    times: Counter[float] = Counter()
    for entry in entries:
        for taken, number in entry["response_times"].items():
            times[float(taken)] += number
    requests = sum(entry["num_requests"] for entry in entries)
    failed = sum(entry["num_failures"] for entry in entries)
    shown = [quantile(times, 0.5), quantile(times, 0.95), max(times, default=0.0)]
    figures = " | ".join(f"{figure:,.0f}" for figure in shown)
    return f"| {name} | {requests:,} | {failed} | {figures} | {requests / seconds:,.1f} |"
