"""Profile where the time of an answer goes, in this build and in an older one.

    python -m scripts.bench.profile                             # varied sample patents
    python -m scripts.bench.profile --data FILE --needs FILE    # other patents and needs

FILE of needs has a need in each line. Each build answers all needs in one process (`matcher match
--needs`) under cProfile. Its own time of every function is added up by file of our code, or by
library; what is spent on imports is left out. Python functions look slower under a profile than
they are, so shares say more than milliseconds. Prints a Markdown table for each build.
"""

import argparse
import csv
import pstats
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from scripts.bench.builds import OLDER, Build, older_build, this_build
from scripts.bench.compare import add_data_options, bench_data
from scripts.bench.machine import ROOT, describe_commit, describe_machine

SHOWN = 20
"""Files and libraries in a table."""
_IMPORTS = ("importlib", "zipimport")


def main() -> None:
    """Profile both builds and print their tables."""
    options = _options()
    print(f"Commit {describe_commit()}, beside {options.older}; {describe_machine()}\n")
    with tempfile.TemporaryDirectory(prefix="matcher profile ") as folder:
        data, needs = bench_data(options, Path(folder))
        sheet = Path(folder) / "needs.csv"
        with sheet.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["需求描述"], *([need] for need in needs)])
        for build in (older_build(options.older, {}), this_build({})):
            home = Path(folder) / build.name
            build.run(home, "import", data)
            build.run(home, "index")
            times = profile(build, home, sheet)
            print(f"{build.name}, {len(needs)} needs\n")
            print(table(times, len(needs)), end="\n\n", flush=True)


def profile(build: Build, home: Path, needs: Path) -> "Counter[str]":
    """Return the seconds of each file of our code and each library, answering all needs."""
    stats = home.parent / f"{build.name}.prof"
    command = [build.python, "-m", "cProfile", "-o", str(stats), "-m", "matcher.cli"]
    subprocess.run(
        [*command, "match", "--needs", str(needs), "--json"],
        env=build.environment(home),
        cwd=home.parent,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )
    times = Counter[str]()
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(str(stats)).stats.items():  # type: ignore[attr-defined]
        times[_place(file, name)] += own
    return times


def table(times: "Counter[str]", needs: int) -> str:
    """Return the largest times as a Markdown table, in milliseconds a need."""
    times = Counter({place: own for place, own in times.items() if place not in _IMPORTS})
    total = sum(times.values())
    lines = ["| file or library | ms a need | share |", "|---|---:|---:|"]
    for place, own in times.most_common(SHOWN):
        lines.append(f"| {place} | {1000 * own / needs:.1f} | {100 * own / total:.0f}% |")
    return "\n".join([*lines, f"| all | {1000 * total / needs:.1f} | 100% |"])


def _place(file: str, function: str) -> str:
    """Name of our file or of the library of a function; of a built-in one, its own name."""
    if "importlib" in file or "zipimport" in file:
        return "importlib"
    if "site-packages" in file:
        return file.rpartition("site-packages/")[2].partition("/")[0].removesuffix(".py")
    for room in ("matcher", "models", "indexes", "api"):
        if f"/{room}/" in file and (str(ROOT) in file or "/var/bench/" in file):
            return f"{room}/{file.rpartition(f'/{room}/')[2]}"
    if file == "~":
        return function.strip("<>").partition(" at 0x")[0]
    return Path(file).name


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.profile", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--older", default=OLDER, help="commit of the older build")
    add_data_options(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
