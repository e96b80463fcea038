"""Import of exports of a patent database, by this build and an older one, in turns.

    python -m scripts.bench.imports                    # 20,000 rows
    python -m scripts.bench.imports --rows 100000 --runs 1

Each file is imported into an empty home. Prints a Markdown table of medians: wall time, processor
time (user and system), and the peak memory of the command. Unix only.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from scripts.bench.builds import OLDER, Build, Spent, older_build, this_build
from scripts.bench.export_files import write_export
from scripts.bench.machine import describe_commit, describe_machine


@dataclass(frozen=True, slots=True)
class Export:
    """A file to import, by its form and what it holds."""

    suffix: str
    claims: bool

    @property
    def description(self) -> str:
        """Name of the line in the table."""
        return f"{self.suffix}, {'with claims' if self.claims else 'titles and abstracts'}"


EXPORTS = tuple(Export(suffix, claims) for suffix in (".csv", ".xlsx") for claims in (True, False))


def main() -> None:
    """Measure both builds in turns and print the table."""
    options = _options()
    machine = describe_machine()
    builds = older_build(options.older, {}), this_build({})
    lines = []
    with tempfile.TemporaryDirectory(prefix="matcher imports ") as folder:
        for export in EXPORTS:
            file = Path(folder) / f"export{export.suffix}"
            write_export(file, options.rows, claims=export.claims)
            runs = measure(builds, file, options.runs)
            lines += comparison(export.description, *runs)
    print(
        f"Commit {describe_commit()}, beside {options.older}; {machine}\n"
        f"{options.rows:,} rows; medians of {options.runs} runs in turns\n"
    )
    print(f"| | {options.older} | now | now / {options.older} |\n|---|---:|---:|---:|")
    print("\n".join(lines))


def measure(builds: tuple[Build, Build], file: Path, runs: int) -> tuple[list[Spent], list[Spent]]:
    """Import a file with both builds in turns, each time into an empty home."""
    spent: tuple[list[Spent], list[Spent]] = [], []
    for _ in range(runs):
        for build, measured in zip(builds, spent, strict=True):
            print(f"== {build.name}: {file.name}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(dir=file.parent) as home:
                measured.append(build.run(Path(home), "import", file))
    return spent


def comparison(name: str, older: list[Spent], now: list[Spent]) -> list[str]:
    """Return the lines of the table for one file."""
    lines = []
    for figure in ("wall, s", "processor, s", "peak memory, MB"):
        field = figure.split(",")[0].replace("peak ", "")
        before, after = (median(getattr(spent, field) for spent in runs) for runs in (older, now))
        lines.append(f"| {name}: {figure} | {before:,.1f} | {after:,.1f} | {after / before:.2f} |")
    return lines


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.imports", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--older", default=OLDER, help="commit of the older build")
    parser.add_argument("--rows", type=int, default=20_000, help="rows of each file")
    parser.add_argument("--runs", type=int, default=3, help="runs; the table has their medians")
    options = parser.parse_args()
    if min(options.rows, options.runs) < 1:
        parser.error("--rows and --runs must be at least 1")
    return options


if __name__ == "__main__":
    main()
