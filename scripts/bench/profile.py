"""Profile where the time of an answer goes, in this build and in an older one.

    python -m scripts.bench.profile                             # varied sample patents
    python -m scripts.bench.profile --data FILE --needs FILE    # other patents and needs

FILE of needs has a need in each line. Each build answers one need, then all, in a process each
(`matcher match --needs`), under cProfile; the difference is that of the further needs, without the
start. The processor time of every function is added up by file of our code, or by library: that of
other threads counts where one waits for them, that of a built-in function to its caller. Python
functions look slower under a profile than they are, so shares say more than milliseconds. Prints a
Markdown table for each build.
"""

import argparse
import csv
import pstats
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.bench.builds import OLDER, Build, older_build, this_build
from scripts.bench.compare import add_data_options, bench_data
from scripts.bench.machine import ROOT, describe_commit, describe_machine

_BUILT_IN = "~"
"""File of built-in functions in a profile."""
SHOWN = 20
"""Files and libraries in a table."""
_PROFILED = """
import cProfile, sys, time
from matcher.cli import main
stats, sys.argv = sys.argv[1], sys.argv[2:]
profile = cProfile.Profile(time.process_time)
try:
    profile.runcall(main)
except SystemExit as end:
    assert not end.code
finally:
    profile.dump_stats(stats)
"""
"""Runs a command under a profile of processor time, that of all threads of the process."""


def main() -> None:
    """Profile both builds and print their tables."""
    options = _options()
    print(f"Commit {describe_commit()}, beside {options.older}; {describe_machine()}\n")
    with tempfile.TemporaryDirectory(prefix="matcher profile ") as folder:
        data, needs = bench_data(options, Path(folder))
        one, all_needs = (_sheet(Path(folder) / f"{n}.csv", needs[:n]) for n in (1, len(needs)))
        for build in (older_build(options.older, {}), this_build({})):
            home = Path(folder) / build.name
            build.run(home, "import", data)
            build.run(home, "index")
            times = profile(build, home, all_needs)
            times.subtract(profile(build, home, one))
            print(f"{build.name}, {len(needs)} needs\n")
            print(table(times, len(needs) - 1), end="\n\n", flush=True)


def profile(build: Build, home: Path, needs: Path) -> "Counter[str]":
    """Return the seconds of each file of our code and each library, answering a sheet of needs."""
    stats = home.parent / f"{build.name}.prof"
    command = [build.python, "-c", _PROFILED, str(stats)]
    subprocess.run(
        [*command, "matcher", "match", "--needs", str(needs), "--json"],
        env=build.environment(home),
        cwd=home.parent,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )
    return _by_place(pstats.Stats(str(stats)).stats)  # type: ignore[attr-defined]


def table(times: "Counter[str]", needs: int) -> str:
    """Return the largest times as a Markdown table, in milliseconds a need."""
    total = sum(times.values())
    lines = ["| file or library | ms a need | share |", "|---|---:|---:|"]
    for place, own in times.most_common(SHOWN):
        lines.append(f"| {place} | {1000 * own / needs:.1f} | {100 * own / total:.0f}% |")
    return "\n".join([*lines, f"| all | {1000 * total / needs:.1f} | 100% |"])


def _sheet(file: Path, needs: Sequence[str]) -> Path:
    """Write a sheet of needs."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([["需求描述"], *([need] for need in needs)])
    return file


def _by_place(stats: Mapping[Any, Any]) -> "Counter[str]":
    """Seconds of each place in the statistics of a profile."""
    times = Counter[str]()
    for (file, _, _), (_, _, own, _, callers) in stats.items():
        if file != _BUILT_IN:
            times[_place(file)] += own
            continue
        for (caller, _, _), (_, _, by_caller, _) in callers.items():
            times[_place(caller)] += by_caller
    return times


def _place(file: str) -> str:
    """Name of our file, or of the library of a function."""
    if "site-packages" in file:
        return file.rpartition("site-packages/")[2].partition("/")[0].removesuffix(".py")
    for room in ("matcher", "models", "indexes", "api"):
        if f"/{room}/" in file and (str(ROOT) in file or "/var/bench/" in file):
            return f"{room}/{file.rpartition(f'/{room}/')[2]}"
    return "Python"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.profile", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--older", default=OLDER, help="commit of the older build")
    add_data_options(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
