"""Dense index (`ports.DenseIndex`): exact, or approximate for large catalogues."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from indexes.distinct_vectors import VectorOwners, first_rows
from indexes.half_vectors import CHUNK, AnyVectors
from indexes.vector_lists import VectorLists, import_faiss, lists_for
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.ports import BoolArray, Rows, Scores, Vectors

DenseKind = Literal["flat", "ivf"]
MANY_QUERIES = 20
"""Queries from which FAISS searches in several threads."""
ROUNDING = 1e-5
"""Difference that rounding can make between two ways to compute one inner product."""


class FaissIndex:
    """Distinct unit vectors as float16, searched exactly or in the nearest of many lists."""

    def __init__(self, vectors: AnyVectors, kind: DenseKind) -> None:
        """Build over unit vectors (n, d); rows keep their order. Raises InputError for others."""
        _check(vectors)
        if kind not in get_args(DenseKind):
            raise InputError(
                _("there is no dense index of kind {kind!r}; take flat or ivf", kind=kind)
            )
        first, numbers = first_rows(vectors)
        count = lists_for(len(first)) if kind == "ivf" else 1
        self._lists, ordered = VectorLists.build(vectors, first, count)
        rank = np.empty(len(first), dtype=np.int32)
        rank[numbers[ordered]] = np.arange(len(first), dtype=np.int32)
        self._owners = VectorOwners.of(rank[numbers])

    @classmethod
    def open(cls, folder: Path, kind: DenseKind) -> "FaissIndex":
        """Open a saved index of either kind. Raises IndexUnavailableError."""
        index = cls.__new__(cls)
        index._lists = VectorLists.open(folder)
        index._owners = VectorOwners.open(folder)
        return index

    def save(self, folder: Path) -> None:
        """Write the index into an existing folder."""
        self._lists.save(folder)
        self._owners.save(folder)

    def __len__(self) -> int:
        return len(self._owners.numbers)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors (n, d) of the given rows."""
        return self._lists.vectors(self._owners.numbers[rows])

    def search(self, queries: Vectors, k: int, allowed: Rows | None) -> tuple[Rows, Scores]:
        """Return the k best rows for each query (q, k), ties in ascending order of row.

        An approximate index can miss rows in lists that it does not read. Missing rows are -1 with
        -inf. Raises InputError for k below 1 or vectors of another dimension.
        """
        self._check_query(queries, k)
        is_allowed = None if allowed is None else _mask(allowed, len(self))
        best_rows = np.full((len(queries), k), -1, dtype=np.int64)
        best_scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
        for query, near in enumerate(self._nearest(queries, k, allowed)):
            rows, scores = self._owners.rows_of(
                near, self._scores(queries[query], near), is_allowed
            )
            order = np.lexsort((rows, -scores))[:k]
            best_rows[query, : len(order)] = rows[order]
            best_scores[query, : len(order)] = scores[order]
        return best_rows, best_scores

    def _nearest(self, queries: Vectors, k: int, allowed: Rows | None) -> list[Rows]:
        """Return for each query its k nearest distinct vectors, and those tied with the k-th.

        `allowed` restricts them. They come in no order.
        """
        is_owned = None if allowed is None else self._owners.owned_by(allowed)
        size = len(self._lists) if is_owned is None else int(np.count_nonzero(is_owned))
        if not size:
            return [np.empty(0, dtype=np.int64) for _ in queries]
        depth = min(2 * k, size)
        with _search_threads(len(queries)):
            near, scores = self._lists.search(queries, depth, is_owned)
            # Ties with the k-th may go on behind the last.
            while depth < size and (scores[:, -1] >= scores[:, k - 1] - ROUNDING).any():
                depth = min(2 * depth, size)
                near, scores = self._lists.search(queries, depth, is_owned)
        return [own[own >= 0] for own in near]

    def _scores(self, query: Vectors, numbers: Rows) -> Scores:
        """Inner products (m,), the same to the bit whatever else is scored beside them."""
        scores: Scores = np.einsum("md,d->m", self._lists.vectors(numbers), query)
        return scores

    def _check_query(self, queries: Vectors, k: int) -> None:
        if k < 1:
            raise InputError(_("k must be at least 1, not {k}", k=k))
        if queries.ndim != 2 or queries.shape[1] != self._lists.dimension:
            raise InputError(
                _(
                    "queries of shape {shape} do not fit vectors of dimension {dimension}; encode "
                    "them with the index's own model",
                    shape=queries.shape,
                    dimension=self._lists.dimension,
                )
            )


@contextmanager
def _search_threads(queries: int) -> Iterator[None]:
    """Let FAISS search for few queries in the caller's thread.

    Threads of its own gain little there, and wait in busy loops for work, which takes the cores
    from the other needs that a server answers.
    """
    faiss = import_faiss()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1 if queries < MANY_QUERIES else before)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _check(vectors: AnyVectors) -> None:
    if vectors.ndim != 2 or not len(vectors):
        raise InputError(
            _("vectors must be a non-empty (n, d) array, not {shape}", shape=vectors.shape)
        )
    for start in range(0, len(vectors), CHUNK):
        lengths = np.linalg.norm(vectors[start : start + CHUNK].astype(np.float32), axis=1)
        if not np.allclose(lengths, 1.0, atol=1e-3):
            raise InputError(
                _("every vector must have length 1; the model gave others or not a number")
            )


def _mask(rows: Rows, size: int) -> BoolArray:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return mask
