"""Dense index with FAISS (`ports.DenseIndex`): exact, or approximate for large catalogues."""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.ports import Rows, Scores, Vectors

DenseKind = Literal["flat", "hnsw"]
VECTORS_FILE = "vectors.npy"
GRAPH_FILE = "graph.faiss"
HNSW_LINKS = 32
"""Edges per node of the graph (M)."""
EF_CONSTRUCTION = 80
EF_SEARCH = 256
MAX_EXACT_SHARE = 0.5
"""Share of allowed rows up to which the search is exact: the graph would lose recall."""
MAX_GATHERED = 20_000
"""Allowed rows up to which the search is exact over their vectors alone."""


class FaissIndex:
    """Unit vectors in a memory-mapped array, searched exactly or through an HNSW graph."""

    def __init__(self, vectors: Vectors, kind: DenseKind) -> None:
        """Build over unit vectors (n, d); rows keep their order. Raises InputError for others."""
        _check(vectors)
        self._vectors = vectors
        self._kind = kind
        self._index = _build(vectors, kind)

    @classmethod
    def open(cls, folder: Path, kind: DenseKind) -> "FaissIndex":
        """Open a saved index."""
        index = cls.__new__(cls)
        index._vectors = np.load(folder / VECTORS_FILE, mmap_mode="r")
        index._kind = kind
        if kind == "flat":
            index._index = _build(np.asarray(index._vectors), kind)
        else:
            index._index = _faiss().read_index(str(folder / GRAPH_FILE))
        return index

    def save(self, folder: Path) -> None:
        """Write the vectors, and the graph if there is one, into an existing folder."""
        np.save(folder / VECTORS_FILE, self._vectors)
        if self._kind == "hnsw":
            _faiss().write_index(self._index, str(folder / GRAPH_FILE))

    def __len__(self) -> int:
        return len(self._vectors)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors (n, d) of the given rows."""
        return np.asarray(self._vectors[rows], dtype=np.float32)

    def search(self, queries: Vectors, k: int, allowed: Rows | None) -> tuple[Rows, Scores]:
        """Return the k best rows for each query (q, k), ties in ascending order of row.

        An approximate index can miss some of many tied rows. Missing rows are -1 with -inf.
        Raises InputError for k below 1 or vectors of another dimension.
        """
        self._check_query(queries, k)
        if allowed is not None and len(allowed) <= self._max_exact():
            return _exact(queries, self.vectors(allowed), allowed, k)
        return self._search(queries, k, allowed)

    def _max_exact(self) -> float:
        """Allowed rows up to which the search is exact over their vectors alone."""
        if self._kind == "hnsw":
            return max(MAX_GATHERED, MAX_EXACT_SHARE * len(self))
        return MAX_GATHERED

    def _search(self, queries: Vectors, k: int, allowed: Rows | None) -> tuple[Rows, Scores]:
        """Search FAISS for more than k rows, until all rows tied with the k-th are included."""
        depth = min(2 * k, len(self))
        while True:
            rows, scores = self._nearest(queries, depth, allowed)
            last = scores[:, -1]
            cuts_ties = np.isfinite(last) & (last == scores[:, min(k, depth) - 1])
            if self._kind == "hnsw" or depth == len(self) or not cuts_ties.any():
                return _best_first(rows, scores, k)
            depth = min(2 * depth, len(self))

    def _nearest(self, queries: Vectors, depth: int, allowed: Rows | None) -> tuple[Rows, Scores]:
        """Rows and scores (q, depth) from FAISS, best first."""
        faiss = _faiss()
        selector = None if allowed is None else faiss.IDSelectorBitmap(_bitmap(allowed, len(self)))
        if self._kind == "hnsw":
            options: Any = faiss.SearchParametersHNSW(efSearch=max(EF_SEARCH, depth), sel=selector)
        else:
            options = faiss.SearchParameters(sel=selector)
        scores, rows = self._index.search(np.ascontiguousarray(queries), depth, params=options)
        scores[rows < 0] = -np.inf
        return rows.astype(np.int64), scores

    def _check_query(self, queries: Vectors, k: int) -> None:
        if k < 1:
            raise InputError(_("k must be at least 1, not {k}", k=k))
        if queries.ndim != 2 or queries.shape[1] != self._vectors.shape[1]:
            raise InputError(
                _(
                    "queries of shape {shape} do not fit vectors of dimension {dimension}; encode "
                    "them with the index's own model",
                    shape=queries.shape,
                    dimension=self._vectors.shape[1],
                )
            )


def _faiss() -> Any:
    """Import FAISS as Any: its stubs lack the methods that its Python layer adds."""
    import faiss

    return faiss


def _build(vectors: Vectors, kind: DenseKind) -> Any:
    faiss = _faiss()
    dimension = vectors.shape[1]
    if kind == "flat":
        index = faiss.IndexFlatIP(dimension)
    elif kind == "hnsw":
        index = faiss.IndexHNSWFlat(dimension, HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = EF_CONSTRUCTION
    else:
        raise InputError(
            _("there is no dense index of kind {kind!r}; take flat or hnsw", kind=kind)
        )
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return index


def _check(vectors: Vectors) -> None:
    if vectors.ndim != 2 or not len(vectors):
        raise InputError(
            _("vectors must be a non-empty (n, d) array, not {shape}", shape=vectors.shape)
        )
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
        raise InputError(
            _("every vector must have length 1; the model gave others or not a number")
        )


def _exact(queries: Vectors, vectors: Vectors, rows: Rows, k: int) -> tuple[Rows, Scores]:
    """Best k of the given rows with their vectors, by inner product."""
    best_rows = np.full((len(queries), k), -1, dtype=np.int64)
    best_scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
    for query, scores in enumerate(queries @ vectors.T):
        positions = np.arange(len(rows))
        if len(rows) > k:
            positions = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
        order = positions[np.argsort(-scores[positions], kind="stable")[:k]]
        best_rows[query, : len(order)] = rows[order]
        best_scores[query, : len(order)] = scores[order]
    return best_rows, best_scores


def _best_first(rows: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    """Sort best first, ties by ascending row; pad or cut to k columns."""
    order = np.lexsort((rows, -scores), axis=1)[:, :k]
    missing = ((0, 0), (0, k - order.shape[1]))
    return (
        np.pad(np.take_along_axis(rows, order, axis=1), missing, constant_values=-1),
        np.pad(np.take_along_axis(scores, order, axis=1), missing, constant_values=-np.inf),
    )


def _bitmap(rows: Rows, size: int) -> Any:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return np.packbits(mask, bitorder="little")
