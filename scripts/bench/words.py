"""Measure the search of a large catalogue by words: its index, its columns, searches with counts.

    python -m scripts.bench.words                            # 20,000 patents
    python -m scripts.bench.words --patents 100000

The patents are copies of the samples with all their claims, in SQLite. Times are of the wall clock,
once each; a search is asked again as for its next page.
"""

import argparse
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

from matcher.search.catalogue_query import CatalogueQuery
from matcher.settings import Settings
from matcher.wiring.build import index_words
from matcher.wiring.open import import_files, open_catalogue, open_store
from scripts.bench.catalogue import write_catalogue
from scripts.bench.machine import describe_commit, describe_machine
from scripts.bench.process import peak_memory, seconds

SEARCHES = ("隔膜", "方法", "隔膜 陶瓷")
"""A word of some patents, one of most, and two words."""


def main() -> None:
    """Import the catalogue, index its words, search it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patents", type=int, default=20_000)
    count = parser.parse_args().patents
    print(f"Commit {describe_commit()}; {describe_machine()}\n")
    with tempfile.TemporaryDirectory(prefix="matcher words ") as folder:
        settings = Settings(home=Path(folder), database_url=None)
        file = Path(folder) / "catalogue.jsonl"
        write_catalogue(file, count)
        import_files(settings, [file], today=date.today(), sample=True)
        print(f"| {count:,} patents | |\n|---|---:|")
        for line, figure in _measure(settings):
            print(f"| {line} | {figure} |", flush=True)


def _measure(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield what was measured, and the figure with its unit."""
    today = date.today()
    with open_store(settings) as store:
        yield "index of words", f"{seconds(partial(index_words, settings, store)):.1f} s"
    yield "its file", f"{settings.words_file.stat().st_size / 1e6:.0f} MB"
    with open_catalogue(settings) as catalogue:
        read = partial(catalogue.search.snapshot, today)
        yield "columns read", f"{seconds(read):.2f} s"
        for words in SEARCHES:
            query = CatalogueQuery(words)
            search = partial(catalogue.search.find, query, today, facets=True)
            first, again = seconds(search), seconds(search)
            line = f"`{words}` ({len(search()):,} found): first, again"
            yield line, f"{first:.3f}, {again:.3f} s"
    yield "peak memory", f"{peak_memory():.0f} MB"


if __name__ == "__main__":
    main()
