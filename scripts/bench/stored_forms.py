"""Compare forms in which FAISS can store the vectors of inverted lists.

    python -m scripts.bench.size --sizes 100000 --folder FOLDER ...   # makes the vectors
    python -m scripts.bench.stored_forms --size 100000 --folder FOLDER

Every form has the same lists and reads 80 of them. Where the form is coarse, more vectors are
found than asked for, and those with the best exact products taken (from float16, mapped). Times
are of processor time in one thread, for one query. The whole set is in memory here as float32.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from indexes.vector_lists import SAMPLE_PER_LIST, TRAINING_ROUNDS, import_faiss, lists_for
from matcher.ports import Rows, Vectors
from scripts.bench.machine import describe_commit, describe_machine
from scripts.bench.size import DEPTH, QUERIES
from scripts.bench.size_vectors import Filter, exact_best, recall

LISTS_READ = 80


def main() -> None:
    """Search each form at each depth and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.stored_forms", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--size", type=int, default=100_000, help="patents, as measured before")
    parser.add_argument("--folder", type=Path, required=True, help="that of scripts.bench.size")
    options = parser.parse_args()
    print(f"Commit {describe_commit()}; {describe_machine()}\n")
    faiss = import_faiss()
    faiss.omp_set_num_threads(1)
    halves = np.load(options.folder / str(options.size) / "vectors.npy", mmap_mode="r")
    queries = np.load(options.folder / "queries.npy")[:QUERIES]
    (exact,) = exact_best(halves, queries, DEPTH, [Filter(1.0, "none", None)])
    print("| form | bytes | found | p50, ms | recall@10 | recall@200 |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, index, depths in _forms(np.asarray(halves, dtype=np.float32)):
        for depth in depths:
            rows, times = _searched(index, queries, depth, halves)
            figures = [recall(rows, exact, k) for k in (10, DEPTH)]
            print(
                f"| {name} | {index.code_size} | {depth} | {1000 * np.median(times):.1f} |"
                f" {figures[0]:.3f} | {figures[1]:.3f} |",
                flush=True,
            )


def _forms(vectors: Vectors) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
    """Yield filled indexes by name, with the numbers of vectors to find."""
    faiss = import_faiss()
    count, dimension = lists_for(len(vectors)), vectors.shape[1]
    sample = vectors[:: max(1, len(vectors) // (SAMPLE_PER_LIST * count))]
    means = faiss.Kmeans(dimension, count, niter=TRAINING_ROUNDS, spherical=True, seed=1)
    means.train(sample)
    centroids = faiss.IndexFlatIP(dimension)
    centroids.add(means.centroids)
    product, stored = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer
    lists = (centroids, dimension, count)
    forms: dict[str, Any] = {
        "float16": lambda: faiss.IndexIVFScalarQuantizer(*lists, stored.QT_fp16, product, False),
        "8 bits": lambda: faiss.IndexIVFScalarQuantizer(*lists, stored.QT_8bit, product, False),
        "RaBitQ": lambda: faiss.IndexIVFRaBitQFastScan(*lists, product),
        "PQ": lambda: faiss.IndexIVFPQFastScan(*lists, dimension // 4, 4, product),
    }
    depths = {"float16": (200,), "8 bits": (200, 400)}
    for name, make in forms.items():
        index = make()
        index.train(sample)
        index.add(vectors)
        index.nprobe = LISTS_READ
        yield name, index, depths.get(name, (400, 1_000, 2_000, 4_000))


def _searched(index: Any, queries: Vectors, depth: int, halves: Any) -> tuple[Rows, list[float]]:
    """Return the best rows (q, k) and the time of each query."""
    found, times = np.full((len(queries), DEPTH), -1, dtype=np.int64), []
    for own, query in zip(found, queries, strict=True):
        start = time.thread_time()
        rows = index.search(query[None], depth)[1][0]
        rows = rows[rows >= 0]
        if depth > DEPTH:
            rows = np.sort(rows)
            rows = rows[np.argsort(-(halves[rows].astype(np.float32) @ query))]
        times.append(time.thread_time() - start)
        own[: len(rows)] = rows[:DEPTH]
    return found, times


if __name__ == "__main__":
    main()
