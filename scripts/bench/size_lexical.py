"""Measure the lexical index of catalogues of ten thousand to a million passages.

    python -m scripts.bench.size_lexical                                # varied sample patents
    python -m scripts.bench.size_lexical --data FILE --needs FILE       # real patents and needs

A passage is four sentences drawn from the abstracts of all patents, and has a patent of its own.
A search asks for 200 passages, as an answer does, with a whole need; a filter allows patents at
random. Times are of processor time in one thread, of the second search with a need. "Found" is the
share of the best hundred passages, by the exact scores of all, that a search gives.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from indexes import lexical
from indexes.forward import ForwardIndex
from indexes.lexical import TantivyIndex
from matcher.patents.statements import abstract_sentences
from matcher.ports import Allowed, Rows
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Passage, PatentRow
from matcher.wiring.open import import_files, open_store
from scripts.bench.compare import add_data_options, bench_data
from scripts.bench.machine import describe_commit, describe_machine
from scripts.bench.process import peak_memory

SENTENCES, NEEDS, DEPTH, JUDGED = 4, 40, 200, 100
SHARES = (1.0, 0.5, 0.1, 0.01, 0.001)
CHUNK = 50_000
"""Passages scored at once."""


def main() -> None:
    """Build an index of each size, search it and print the tables."""
    options = _options()
    print(f"Commit {describe_commit()}; {describe_machine()}\n")
    with tempfile.TemporaryDirectory(prefix="matcher size ") as temporary:
        data, needs = bench_data(options, Path(temporary))
        sentences = _sentences(data, Path(temporary))
        for size in options.sizes:
            folder = Path(temporary) / str(size)
            folder.mkdir()
            print(_report(size, folder, sentences, needs[:NEEDS]), flush=True)


def _sentences(data: Path, home: Path) -> list[str]:
    settings = Settings(home=home, database_url=None)
    import_files(settings, [data], today=date.today())
    with open_store(settings) as store, store.reading() as connection:
        return [
            sentence.text
            for _, patent in patents.each(connection)
            for sentence in abstract_sentences(patent)
        ]


def drawn_passages(size: int, sentences: Sequence[str]) -> Iterator[Passage]:
    """Yield so many passages of sentences in new order, each of a patent of its own."""
    random = np.random.default_rng(1)
    for row in range(size):
        chosen = random.integers(len(sentences), size=SENTENCES)
        text = "".join(sentences[place] for place in chosen)
        yield Passage(PatentRow(row), "abstract", None, text)


def _report(size: int, folder: Path, sentences: Sequence[str], needs: Sequence[str]) -> str:
    start = time.process_time()
    lexical.write(folder, folder, drawn_passages(size, sentences))
    built = time.process_time() - start
    index = TantivyIndex(folder, ForwardIndex([folder]), np.arange(size))
    disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    exact = [_exact(index, need, size) for need in needs]
    random = np.random.default_rng(2)
    rows = []
    for share in SHARES:
        allowed = np.sort(random.choice(size, int(share * size), replace=False))
        rows.append(_row(share, index, needs, exact, None if share == 1 else allowed))
    return "\n".join(
        [
            f"{size:,} passages: built in {built:,.0f} s of processor time, {disk:,.0f} MB of "
            f"disk, memory {peak_memory():,.0f} MB\n",
            "| allowed | p50, ms | p95, ms | found |",
            "|---:|---:|---:|---:|",
            *rows,
            "",
        ]
    )


def _row(
    share: float,
    index: TantivyIndex,
    needs: Sequence[str],
    exact: Sequence[Rows],
    allowed: Rows | None,
) -> str:
    times, found = [], []
    restriction = None if allowed is None else Allowed(allowed, allowed)
    for need, ordered in zip(needs, exact, strict=True):
        index.search(need, DEPTH, restriction)
        start = time.thread_time()
        rows, _scores = index.search(need, DEPTH, restriction)
        times.append(time.thread_time() - start)
        best = ordered if allowed is None else ordered[np.isin(ordered, allowed)]
        if len(best):
            found.append(np.isin(best[:JUDGED], rows).mean())
    p50, p95 = (1000 * np.quantile(times, share) for share in (0.5, 0.95))
    return f"| {100 * share:g}% | {p50:.1f} | {p95:.1f} | {np.mean(found):.3f} |"


def _exact(index: TantivyIndex, need: str, size: int) -> Rows:
    """All passages that share a term with a need, the best first."""
    scores = np.concatenate(
        [
            index.scores([need], np.arange(start, min(start + CHUNK, size)))[0]
            for start in range(0, size, CHUNK)
        ]
    )
    order = np.argsort(-scores, kind="stable")
    ordered: Rows = order[: np.count_nonzero(~np.isnan(scores))]
    return ordered


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.size_lexical", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="passages"
    )
    add_data_options(parser)
    options = parser.parse_args()
    if min(options.sizes) < 1 or options.patents < 1:
        parser.error("--sizes and --patents must be at least 1")
    return options


if __name__ == "__main__":
    main()
