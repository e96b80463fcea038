"""A short load test."""

import subprocess
import sys
from collections import Counter

from scripts.bench.load_report import quantile, table
from scripts.bench.machine import ROOT

STATS = {"name": "/v1/match", "method": "POST", "num_requests": 4, "num_failures": 1}


def test_quantiles_by_nearest_rank() -> None:
    times = Counter({10.0: 18, 20.0: 1, 500.0: 1})
    assert [quantile(times, share) for share in (0.5, 0.9, 0.95, 1)] == [10, 10, 20, 500]
    assert quantile(Counter(), 0.5) == 0


def test_the_table_has_each_route_and_all() -> None:
    other = {**STATS, "name": "/v1/patents", "method": "GET", "num_requests": 6, "num_failures": 0}
    entries = [
        {**STATS, "response_times": {"100": 3, "2000": 1}},
        {**other, "response_times": {"10": 6}},
    ]
    lines = table(entries, 2).splitlines()[2:]
    assert lines == [
        "| POST /v1/match | 4 | 1 | 100 | 2,000 | 2,000 | 2.0 |",
        "| GET /v1/patents | 6 | 0 | 10 | 10 | 10 | 3.0 |",
        "| all | 10 | 1 | 10 | 2,000 | 2,000 | 5.0 |",
    ]


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "scripts.bench.load", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_clients_are_served_during_imports_and_re_indexing() -> None:
    ran = run("--clients", "2", "--seconds", "4", "--patents", "20", "--model", "fake")
    assert ran.returncode == 0, ran.stderr
    assert "2 clients for 4 s" in ran.stdout and "0 of them failed" in ran.stdout
    rows = [line.split("|") for line in ran.stdout.splitlines() if line.startswith("| GET")]
    assert rows and all(int(row[3]) == 0 for row in rows)


def test_impossible_options_are_one_line() -> None:
    ran = run("--clients", "0")
    assert ran.returncode == 2 and "must be at least 1" in ran.stderr
