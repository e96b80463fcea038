"""Measure speed and memory of matcher, beside txtai with the same model and data.

    python -m scripts.bench                           # built-in model, varied sample patents
    python -m scripts.bench --data FILE --model NAME  # any file that matcher can import
    python -m scripts.bench --needs FILE --dtype auto # a need in each line; our own compute type

Prints a Markdown table with the commit and the machine. txtai comes with the extra `bench`
(pip install -e ".[bench]"). Run it in the project folder.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from scripts.bench.compare import add_data_options, bench_data
from scripts.bench.machine import ROOT, describe_commit, describe_machine
from scripts.bench.process import Measured, Options


@dataclass(frozen=True)
class Row:
    """One row of the table; None is a figure that does not exist."""

    name: str
    ours: float | None
    peer: float | None
    digits: int = 1


def main() -> None:
    """Run all stages and print the table."""
    options = _options()
    machine = describe_machine()
    with tempfile.TemporaryDirectory(prefix="matcher bench ") as folder:
        work = Path(folder)
        data, needs = bench_data(options, work)
        stage_options = {
            "home": str(work / "home"),
            "folder": str(work / "txtai"),
            "passages": str(work / "passages.json"),
            "data": str(data),
            "needs": needs,
            "model": options.model,
            "dtype": options.dtype,
            "runs": options.runs,
        }
        ours = _measure_matcher(stage_options)
        peer = None if options.no_peer else _measure_txtai(stage_options)
    print(_heading(options, machine, ours, peer, len(needs)))
    print(_table(_rows(ours, peer)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--model", default="builtin", help="name or folder of the model")
    add_data_options(parser)
    parser.add_argument(
        "--dtype",
        default="float32",
        help="compute type of matcher (auto, float32, bfloat16); txtai computes in float32",
    )
    parser.add_argument("--runs", type=int, default=3, help="runs; the table has their medians")
    parser.add_argument("--no-peer", action="store_true", help="leave txtai out")
    options = parser.parse_args()
    if options.runs < 1 or options.patents < 1:
        parser.error("--runs and --patents must be at least 1")
    return options


def _measure_matcher(options: Options) -> dict[str, Measured]:
    measured = {stage: _stage("matcher", stage, options) for stage in ("import", "index", "query")}
    command = str(Path(sys.executable).parent / "matcher")
    match = [command, "match", "--home", options["home"], "--json", "--", options["needs"][0]]
    _say("matcher: start-up")
    measured["start"] = {
        "help": [_wall_time([command, "--help"], options) for _ in range(options["runs"])],
        "first": [_wall_time(match, options) for _ in range(options["runs"])],
    }
    return measured


def _measure_txtai(options: Options) -> dict[str, Measured] | None:
    try:
        measured = {"version": _stage("txtai", "version", options)}
    except subprocess.CalledProcessError:
        _say('txtai cannot be used here and is left out: pip install -e ".[bench]"')
        return None
    for stage in ("index", "query"):
        measured[stage] = _stage("txtai", stage, options)
    _say("txtai: start-up")
    command = [sys.executable, "-m", "scripts.bench.txtai_stages", "first", json.dumps(options)]
    measured["start"] = {"first": [_wall_time(command, options) for _ in range(options["runs"])]}
    return measured


def _stage(system: str, stage: str, options: Options) -> Measured:
    """Result of one stage, which a new process measures."""
    _say(f"{system}: {stage}")
    command = [sys.executable, "-m", f"scripts.bench.{system}_stages", stage, json.dumps(options)]
    ran = subprocess.run(
        command, cwd=ROOT, env=_environment(options), check=True, stdout=subprocess.PIPE, text=True
    )
    measured: Measured = json.loads(ran.stdout.splitlines()[-1])
    return measured


def _wall_time(command: list[str], options: Options) -> float:
    start = time.perf_counter()
    subprocess.run(
        command, cwd=ROOT, env=_environment(options), check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def _environment(options: Options) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name != "MATCHER_DATABASE_URL"}
    return {
        **own,
        "MATCHER_MODEL": options["model"],
        "MATCHER_COMPUTE_DTYPE": options["dtype"],
        "TOKENIZERS_PARALLELISM": "false",
    }


def _rows(ours: dict[str, Measured], peer: dict[str, Measured] | None) -> list[Row]:
    def both(
        name: str, stage: str, key: str, statistic: Callable[[Any], float], digits: int = 1
    ) -> Row:
        measured = None if peer is None else peer[stage].get(key)
        theirs = None if measured is None else statistic(measured)
        return Row(name, statistic(ours[stage][key]), theirs, digits)

    def milliseconds(share: float) -> Callable[[list[float]], float]:
        return lambda times: 1000 * _quantile(times, share)

    return [
        Row("import, rows/s", median(ours["import"]["rates"]), None, 0),
        both("encode, passages/s", "index", "rates", median),
        both("index with encoding, s", "index", "seconds", median),
        both("one answer p50, ms", "query", "whole", milliseconds(0.5)),
        both("one answer p95, ms", "query", "whole", milliseconds(0.95)),
        both("query encoding p50, ms", "query", "encoding", milliseconds(0.5)),
        both("query encoding p95, ms", "query", "encoding", milliseconds(0.95)),
        both("query search p50, ms", "query", "searching", milliseconds(0.5)),
        both("query search p95, ms", "query", "searching", milliseconds(0.95)),
        both("peak memory indexing, MB", "index", "memory", float, 0),
        both("peak memory answering, MB", "query", "memory", float, 0),
        Row("`matcher --help`, s", median(ours["start"]["help"]), None, 2),
        both("first answer in a fresh process, s", "start", "first", median, 2),
    ]


def _quantile(values: list[float], share: float) -> float:
    """Return the value below which this share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _heading(
    options: argparse.Namespace,
    machine: str,
    ours: dict[str, Measured],
    peer: dict[str, Measured] | None,
    needs: int,
) -> str:
    beside = f"txtai {peer['version']['version']}" if peer else "no peer"
    data = options.data.name if options.data else "varied sample patents"
    counts = f"{ours['import']['patents']} patents, {ours['import']['passages']} passages"
    return (
        f"Commit {describe_commit()}; {machine}\n"
        f"Model {options.model}, computed in {ours['index']['computes']}; {data}: {counts}; "
        f"{needs} needs; medians of {options.runs} runs; {beside}\n"
    )


def _table(rows: list[Row]) -> str:
    lines = ["| | matcher | txtai | matcher / txtai |", "|---|---:|---:|---:|"]
    for row in rows:
        ratio = "" if not row.peer or row.ours is None else f"{row.ours / row.peer:.2f}"
        shown = ["" if v is None else f"{v:,.{row.digits}f}" for v in (row.ours, row.peer)]
        lines.append(f"| {row.name} | {shown[0]} | {shown[1]} | {ratio} |")
    return "\n".join(lines)


def _say(stage: str) -> None:
    print(f"== {stage}", file=sys.stderr, flush=True)
