"""Markdown table of Locust's counts."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

_HEAD = (
    "| route | requests | failed | p50, ms | p95, ms | max, ms | requests/s |\n"
    "|---|---:|---:|---:|---:|---:|---:|"
)


def table(entries: Sequence[dict[str, Any]], seconds: float) -> str:
    """Return a row for each route, and one for all; `entries` are Locust's, times in ms."""
    ordered = sorted(entries, key=lambda entry: (entry["name"], entry["method"]))
    rows = [(f"{entry['method']} {entry['name']}", [entry]) for entry in ordered]
    rows.append(("all", ordered))
    return "\n".join([_HEAD, *(_row(name, own, seconds) for name, own in rows)])


def quantile(times: Counter[float], share: float) -> float:
    """Return the time within which this share of the requests was answered (nearest rank)."""
    left = max(1, -int(-share * times.total() // 1))
    for time in sorted(times):
        left -= times[time]
        if left <= 0:
            return time
    return 0.0


def _row(name: str, entries: Sequence[dict[str, Any]], seconds: float) -> str:
    times: Counter[float] = Counter()
    for entry in entries:
        for time, count in entry["response_times"].items():
            times[float(time)] += count
    requests = sum(entry["num_requests"] for entry in entries)
    failed = sum(entry["num_failures"] for entry in entries)
    shown = [quantile(times, 0.5), quantile(times, 0.95), max(times, default=0.0)]
    figures = " | ".join(f"{figure:,.0f}" for figure in shown)
    return f"| {name} | {requests:,} | {failed} | {figures} | {requests / seconds:,.1f} |"
