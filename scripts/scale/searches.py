"""Searches in files: time by the vectors and postings that are read, and how many those are."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from indexes import lexical
from indexes.dense import FaissIndex, _mask
from indexes.forward import ForwardIndex
from indexes.query_terms import MAX_POSTINGS, weighted_terms
from indexes.vector_lists import LISTS_READ, lists_for
from matcher.ports import Allowed, Vectors
from matcher.settings import Settings
from scripts.bench.size_lexical import drawn_passages
from scripts.scale.lines import Line, line_through

DEPTH = Settings().candidates
"""Vectors that a search asks for."""
REPEATS = 9


def dense_line(sizes: Sequence[int], dimension: int) -> Line:
    """Return the processor time of one exact search, by the number of vectors that it reads."""
    return line_through({size: _seconds(size, dimension) for size in sizes})


def marking_line(sizes: Sequence[int], dimension: int) -> Line:
    """Return the processor time of marking what a filter allows, by the vectors of the index."""
    return line_through({size: _marking_seconds(size, dimension) for size in sizes})


def words_line(sizes: Sequence[int], sentences: Sequence[str], needs: Sequence[str]) -> Line:
    """Return the processor time of a search for words, by the postings of its terms.

    A filter allows half of the patents. Sizes are passages, drawn from sentences.
    """
    return line_through(dict(_words_point(size, sentences, needs) for size in sizes))


def vectors_read(vectors: float) -> float:
    """Return the vectors and centroids that a search of so many vectors reads, without a filter.

    Up to the setting MATCHER_APPROXIMATE_ABOVE it reads all, beyond that 80 lists of mean length.

    >>> round(vectors_read(100_000)), round(vectors_read(5_000_000))
    (100000, 181125)
    """
    if vectors <= Settings().approximate_above:
        return vectors
    lists = lists_for(int(vectors))
    return lists + LISTS_READ * vectors / lists


def postings_read(postings: float) -> float:
    """Return the postings that a search for a text reads, of all that its terms have."""
    return min(postings, MAX_POSTINGS)


def _seconds(size: int, dimension: int) -> float:
    vectors = _vectors(size, dimension)
    index = FaissIndex(vectors.astype(np.float16), "flat")
    return _median(lambda number: index.search(vectors[number : number + 1], DEPTH, None))


def _marking_seconds(size: int, dimension: int) -> float:
    """Time to mark the rows of a filter that allows every other one."""
    index = FaissIndex(_vectors(size, dimension).astype(np.float16), "flat")
    allowed = np.arange(0, size, 2, dtype=np.int64)

    def mark(_number: int) -> None:
        _mask(allowed, size)
        np.packbits(index._owners.owned_by(allowed), bitorder="little")

    return _median(mark)


def _words_point(size: int, sentences: Sequence[str], needs: Sequence[str]) -> tuple[int, float]:
    """Median postings of the needs among so many passages, and median time."""
    with TemporaryDirectory(prefix="matcher scale ") as name:
        folder = Path(name)
        lexical.write(folder, folder, drawn_passages(size, sentences))
        forward = ForwardIndex([folder])
        index = lexical.TantivyIndex(folder, forward, np.arange(size))
        half = np.arange(0, size, 2, dtype=np.int64)
        allowed = Allowed(half, half)
        postings = [forward.passages_with(weighted_terms(own).hashed.hashes).sum() for own in needs]
        index.search(needs[0], DEPTH, allowed)
        spent = _median(lambda number: index.search(needs[number], DEPTH, allowed), len(needs))
        return int(median(postings)), spent


def _vectors(size: int, dimension: int) -> Vectors:
    random = np.random.default_rng(size)
    vectors: Vectors = random.standard_normal((size, dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _median(work: Callable[[int], object], repeats: int = REPEATS) -> float:
    """Median processor time of some work, which takes the number of the repetition."""
    times = []
    for number in range(repeats):
        start = time.thread_time()
        work(number)
        times.append(time.thread_time() - start)
    return median(times)
