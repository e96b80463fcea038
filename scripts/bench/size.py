"""Measure the dense index of catalogues of ten thousand to a million patents.

    python -m scripts.bench.size                                   # varied sample patents
    python -m scripts.bench.size --data FILE --needs FILE          # real patents and needs
    python -m scripts.bench.size --sizes 1000000 --folder FOLDER   # keep what was made

The texts of the patents are embedded once, and a vector near those of real texts stands for each
of five passages of every patent (scripts/bench/size_vectors.py). Queries are the first 100 pieces
of the needs; a search asks for 200 vectors, as an answer does. Times are of processor time in one
thread: of the first search with each query under a filter, which may touch memory that no search
touched before, and of a second one; then of two queries at once, as a need with a title has.
Recall is against the product with every stored vector. A million patents take 8 GB of disk, and
8 GB of memory while they are built, half of it the mapped file of vectors.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import get_args

import numpy as np

from indexes.dense import DenseKind, FaissIndex
from indexes.vector_lists import import_faiss
from matcher.embedding.embed_catalogue import embed_catalogue
from matcher.embedding.vector_cache import VectorCache
from matcher.ports import Rows, Vectors
from matcher.progress import silent
from matcher.settings import Settings
from matcher.store import patents
from matcher.wiring.open import import_files, load_encoder, open_store
from scripts.bench.compare import add_data_options, bench_data
from scripts.bench.machine import ROOT, describe_commit, describe_machine
from scripts.bench.process import Measured, Options, peak_memory, run_stage
from scripts.bench.size_vectors import (
    PASSAGES,
    Filter,
    exact_best,
    filters,
    recall,
    write_vectors,
)

QUERIES = 100
TIMES = ("first", "one", "two")
DEPTH = 200
"""Vectors that a search asks for: the default of MATCHER_CANDIDATES."""


def main() -> None:
    """Build an index of each size, search it and print the tables."""
    options = _options()
    print(f"Commit {describe_commit()}; {describe_machine()}\n")
    with tempfile.TemporaryDirectory(prefix="matcher size ") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        if not (folder / "real.npy").exists():
            _embed(options, folder)
        for size in options.sizes:
            print(_report(size, folder, options.kind), flush=True)


def build(options: Options) -> Measured:
    """Build and save an index."""
    clock, processor = time.perf_counter(), time.process_time()
    vectors = np.load(options["vectors"], mmap_mode="r")
    FaissIndex(vectors, options["kind"]).save(Path(options["index"]))
    return {
        "seconds": time.perf_counter() - clock,
        "processor": time.process_time() - processor,
        "memory": peak_memory(),
    }


def search(options: Options) -> Measured:
    """Open an index and search it with each filter; writes the rows that were found."""
    queries = np.load(options["queries"])
    import_faiss()
    start = time.thread_time()
    index = FaissIndex.open(Path(options["index"]), options["kind"])
    measured: Measured = {"open": time.thread_time() - start, "opened": peak_memory()}
    measured.update({name: [] for name in TIMES})
    for number, file in enumerate(options["filters"]):
        allowed = np.load(file) if file else None
        rows, first = _searched(index, queries, 1, allowed)
        np.save(_found(options, number), rows)
        measured["first"].append(first)
        measured["one"].append(_searched(index, queries, 1, allowed)[1])
        measured["two"].append(_searched(index, queries, 2, allowed)[1])
    measured["peak"] = peak_memory()
    return measured


def _searched(
    index: FaissIndex, queries: Vectors, together: int, allowed: Rows | None
) -> tuple[Rows, list[float]]:
    """Search so many queries at once; returns their rows (q, k) and the time of each search."""
    rows, times = [], []
    for first in range(0, len(queries), together):
        start = time.thread_time()
        rows.append(index.search(queries[first : first + together], DEPTH, allowed)[0])
        times.append(time.thread_time() - start)
    return np.concatenate(rows), times


def _report(size: int, folder: Path, kind: str | None) -> str:
    """Measure one size and return its tables."""
    work = folder / str(size)
    work.mkdir(exist_ok=True)
    real, vectors = np.load(folder / "real.npy"), work / "vectors.npy"
    topics = work / "topics.npy"
    if not topics.exists():
        np.save(topics, write_vectors(real, size, vectors))
    chosen = list(filters(real, np.load(topics)))
    if kind is None:
        kind = "ivf" if PASSAGES * size > Settings().approximate_above else "flat"
    options: Options = {
        "vectors": str(vectors),
        "index": str(work / kind),
        "kind": kind,
        "queries": str(work / "queries.npy"),
        "filters": [_saved(own, work / f"filter-{n}.npy") for n, own in enumerate(chosen)],
    }
    queries = np.load(folder / "queries.npy")[:QUERIES]
    np.save(options["queries"], queries)
    (work / kind).mkdir(exist_ok=True)
    built, searched = _in_process("build", options), _in_process("search", options)
    exact = exact_best(np.load(vectors, mmap_mode="r"), queries, DEPTH, chosen)
    disk = sum(file.stat().st_size for file in (work / kind).iterdir()) / 1e6
    found = [np.load(_found(options, number)) for number in range(len(chosen))]
    rows = [
        _row(own, [searched[name][n] for name in TIMES], recalls(found[n], exact[n]))
        for n, own in enumerate(chosen)
    ]
    return "\n".join(
        [
            f"{size:,} patents, {PASSAGES * size:,} vectors, {kind}: built in"
            f" {built['seconds']:,.0f} s ({built['processor']:,.0f} s of processor time, memory"
            f" {built['memory']:,.0f} MB), {disk:,.0f} MB of disk; opened in"
            f" {1000 * searched['open']:.1f} ms, memory {searched['opened']:,.0f} MB, after all"
            f" searches {searched['peak']:,.0f} MB\n",
            "| allowed | patents | first p50, ms | p50, ms | p95, ms | two queries p50, ms |"
            " recall@10 | recall@200 |",
            "|---:|---|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
        ]
    )


def recalls(found: Rows, exact: Rows) -> tuple[float, float]:
    """Return the recall among the 10 best and among all that were asked for."""
    return recall(found, exact, 10), recall(found, exact, DEPTH)


def _row(own: Filter, times: list[list[float]], found: tuple[float, float]) -> str:
    first, one, two = (1000 * np.array(own) for own in times)
    cells = [np.median(first), np.median(one), np.quantile(one, 0.95), np.median(two)]
    middle = " | ".join(f"{cell:.1f}" for cell in cells)
    return f"| {100 * own.share:g}% | {own.kind} | {middle} | {found[0]:.3f} | {found[1]:.3f} |"


def _saved(own: Filter, file: Path) -> str:
    """Write the rows of a filter; returns the file, or nothing where all rows are allowed."""
    if own.rows is None:
        return ""
    np.save(file, own.rows)
    return str(file)


def _found(options: Options, number: int) -> Path:
    """File of the rows that were found under a filter."""
    return Path(options["index"]).parent / f"found-{number}.npy"


def _in_process(stage: str, options: Options) -> Measured:
    """Run a stage in a process of its own."""
    command = [sys.executable, "-m", "scripts.bench.size", stage, json.dumps(options)]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    measured: Measured = json.loads(ran.stdout.splitlines()[-1])
    return measured


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.size", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="patents"
    )
    add_data_options(parser)
    parser.add_argument("--kind", choices=get_args(DenseKind), help="by default as the program")
    parser.add_argument("--folder", type=Path, help="where to keep vectors and indexes")
    options = parser.parse_args()
    if min(options.sizes) < 1 or options.patents < 1:
        parser.error("--sizes and --patents must be at least 1")
    return options


def _embed(options: argparse.Namespace, folder: Path) -> None:
    """Embed the passages and sentences of the patents, and the needs."""
    with tempfile.TemporaryDirectory() as home:
        data, needs = bench_data(options, Path(home))
        settings = Settings(home=Path(home), database_url=None)
        import_files(settings, [data], today=date.today())
        encoder = load_encoder(settings)
        with (
            VectorCache(Path(home) / "cache", encoder.fingerprint, encoder.dimension) as cache,
            open_store(settings) as store,
            store.reading() as connection,
        ):
            made = embed_catalogue(
                patents.each(connection), encoder, cache, full=False, report=silent
            )
    sentences = [made.sentences.of_patent(patent) for patent in np.unique(made.table.patent)]
    real: Vectors = np.unique(np.concatenate([made.vectors, *sentences]), axis=0)
    pieces = [piece for need in needs for piece in encoder.split(need, "query")]
    np.save(folder / "queries.npy", encoder.encode(pieces, "query"))
    np.save(folder / "real.npy", real / np.linalg.norm(real, axis=1, keepdims=True))


if __name__ == "__main__":
    if sys.argv[1:2] in (["build"], ["search"]):
        run_stage({"build": build, "search": search})
    else:
        main()
