"""A short load test, its table and its bounds."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace

from scripts.bench.machine import ROOT
from scripts.load.report import (
    TOLD,
    Bounds,
    Growth,
    broken_bounds,
    kind_of_commands,
    kinds_of,
    quantile,
    request_name,
    table,
)
from scripts.load.watch import Sample, growth

ASK = {"name": "ask: POST /v1/match", "num_failures": 1, "response_times": {"100": 3, "2000": 1}}
SIMILAR = {"name": "ask: GET /similar", "num_failures": 0, "response_times": {"10": 6}}
REFUSED = {"name": request_name("ask", TOLD), "num_failures": 0, "response_times": {"5": 2}}
BOUNDS = Bounds(served_seconds=2, told_seconds=1, megabytes=64, files=32)
STILL = Growth(100, 100)


def test_quantiles_by_nearest_rank() -> None:
    times = Counter({10.0: 18, 20.0: 1, 500.0: 1})
    assert [quantile(times, share) for share in (0.5, 0.9, 0.95, 1)] == [10, 10, 20, 500]
    assert quantile(Counter(), 0.5) == 0


def test_the_table_has_a_row_for_each_kind_of_work_and_refusals_apart() -> None:
    kinds = kinds_of([ASK, SIMILAR, REFUSED])
    kinds["import"] = kind_of_commands([1.5, 2.5], 0)
    assert table(kinds).splitlines()[2:] == [
        "| ask | 12 | 2 | 1 | 10 | 2,000 | 2,000 |",
        "| import | 2 | 0 | 0 | 1,500 | 2,500 | 2,500 |",
    ]


def test_each_broken_bound_is_told() -> None:
    good = kinds_of([SIMILAR, REFUSED])
    assert broken_bounds(good, {}, STILL, STILL, BOUNDS) == []
    slow = kinds_of([replace_times(SIMILAR, {"2100": 6}), replace_times(REFUSED, {"1100": 2})])
    assert broken_bounds(slow, {}, STILL, STILL, BOUNDS) == [
        "ask: p95 of what was served is 2,100 ms, above 2 s",
        "ask: p95 until told to come again is 1,100 ms, above 1 s",
    ]
    failed = {"import": kind_of_commands([1.0], 1)}
    assert broken_bounds(good, failed, STILL, STILL, BOUNDS) == ["import: 1 failed"]
    grown = broken_bounds(good, {}, Growth(500, 565), Growth(30, 63), BOUNDS)
    assert grown == ["memory grew by 65 MB, above 64", "open files grew by 33, above 32"]
    shed = kinds_of([REFUSED])
    assert broken_bounds(shed, {}, STILL, STILL, BOUNDS) == ["ask: none was served"]


def replace_times(entry: dict[str, object], times: dict[str, int]) -> dict[str, object]:
    return {**entry, "response_times": times}


def test_growth_is_told_from_the_end_of_the_warm_up() -> None:
    rising = [Sample(second, 100 + second, 30, 9) for second in range(100)]
    assert growth(rising, lambda sample: sample.megabytes) == Growth(137, 187)
    warmed = [replace(sample, megabytes=min(120, sample.megabytes)) for sample in rising]
    assert growth(warmed, lambda sample: sample.megabytes).more == 0


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "scripts.load", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_clients_are_served_while_patents_are_imported_published_and_an_event_is_run() -> None:
    # How fast this machine is does not matter here: the bounds of time and growth are far away.
    far = ("--served", "600", "--told", "600", "--megabytes", "5000", "--files", "500")
    ran = run("--clients", "3", "--requests", "150", "--model", "fake", *far)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = [line.split(" | ") for line in ran.stdout.splitlines() if line.startswith("| ")][1:]
    kinds = {row[0].strip("| "): row for row in rows}
    assert kinds.keys() >= {"ask", "edit", "page", "read", "import", "publish", "event"}
    assert all(int(row[3]) == 0 for row in rows), "none failed"
    assert sum(int(row[1]) for row in rows) >= 150


def test_impossible_options_are_one_line() -> None:
    ran = run("--patents", "0")
    assert ran.returncode == 2 and "must be above 0" in ran.stderr
