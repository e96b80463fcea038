"""Dense search with FAISS: exact, or approximate above a size, behind ports.DenseIndex."""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from matcher.errors import InputError
from matcher.ports import Rows, Scores, Vectors

Kind = Literal["flat", "hnsw"]
VECTORS_FILE = "vectors.npy"
GRAPH_FILE = "graph.faiss"
LINKS = 32
EF_CONSTRUCTION = 80
EF_SEARCH = 256
EXACT_SHARE = 0.5
"""Share of allowed rows under which an approximate index is not asked: its recall would fall."""
GATHER_AT_MOST = 20_000
"""Allowed rows up to which their vectors are gathered and multiplied directly."""


class FaissIndex:
    """Unit vectors in a memory-mapped array, searched exactly or through an HNSW graph."""

    def __init__(self, vectors: Vectors, kind: Kind) -> None:
        """Build over unit vectors (n, d); rows keep their order. Raises InputError for others."""
        _check(vectors)
        self._vectors = vectors
        self._kind = kind
        self._index = _build(vectors, kind)

    @classmethod
    def open(cls, folder: Path, kind: Kind) -> "FaissIndex":
        """Open what `save` wrote."""
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
        """The stored vectors (n, d) of the given rows."""
        return np.asarray(self._vectors[rows], dtype=np.float32)

    def search(self, queries: Vectors, k: int, allowed: Rows | None) -> tuple[Rows, Scores]:
        """The k best rows for each query (q, k), ties in ascending order of row.

        An approximate index can miss some of many tied rows. -1 and -inf fill up where there are
        fewer. Raises InputError for k below 1 or vectors of another dimension.
        """
        self._check_query(queries, k)
        if allowed is not None and len(allowed) <= self._exact_up_to():
            return _exact(queries, self.vectors(allowed), allowed, k)
        return self._ask(queries, k, allowed)

    def _exact_up_to(self) -> float:
        if self._kind == "hnsw":
            return max(GATHER_AT_MOST, EXACT_SHARE * len(self))
        return GATHER_AT_MOST

    def _ask(self, queries: Vectors, k: int, allowed: Rows | None) -> tuple[Rows, Scores]:
        """Ask FAISS for more than k until it is sure which of several tied rows come first."""
        asked = min(2 * k, len(self))
        while True:
            rows, scores = self._nearest(queries, asked, allowed)
            last = scores[:, -1]
            cut = np.isfinite(last) & (last == scores[:, min(k, asked) - 1])
            if self._kind == "hnsw" or asked == len(self) or not cut.any():
                return _in_order(rows, scores, k)
            asked = min(2 * asked, len(self))

    def _nearest(self, queries: Vectors, asked: int, allowed: Rows | None) -> tuple[Rows, Scores]:
        faiss = _faiss()
        selector = None if allowed is None else faiss.IDSelectorBitmap(_bitmap(allowed, len(self)))
        if self._kind == "hnsw":
            options: Any = faiss.SearchParametersHNSW(efSearch=max(EF_SEARCH, asked), sel=selector)
        else:
            options = faiss.SearchParameters(sel=selector)
        scores, rows = self._index.search(np.ascontiguousarray(queries), asked, params=options)
        scores[rows < 0] = -np.inf
        return rows.astype(np.int64), scores

    def _check_query(self, queries: Vectors, k: int) -> None:
        if k < 1:
            raise InputError(f"k must be at least 1, not {k}")
        if queries.ndim != 2 or queries.shape[1] != self._vectors.shape[1]:
            raise InputError(
                f"queries of shape {queries.shape} do not fit vectors of dimension "
                f"{self._vectors.shape[1]}; encode them with the index's own model"
            )


def _faiss() -> Any:
    """FAISS, without its stubs: they do not know what its Python layer adds."""
    import faiss

    return faiss


def _build(vectors: Vectors, kind: Kind) -> Any:
    faiss = _faiss()
    dimension = vectors.shape[1]
    if kind == "flat":
        index = faiss.IndexFlatIP(dimension)
    elif kind == "hnsw":
        index = faiss.IndexHNSWFlat(dimension, LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = EF_CONSTRUCTION
    else:
        raise InputError(f"there is no dense index of kind {kind!r}; take flat or hnsw")
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return index


def _check(vectors: Vectors) -> None:
    if vectors.ndim != 2 or not len(vectors):
        raise InputError(f"vectors must be a non-empty (n, d) array, not {vectors.shape}")
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
        raise InputError("every vector must have length 1; the model gave others or not a number")


def _exact(queries: Vectors, vectors: Vectors, rows: Rows, k: int) -> tuple[Rows, Scores]:
    found = np.full((len(queries), k), -1, dtype=np.int64)
    best = np.full((len(queries), k), -np.inf, dtype=np.float32)
    for query, scores in enumerate(queries @ vectors.T):
        places = np.arange(len(rows))
        if len(rows) > k:
            places = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
        order = places[np.argsort(-scores[places], kind="stable")[:k]]
        found[query, : len(order)] = rows[order]
        best[query, : len(order)] = scores[order]
    return found, best


def _in_order(rows: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    """Best first, ties by ascending row, filled up or cut to k columns."""
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
