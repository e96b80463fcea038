"""Speed and memory of matcher, beside txtai with the same model and data in the same run.

    python scripts/bench/speed.py                      # the built-in model, varied sample patents
    python scripts/bench/speed.py --data FILE --model NAME
                                                            # any file that matcher can import

Prints a Markdown table with the commit and the machine. txtai comes with the extra "bench".
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from scripts.bench import catalogue  # noqa: E402 - found by the line above
from scripts.bench import machine as circumstances  # noqa: E402

Measured = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure of ours, and the peer's where it has one."""

    name: str
    ours: float | None
    peer: float | None
    digits: int = 1


def main() -> None:
    """Run everything and print the table."""
    options = _options()
    machine = circumstances.machine()
    with tempfile.TemporaryDirectory(prefix="matcher bench ") as folder:
        work = Path(folder)
        data = options.data
        if data is None:
            data = work / "varied.jsonl"
            catalogue.write_varied(data, options.patents)
        given = {
            "home": str(work / "home"),
            "folder": str(work / "txtai"),
            "passages": str(work / "passages.json"),
            "data": str(data.resolve()),
            "model": options.model,
            "runs": options.runs,
        }
        ours = _measure_ours(given)
        peer = None if options.no_peer else _measure_peer(given)
    print(_heading(options, machine, ours, peer))
    print(_table(_rows(ours, peer)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="builtin", help="name or folder of the model")
    parser.add_argument("--data", type=Path, help="a file of patents that matcher can import")
    parser.add_argument(
        "--patents", type=int, default=500, help="varied sample patents, without --data"
    )
    parser.add_argument("--runs", type=int, default=3, help="runs of which the median counts")
    parser.add_argument("--no-peer", action="store_true", help="leave txtai out")
    options = parser.parse_args()
    if options.runs < 1 or options.patents < 1:
        parser.error("--runs and --patents must be at least 1")
    if options.data is not None and not options.data.is_file():
        parser.error(f"{options.data} does not exist")
    return options


def _measure_ours(given: Measured) -> dict[str, Measured]:
    measured = {
        stage: _child("matcher", stage, given, f"matcher: {stage}")
        for stage in ("import", "index", "query")
    }
    command = str(Path(sys.executable).parent / "matcher")
    match = [command, "match", "--home", given["home"], "--json", "--", catalogue.needs()[0]]
    _say("matcher: start-up")
    measured["start"] = {
        "help": [_wall([command, "--help"], given) for _ in range(given["runs"])],
        "first": [_wall(match, given) for _ in range(given["runs"])],
    }
    return measured


def _measure_peer(given: Measured) -> dict[str, Measured] | None:
    try:
        measured = {"version": _child("txtai", "version", given, "txtai: version")}
    except subprocess.CalledProcessError:
        _say('txtai cannot be used here and is left out: pip install -e ".[bench]"')
        return None
    for stage in ("index", "query"):
        measured[stage] = _child("txtai", stage, given, f"txtai: {stage}")
    _say("txtai: start-up")
    command = [sys.executable, "-m", "scripts.bench.txtai_stages", "first", json.dumps(given)]
    measured["start"] = {"first": [_wall(command, given) for _ in range(given["runs"])]}
    return measured


def _child(contender: str, stage: str, given: Measured, what: str) -> Measured:
    """What one stage measures of itself, in a fresh process."""
    _say(what)
    command = [sys.executable, "-m", f"scripts.bench.{contender}_stages", stage, json.dumps(given)]
    ran = subprocess.run(
        command, cwd=ROOT, env=_environment(given), check=True, stdout=subprocess.PIPE, text=True
    )
    measured: Measured = json.loads(ran.stdout.splitlines()[-1])
    return measured


def _wall(command: list[str], given: Measured) -> float:
    start = time.perf_counter()
    subprocess.run(
        command, cwd=ROOT, env=_environment(given), check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def _environment(given: Measured) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name != "MATCHER_DATABASE_URL"}
    return {
        **own,
        "MATCHER_MODEL": given["model"],
        "MATCHER_COMPUTE_DTYPE": "float32",  # as the peer does
        "TOKENIZERS_PARALLELISM": "false",
    }


def _rows(ours: dict[str, Measured], peer: dict[str, Measured] | None) -> list[Row]:
    def both(name: str, stage: str, key: str, of: Any, digits: int = 1) -> Row:
        theirs = None if peer is None or key not in peer[stage] else of(peer[stage][key])
        return Row(name, of(ours[stage][key]), theirs, digits)

    def milliseconds(share: float) -> Any:
        return lambda times: 1000 * _quantile(times, share)

    return [
        Row("import, rows/s", median(ours["import"]["rates"]), None, 0),
        both("encode, passages/s", "index", "rates", median),
        both("index with encoding, s", "index", "seconds", median),
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
    """The value below which this share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _heading(
    options: argparse.Namespace,
    machine: str,
    ours: dict[str, Measured],
    peer: dict[str, Measured] | None,
) -> str:
    beside = f"txtai {peer['version']['version']}" if peer else "no peer"
    data = options.data.name if options.data else "varied sample patents"
    counts = f"{ours['import']['patents']} patents, {ours['import']['passages']} passages"
    return (
        f"Commit {circumstances.commit()}; {machine}\n"
        f"Model {options.model}, computed in {ours['index']['computes']}; {data}: {counts}; "
        f"{len(catalogue.needs())} needs; medians of {options.runs} runs; {beside}\n"
    )


def _table(rows: list[Row]) -> str:
    lines = ["| | matcher | txtai | matcher / txtai |", "|---|---:|---:|---:|"]
    for row in rows:
        ratio = "" if not row.peer or row.ours is None else f"{row.ours / row.peer:.2f}"
        shown = ["" if v is None else f"{v:,.{row.digits}f}" for v in (row.ours, row.peer)]
        lines.append(f"| {row.name} | {shown[0]} | {shown[1]} | {ratio} |")
    return "\n".join(lines)


def _say(what: str) -> None:
    print(f"== {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
