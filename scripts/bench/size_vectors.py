"""Vectors of a catalogue of any size, made from those of real texts, and searches of them.

Five vectors in a row are a patent. A patent belongs to a real vector, and each of its vectors to
one of the 30 nearest of that. A vector is a random mean of three: its own real vector and two of
the 30 nearest of it; then noise of 0.3 of its length is added, evenly in all directions. So copies
of one text are no nearer to one another than neighbours in a dense part of a real catalogue
(median similarity 0.88 to the nearest), and none is the copy of a query: these are real needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from matcher.ports import BoolArray, Rows, Vectors

PASSAGES = 5
"""Vectors of a patent."""
NEIGHBOURS = 30
NOISE = 0.3
CHUNK = 65_536
SHARES = (1.0, 0.5, 0.1, 0.01, 0.001, 0.0001)
"""Shares of patents that a filter allows."""


@dataclass(frozen=True)
class Filter:
    """Vectors that a search may give."""

    share: float
    kind: str
    """"random" patents, or those of a "topic", the nearest to one real vector."""
    rows: Rows | None
    """Sorted; None: all."""


def write_vectors(real: Vectors, patents: int, file: Path) -> NDArray[np.int32]:
    """Write the vectors (5 * patents, d) as float16; returns the real vector of each patent."""
    rng = np.random.default_rng(patents)
    near = _neighbours(real)
    topic = rng.integers(0, len(real), patents, dtype=np.int32)
    count = PASSAGES * patents
    vectors = open_memmap(file, "w+", np.float16, (count, real.shape[1]))
    for start in range(0, count, CHUNK):
        patent = np.arange(start, min(count, start + CHUNK)) // PASSAGES
        own = near[topic[patent], rng.integers(0, near.shape[1], len(patent))]
        vectors[start : start + len(patent)] = _near(real, own, near, rng)
    vectors.flush()
    return topic


def filters(real: Vectors, topic: NDArray[np.int32]) -> Iterator[Filter]:
    """Yield the filters: none, then random patents and those of a topic, by falling share."""
    rng = np.random.default_rng(1)
    yield Filter(1.0, "none", None)
    for share in SHARES[1:]:
        count = round(share * len(topic))
        if count < 1:
            continue
        yield Filter(share, "random", _rows(rng.permutation(len(topic))[:count]))
        nearness = real @ real[rng.integers(0, len(real))]
        by_topic = np.argsort(-nearness[topic], kind="stable")
        yield Filter(share, "topic", _rows(by_topic[:count]))


def exact_best(
    vectors: NDArray[np.float16], queries: Vectors, k: int, chosen: list[Filter]
) -> list[Rows]:
    """Return the k best rows (q, k) of each filter, by the product with every vector."""
    best = [(np.full((len(queries), k), -np.inf, np.float32), _nothing(queries, k)) for _ in chosen]
    masks = [_mask(own.rows, len(vectors)) for own in chosen]
    for start in range(0, len(vectors), CHUNK):
        products = queries @ vectors[start : start + CHUNK].astype(np.float32).T
        for number, mask in enumerate(masks):
            own = np.flatnonzero(mask[start : start + CHUNK])
            scores = np.concatenate([best[number][0], products[:, own]], axis=1)
            rows = np.concatenate(
                [best[number][1], np.broadcast_to(start + own, (len(queries), len(own)))], axis=1
            )
            order = np.argpartition(-scores, k - 1, axis=1)[:, :k]
            best[number] = (
                np.take_along_axis(scores, order, axis=1),
                np.take_along_axis(rows, order, axis=1),
            )
    return [np.take_along_axis(rows, np.argsort(-scores, axis=1), axis=1) for scores, rows in best]


def recall(rows: Rows, exact: Rows, k: int) -> float:
    """Return the mean share of the k best rows that were found."""
    pairs = zip(rows[:, :k], exact[:, :k], strict=True)
    return float(np.mean([np.isin(best[best >= 0], own).mean() for own, best in pairs]))


def _neighbours(real: Vectors) -> Rows:
    """Return the nearest real vectors (n, 30) of each one, without itself."""
    count = min(NEIGHBOURS, len(real) - 1)
    near = []
    for start in range(0, len(real), 2_048):
        products = real[start : start + 2_048] @ real.T
        own = np.arange(len(products))
        products[own, start + own] = -np.inf
        near.append(np.argpartition(-products, count - 1, axis=1)[:, :count])
    return np.concatenate(near)


def _near(real: Vectors, own: Rows, near: Rows, rng: np.random.Generator) -> Vectors:
    """Return a new vector (n, d) near each of some real ones."""
    weights = rng.dirichlet((1, 1, 1), len(own)).astype(np.float32)
    mean = weights[:, :1] * real[own]
    for column in (1, 2):
        other = near[own, rng.integers(0, near.shape[1], len(own))]
        mean += weights[:, column : column + 1] * real[other]
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    scale = np.float32(NOISE / np.sqrt(real.shape[1]))
    mean += scale * rng.standard_normal(mean.shape, dtype=np.float32)
    unit: Vectors = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return unit


def _rows(patents: Rows) -> Rows:
    """Return the rows of the vectors of some patents, sorted."""
    return np.sort(PASSAGES * patents[:, None] + np.arange(PASSAGES), axis=None)


def _mask(rows: Rows | None, size: int) -> BoolArray:
    mask = np.full(size, rows is None)
    if rows is not None:
        mask[rows] = True
    return mask


def _nothing(queries: Vectors, k: int) -> Rows:
    return np.full((len(queries), k), -1, dtype=np.int64)
