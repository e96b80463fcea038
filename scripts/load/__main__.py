"""Run a load test of `matcher serve`: many clients, an operator, and bounds that must hold.

    python -m scripts.load                               # 20 clients for 30 minutes of mixed work
    python -m scripts.load --overload                    # 100 clients for 2 minutes, no operator
    python -m scripts.load --clients 2 --requests 100    # a short test

Clients ask, read, edit, open pages and take files; meanwhile commands import patents, publish the
index and run an event. Prints counts and times by kind of work, refusals that told when to come
again apart from failures, and the growth of memory and open files, with the commit and the machine.
Exits with 1 when a bound is broken. The requests are made by Locust, which comes with the extra
`load` (pip install -e ".[load]"). Run it in the project folder.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from scripts.bench.machine import ROOT, describe_commit, describe_machine
from scripts.load.home import SAMPLE_PATENTS, CommandError, Home, Served
from scripts.load.operators import OperatorWork, operating
from scripts.load.report import Bounds, broken_bounds, kind_of_commands, kinds_of, table
from scripts.load.watch import Sample, growth, watching

CLIENTS_FILE = ROOT / "scripts" / "load" / "clients.py"
SPAWN_RATE = 20
"""Clients started in a second."""
STOP_TIMEOUT = 90
"""Seconds that a request may still take when the test ends."""
SHOWN_SAMPLES = 16
SAMPLES = 240
"""Samples of memory and files, at most two a second."""


def main() -> None:
    """Prepare a home, run the test, print the tables, and exit with 1 where a bound is broken."""
    options = _options()
    machine, commit = describe_machine(), describe_commit()
    try:
        with tempfile.TemporaryDirectory(prefix="matcher load ") as folder:
            broken = _run(options, Path(folder), f"Commit {commit}; {machine}")
    except CommandError as problem:
        sys.exit(str(problem))
    for line in broken:
        print(f"broken: {line}")
    sys.exit(1 if broken else 0)


def _run(options: argparse.Namespace, folder: Path, heading: str) -> list[str]:
    """Run the test and print its tables; return the bounds that do not hold."""
    home = Home(folder, options.model, options.database_url)
    _say("importing and indexing")
    home.fill(options.patents)
    keys = home.create_keys(options.clients)
    _say("starting the server")
    idle = nullcontext(OperatorWork())
    with (
        home.serving() as served,
        watching(served.process, _pause(options)) as samples,
        idle if options.overload else operating(home, options.patents) as work,
    ):
        entries = _run_clients(options, served, keys, folder)
    requests = kinds_of(entries)
    commands = {
        kind: kind_of_commands(seconds, sum(failed == kind for failed, _said in work.failures))
        for kind, seconds in work.seconds.items()
    }
    print(f"{heading}\n{_sentence(options, home, samples)}\n")
    print(table({**requests, **commands}))
    memory, files = growth(samples, _megabytes), growth(samples, _files)
    print(
        f"\nMemory {memory.early:,.0f} → {memory.late:,.0f} MB, open files {files.early:,.0f} → "
        f"{files.late:,.0f}, threads at most {max(sample.threads for sample in samples)}"
    )
    shown = samples[:: max(1, len(samples) // SHOWN_SAMPLES)]
    print("MB over time: " + " ".join(f"{sample.megabytes:.0f}" for sample in shown))
    for _kind, said in work.failures[:3]:
        print(said, file=sys.stderr)
    bounds = Bounds(options.served, options.told, options.megabytes, options.files)
    broken = broken_bounds(requests, commands, memory, files, bounds)
    if broken:
        print(
            f"the end of the server's log:\n{home.log.read_text('utf-8')[-2000:]}", file=sys.stderr
        )
    return broken


def _run_clients(
    options: argparse.Namespace, served: Served, keys: Sequence[str], folder: Path
) -> list[dict[str, Any]]:
    """Run Locust; its counts by name."""
    seconds = round(options.minutes * 60)
    _say(f"{options.clients} clients for at most {seconds} s")
    file = folder / "stats"
    arguments = (
        f"--headless --only-summary --skip-log --exit-code-on-error 0 --users {options.clients} "
        f"--spawn-rate {SPAWN_RATE} --run-time {seconds}s --stop-timeout {STOP_TIMEOUT}"
    )
    paths = ["-f", str(CLIENTS_FILE), "--host", served.url, "--json-file", str(file)]
    given = {"LOAD_KEYS": json.dumps(keys), "LOAD_REQUESTS": str(options.requests)}
    subprocess.run(
        [sys.executable, "-m", "locust", *arguments.split(), *paths],
        cwd=ROOT,  # so that the clients can import this package
        env={**os.environ, **given},
        stdout=sys.stderr,
        check=True,
    )
    entries: list[dict[str, Any]] = json.loads(file.with_suffix(".json").read_text("utf-8"))
    return entries


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.load", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--overload", action="store_true", help="100 clients and no operator")
    parser.add_argument("--clients", type=int, help="number of clients; by default 20")
    parser.add_argument("--minutes", type=float, help="duration; by default 30, or 2 of overload")
    parser.add_argument("--requests", type=int, default=0, help="end after so many requests")
    parser.add_argument("--patents", type=int, default=SAMPLE_PATENTS, help="of the catalogue")
    parser.add_argument("--model", default="builtin", help="name or folder of the model")
    parser.add_argument("--database-url", help="an empty database; by default a SQLite file")
    bounds = parser.add_argument_group("bounds")
    bounds.add_argument("--served", type=float, default=10, help="seconds, p95 of what is served")
    bounds.add_argument("--told", type=float, default=2, help="seconds, p95 of refusals")
    bounds.add_argument("--megabytes", type=float, default=64, help="growth of memory")
    bounds.add_argument("--files", type=float, default=32, help="growth of open files")
    options = parser.parse_args()
    options.clients = options.clients or (100 if options.overload else 20)
    options.minutes = options.minutes or (2 if options.overload else 30)
    if min(options.clients, options.patents) < 1 or options.minutes <= 0 or options.requests < 0:
        parser.error("--clients, --minutes and --patents must be above 0, --requests not below")
    return options


def _pause(options: argparse.Namespace) -> float:
    return max(0.5, float(options.minutes) * 60 / SAMPLES)


def _sentence(options: argparse.Namespace, home: Home, samples: Sequence[Sample]) -> str:
    return (
        f"{options.clients} clients for {samples[-1].seconds:,.0f} s on loopback; model "
        f"{options.model}, {options.patents} patents, {home.backend}"
    )


def _megabytes(sample: Sample) -> float:
    return sample.megabytes


def _files(sample: Sample) -> float:
    return sample.files


def _say(stage: str) -> None:
    print(f"== {stage}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
