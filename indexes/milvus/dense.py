"""Dense index in Milvus (`ports.DenseIndex`)."""

import numpy as np

from indexes.milvus.client import MAX_LIMIT
from indexes.milvus.published import PublishedRows
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.ports import Allowed, Rows, Scores, Vectors


class MilvusDense:
    """Inner-product search in a collection. Of rows tied with the last, any may come.

    Milvus gives 16,384 rows at most. An approximate index of its own can miss rows.
    """

    def __init__(self, published: PublishedRows, dimension: int) -> None:
        """Take the rows of a generation, and the dimension of their vectors."""
        self._published = published
        self._dimension = dimension

    def __len__(self) -> int:
        return len(self._published.numbering)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors (n, d) of the given rows."""
        published = self._published
        return published.rows.vectors(published.ids(rows), self._dimension)

    def search(self, queries: Vectors, k: int, allowed: Allowed | None) -> tuple[Rows, Scores]:
        """Return the k best rows for each query (q, k), ties in ascending order of row.

        Missing rows are -1 with -inf. Raises InputError for k below 1 or vectors of another
        dimension, IndexUnavailableError.
        """
        if k < 1:
            raise InputError(_("k must be at least 1, not {k}", k=k))
        if queries.ndim != 2 or queries.shape[1] != self._dimension:
            raise InputError(
                _(
                    "queries of shape {shape} do not fit vectors of dimension {dimension}; encode "
                    "them with the index's own model",
                    shape=queries.shape,
                    dimension=self._dimension,
                )
            )
        best_rows = np.full((len(queries), k), -1, dtype=np.int64)
        best_scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
        if not len(queries):
            return best_rows, best_scores
        parts = [
            self._search(queries, min(k, MAX_LIMIT), condition)
            for condition in self._published.conditions(allowed)
        ]
        for query in range(len(queries)):
            rows = np.concatenate([_nothing()[0], *(part[query][0] for part in parts)])
            scores = np.concatenate([_nothing()[1], *(part[query][1] for part in parts)])
            order = np.lexsort((rows, -scores))[:k]
            best_rows[query, : len(order)] = rows[order]
            best_scores[query, : len(order)] = scores[order]
        return best_rows, best_scores

    def _search(self, queries: Vectors, k: int, condition: str) -> list[tuple[Rows, Scores]]:
        """Rows of each query under one condition, with their scores."""
        published = self._published
        found = published.calls.search(
            published.collection, "vector", queries.tolist(), k, condition
        )
        answers = []
        for ids, scores in found:
            rows = published.rows_of(ids)
            answers.append((rows[rows >= 0], scores[rows >= 0]))
        return answers


def _nothing() -> tuple[Rows, Scores]:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
