"""Measure the landscape of a large catalogue: counts of the whole and of an industry, the report.

    python -m scripts.bench.landscape                        # 100,000 patents
    python -m scripts.bench.landscape --patents 1000000

The patents are copies of the samples with all their claims, in SQLite. Times are of the wall
clock, the median of three; the first count reads the file from the disk cache of the system.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import true

from matcher.landscape.frames import supply_frames
from matcher.landscape.landscape import Landscape, Totals
from matcher.landscape.scope import EVERY_STATUS, Scope
from matcher.reporting.landscape.charts import CHARTS, chart
from matcher.reporting.landscape.report import report_docx, report_pdf
from matcher.settings import Settings
from matcher.store.filters import all_of, conditions
from matcher.store.supply import Supply, supply
from matcher.wiring.open import import_files, open_store
from scripts.bench.catalogue import write_catalogue
from scripts.bench.machine import describe_commit, describe_machine

RUNS = 3
MONTHS = 24


def main() -> None:
    """Import the catalogue, count it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patents", type=int, default=100_000)
    count = parser.parse_args().patents
    today = date.today()
    print(f"Commit {describe_commit()}; {describe_machine()}\n")
    with tempfile.TemporaryDirectory(prefix="matcher landscape ") as folder:
        settings = Settings(home=Path(folder), database_url=None)
        file = Path(folder) / "catalogue.jsonl"
        write_catalogue(file, count)
        import_files(settings, [file], today=today, sample=True)
        print(f"| {count:,} patents | seconds |\n|---|---:|")
        for line, seconds in _measure(settings, today):
            print(f"| {line} | {seconds:.2f} |", flush=True)


def _measure(settings: Settings, today: date) -> list[tuple[str, float]]:
    industry = replace(EVERY_STATUS, industries=("NM",))
    with open_store(settings) as store, store.reading() as connection:

        def whole() -> Supply:
            return supply(connection, true(), today=today, sleeping_months=MONTHS)

        def narrowed() -> Supply:
            where = all_of(conditions(industry, today, MONTHS))
            return supply(connection, where, today=today, sleeping_months=MONTHS)

        counts = [("the whole catalogue", _median(whole)), ("an industry", _median(narrowed))]
        landscape = _landscape(whole(), today)
    moment = datetime.now(UTC)
    drawn: list[tuple[str, Callable[[], object]]] = [
        ("the charts as SVG", lambda: [chart(landscape, name) for name in CHARTS[:-1]]),
        ("the report as PDF", lambda: report_pdf(landscape, made_by=None, moment=moment)),
        ("the report as .docx", lambda: report_docx(landscape, made_by=None, moment=moment)),
    ]
    return counts + [(line, _median(work)) for line, work in drawn]


def _landscape(counted: Supply, today: date) -> Landscape:
    (total,) = counted["total"]
    totals = Totals(
        total.patents, total.patents, total.in_force, total.sleeping, total.open_licence
    )
    frames = supply_frames(counted)
    return Landscape(Scope(), today, "-", "-", MONTHS, totals, frames)


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    main()
