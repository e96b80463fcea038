"""Measure how long an index takes that goes on from the one before.

    python -m scripts.bench.increments                            # varied sample patents
    python -m scripts.bench.increments --data FILE                # other patents
    python -m scripts.bench.increments --data FILE --random       # many: vectors are random

Indexes everything, then again after one patent was changed, after a thousand were (or half of a
smaller catalogue), and after one was deleted; in one process with a loaded model. With --random the
vectors of the full build are random, so it takes less time than it would, and the model encodes
what changed. A merge of segments, where one is due, counts to the run that makes it.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from matcher.settings import Settings
from matcher.store import patents
from matcher.wiring.build import build_index
from matcher.wiring.open import import_files, load_encoder, open_store
from scripts.bench.compare import add_data_options, bench_data
from scripts.bench.event import RandomVectors
from scripts.bench.machine import describe_commit, describe_machine

MANY = 1_000


def main() -> None:
    """Index everything, then what changes, and print the table."""
    options = _options()
    print(f"Commit {describe_commit()}; {describe_machine()}\n")
    with tempfile.TemporaryDirectory(prefix="matcher increments ") as folder:
        data, _needs = bench_data(options, Path(folder))
        settings = Settings(home=Path(folder), database_url=None)
        import_files(settings, [data], today=date.today())
        encoder = load_encoder(settings)
        first = RandomVectors(encoder) if options.random else encoder
        rows = [("everything", *_timed(lambda: build_index(settings, encoder=first)))]
        with open_store(settings) as store, store.reading() as connection:
            held = patents.count(connection)
        changes = [(1, _change), (min(MANY, held // 2), _change), (1, _delete)]
        for count, change in changes:
            change(settings, count)
            name = f"{count:,} {'changed' if change is _change else 'deleted'}"
            rows.append((name, *_timed(lambda: build_index(settings, encoder=encoder))))
    print(f"{held:,} patents{', random vectors at first' if options.random else ''}\n")
    print(_table(rows))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor time of some work, in seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def _change(settings: Settings, count: int) -> None:
    """Give the last patents another title."""
    with open_store(settings) as store, store.writing() as connection:
        rows = patents.all_rows(connection)[-count:]
        changed = patents.by_rows(connection, rows).values()
        patents.save(connection, [replace(own, title=f"改进的{own.title}") for own in changed])


def _delete(settings: Settings, count: int) -> None:
    """Delete the first patents."""
    with open_store(settings) as store, store.writing() as connection:
        kept = {patent.id for _, patent in list(patents.each(connection))[count:]}
        patents.delete_all_but(connection, kept)


def _table(rows: list[tuple[str, float, float]]) -> str:
    whole = rows[0][1]
    lines = ["| | s | processor s | of everything |", "|---|---:|---:|---:|"]
    for name, wall, processor in rows:
        lines.append(f"| {name} | {wall:,.2f} | {processor:,.2f} | 1/{whole / wall:,.0f} |")
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.increments", description=(__doc__ or "").splitlines()[0]
    )
    add_data_options(parser)
    parser.add_argument("--random", action="store_true", help="random vectors in the full build")
    options = parser.parse_args()
    if options.patents < 2:
        parser.error("--patents must be at least 2")
    return options


if __name__ == "__main__":
    main()
