"""Cost of the look at a database when it is opened, by its size.

    python -m scripts.bench.opening                         # 4,527 and 45,270 patents
    python -m scripts.bench.opening --patents 4527 --runs 3

Imports that many patents (copies of the samples that share no text) into an empty home, and opens
the database: without a look at its tables, with one, and after one that is remembered; the same for
the words of the catalogue, which `matcher index` reads through. Prints a Markdown table of medians.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

from matcher.settings import Settings
from matcher.store import file_check
from matcher.store.database import Store
from matcher.wiring.build import index_words
from matcher.wiring.open import import_files, open_store
from scripts.bench.catalogue import write_catalogue
from scripts.bench.machine import describe_commit, describe_machine


def main() -> None:
    """Measure each size and print the table."""
    options = _options()
    print(f"Commit {describe_commit()}; {describe_machine()}\n")
    print(
        "| patents | database, MB | open, ms | with a look, ms | remembered, ms "
        "| words, MB | read through, ms |\n|---:|---:|---:|---:|---:|---:|---:|"
    )
    for count in options.patents:
        with tempfile.TemporaryDirectory(prefix="matcher opening ") as folder:
            print(line(Path(folder), count, options.runs), flush=True)


def line(folder: Path, count: int, runs: int) -> str:
    """Return the line of the table for a number of patents."""
    settings = Settings(model="fake", home=folder / "home", database_url=None)
    write_catalogue(folder / "patents.jsonl", count)
    import_files(settings, [folder / "patents.jsonl"], today=date.today(), sample=True)
    with open_store(settings) as store:
        index_words(settings, store)
    file = settings.home / "matcher.sqlite"
    remembered = file.with_name(file_check.CHECKED.format(name=file.name))

    def open_unseen() -> None:
        remembered.unlink(missing_ok=True)
        open_once(settings)

    largest, file_check.QUICK_BYTES = file_check.QUICK_BYTES, 0
    plain = milliseconds(lambda: open_once(settings), runs)
    file_check.QUICK_BYTES = 2**40
    look = milliseconds(open_unseen, runs)
    again = milliseconds(lambda: open_once(settings), runs)
    file_check.QUICK_BYTES = largest
    with open_store(settings) as store:
        words = milliseconds(lambda: index_words(settings, store), runs)
    sizes = (file.stat().st_size / 1e6, settings.words_file.stat().st_size / 1e6)
    return (
        f"| {count:,} | {sizes[0]:,.0f} | {plain:,.1f} | {look:,.1f} | {again:,.1f} "
        f"| {sizes[1]:,.0f} | {words:,.1f} |"
    )


def open_once(settings: Settings) -> None:
    """Open the database and close it."""
    with Store(settings.url):
        pass


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """Return the median time of some runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return median(times)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.opening", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--patents", type=int, nargs="+", default=[4_527, 45_270])
    parser.add_argument("--runs", type=int, default=5, help="runs; the table has their medians")
    return parser.parse_args()


if __name__ == "__main__":
    main()
