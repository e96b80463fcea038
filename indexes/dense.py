"""Dense index with FAISS (`ports.DenseIndex`): exact, or approximate for large catalogues."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from indexes.distinct_vectors import DistinctVectors
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.ports import BoolArray, Rows, Scores, Vectors

DenseKind = Literal["flat", "hnsw"]
GRAPH_FILE = "graph.faiss"
HNSW_LINKS = 32
"""Edges per node of the graph (M)."""
EF_CONSTRUCTION = 80
EF_SEARCH = 256
MAX_EXACT_SHARE = 0.5
"""Share of allowed vectors up to which the search is exact: the graph would lose recall."""
MAX_GATHERED = 20_000
"""Allowed vectors up to which the search is exact over these alone."""
MANY_QUERIES = 20
"""Queries from which FAISS multiplies matrices, in several threads."""
ROUNDING = 1e-5
"""Difference that rounding can make between two ways to compute one inner product."""


class FaissIndex:
    """Distinct unit vectors in a memory-mapped array, searched exactly or through an HNSW graph."""

    def __init__(self, vectors: Vectors, kind: DenseKind) -> None:
        """Build over unit vectors (n, d); rows keep their order. Raises InputError for others."""
        _check(vectors)
        if kind not in get_args(DenseKind):
            raise InputError(
                _("there is no dense index of kind {kind!r}; take flat or hnsw", kind=kind)
            )
        self._distinct = DistinctVectors.of(vectors)
        self._graph = _graph(self._distinct.vectors) if kind == "hnsw" else None

    @classmethod
    def open(cls, folder: Path, kind: DenseKind) -> "FaissIndex":
        """Open a saved index. Raises IndexUnavailableError."""
        index = cls.__new__(cls)
        index._distinct = DistinctVectors.open(folder)
        index._graph = _faiss().read_index(str(folder / GRAPH_FILE)) if kind == "hnsw" else None
        return index

    def save(self, folder: Path) -> None:
        """Write the vectors, and the graph if there is one, into an existing folder."""
        self._distinct.save(folder)
        if self._graph is not None:
            _faiss().write_index(self._graph, str(folder / GRAPH_FILE))

    def __len__(self) -> int:
        return len(self._distinct.numbers)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors (n, d) of the given rows."""
        return self._distinct.of_rows(rows)

    def search(self, queries: Vectors, k: int, allowed: Rows | None) -> tuple[Rows, Scores]:
        """Return the k best rows for each query (q, k), ties in ascending order of row.

        An approximate index can miss some of many tied vectors. Missing rows are -1 with -inf.
        Raises InputError for k below 1 or vectors of another dimension.
        """
        self._check_query(queries, k)
        numbers = None if allowed is None else self._distinct.numbers_of(allowed)
        is_allowed = None if allowed is None else _mask(allowed, len(self))
        best_rows = np.full((len(queries), k), -1, dtype=np.int64)
        best_scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
        for query, near in enumerate(self._nearest(queries, k, numbers)):
            rows, scores = self._distinct.rows_of(
                near, self._scores(queries[query], near), is_allowed
            )
            order = np.lexsort((rows, -scores))[:k]
            best_rows[query, : len(order)] = rows[order]
            best_scores[query, : len(order)] = scores[order]
        return best_rows, best_scores

    def _nearest(self, queries: Vectors, k: int, numbers: Rows | None) -> Iterator[Rows]:
        """Yield for each query its k nearest distinct vectors, and those tied with the k-th.

        `numbers` restricts them. They come in no order.
        """
        if numbers is not None and len(numbers) <= self._max_exact():
            own = self._distinct.vectors
            if len(numbers) <= MAX_GATHERED or len(numbers) < len(own) // 2:
                for scores in queries @ own[numbers].T:
                    yield numbers[_best(scores, k)]
            else:
                others = ~_mask(numbers, len(own))
                for scores in queries @ own.T:
                    scores[others] = -np.inf
                    yield _best(scores, k)
            return
        depth = min(2 * k, len(self._distinct.vectors))
        near, scores = self._ask_faiss(queries, depth, numbers)
        while self._graph is None and depth < len(self._distinct.vectors):
            if (scores[:, -1] < scores[:, min(k, depth) - 1] - ROUNDING).all():
                break
            depth = min(2 * depth, len(self._distinct.vectors))
            near, scores = self._ask_faiss(queries, depth, numbers)
        for own in near:
            yield own[own >= 0]

    def _max_exact(self) -> float:
        """Allowed vectors up to which the search is exact over these alone."""
        if self._graph is None:
            return np.inf
        return max(MAX_GATHERED, MAX_EXACT_SHARE * len(self._distinct.vectors))

    def _ask_faiss(self, queries: Vectors, depth: int, numbers: Rows | None) -> tuple[Rows, Scores]:
        """Distinct vectors and their scores (q, depth) from FAISS, best first, padded with -1."""
        faiss = _faiss()
        queries = np.ascontiguousarray(queries)
        with _search_threads(len(queries)):
            if self._graph is None:
                scores, near = faiss.knn(
                    queries, self._distinct.vectors, depth, metric=faiss.METRIC_INNER_PRODUCT
                )
            else:
                selector = None
                if numbers is not None:
                    mask = _mask(numbers, len(self._distinct.vectors))
                    selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
                options = faiss.SearchParametersHNSW(efSearch=max(EF_SEARCH, depth), sel=selector)
                scores, near = self._graph.search(queries, depth, params=options)
        return near.astype(np.int64), scores

    def _scores(self, query: Vectors, numbers: Rows) -> Scores:
        """Inner products (m,), the same to the bit whatever else is scored beside them."""
        own = np.asarray(self._distinct.vectors[numbers], dtype=np.float32)
        scores: Scores = np.einsum("md,d->m", own, query)
        return scores

    def _check_query(self, queries: Vectors, k: int) -> None:
        dimension = self._distinct.vectors.shape[1]
        if k < 1:
            raise InputError(_("k must be at least 1, not {k}", k=k))
        if queries.ndim != 2 or queries.shape[1] != dimension:
            raise InputError(
                _(
                    "queries of shape {shape} do not fit vectors of dimension {dimension}; encode "
                    "them with the index's own model",
                    shape=queries.shape,
                    dimension=dimension,
                )
            )


@contextmanager
def _search_threads(queries: int) -> Iterator[None]:
    """Let FAISS search for few queries in the caller's thread.

    Threads of its own gain little there, and wait in busy loops for work, which takes the cores
    from the other needs that a server answers.
    """
    faiss = _faiss()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1 if queries < MANY_QUERIES else before)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _faiss() -> Any:
    """Import FAISS as Any: its stubs lack the methods that its Python layer adds."""
    import faiss

    return faiss


def _graph(vectors: Vectors) -> Any:
    faiss = _faiss()
    graph = faiss.IndexHNSWFlat(vectors.shape[1], HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = EF_CONSTRUCTION
    graph.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return graph


def _check(vectors: Vectors) -> None:
    if vectors.ndim != 2 or not len(vectors):
        raise InputError(
            _("vectors must be a non-empty (n, d) array, not {shape}", shape=vectors.shape)
        )
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
        raise InputError(
            _("every vector must have length 1; the model gave others or not a number")
        )


def _best(scores: Scores, k: int) -> Rows:
    """Positions of the k best scores, and of those that rounding cannot tell from the k-th."""
    if len(scores) <= k:
        return np.flatnonzero(np.isfinite(scores))
    last = np.partition(scores, -k)[-k]
    return np.flatnonzero(np.isfinite(scores) & (scores >= last - ROUNDING))


def _mask(rows: Rows, size: int) -> BoolArray:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return mask
