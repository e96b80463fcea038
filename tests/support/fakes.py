"""Both indexes in a few lines of numpy: slow and exact."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from matcher.ports import Allowed, FloatArray, Rows, Scores, TermWeights, Vectors
from matcher.text.tokens import terms


def every_form(rows: Rows) -> Allowed:
    """Allow patents that have one vector each, of the same row."""
    return Allowed(rows, rows)


def exact_search(
    vectors: Vectors, queries: Vectors, k: int, allowed: Rows | None
) -> tuple[Rows, Scores]:
    """Search vectors exactly, in those rows."""
    rows = np.arange(len(vectors)) if allowed is None else allowed
    scores = queries @ vectors[rows].T
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    best_rows = np.full((len(queries), k), -1, dtype=np.int64)
    best_scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
    best_rows[:, : order.shape[1]] = rows[order]
    best_scores[:, : order.shape[1]] = np.take_along_axis(scores, order, axis=1)
    return best_rows, best_scores


class BruteForceDense:
    """Exact inner-product search."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def search(self, queries: Vectors, k: int, allowed: Allowed | None) -> tuple[Rows, Scores]:
        rows = None if allowed is None else allowed.vectors
        return exact_search(self._vectors, queries, k, rows)

    def vectors(self, rows: Rows) -> Vectors:
        return self._vectors[rows]

    def save(self, folder: Path) -> None:
        np.save(folder / "vectors.npy", self._vectors)

    def __len__(self) -> int:
        return len(self._vectors)


class CountingLexical:
    """Lexical index whose score is the number of distinct terms shared with the query."""

    def __init__(self, texts: Sequence[str], groups: Sequence[int]) -> None:
        self._terms = [set(terms(text)) for text in texts]
        self._groups = groups

    def search(self, text: str, k: int, allowed: Allowed | None) -> tuple[Rows, Scores]:
        query = set(terms(text))
        scored = [
            (-float(len(query & own)), row)
            for row, own in enumerate(self._terms)
            if query & own and (allowed is None or self._groups[row] in allowed.patents)
        ]
        best = sorted(scored)[:k]
        rows = np.array([row for _, row in best], dtype=np.int64)
        return rows, np.array([-score for score, _ in best], dtype=np.float32)

    def scores(self, texts: Sequence[str], passages: Rows) -> Scores:
        queries = [set(terms(text)) for text in texts]
        shared = [[len(query & self._terms[row]) for row in passages] for query in queries]
        counts = np.array(shared, dtype=np.float32).reshape(len(queries), len(passages))
        return np.where(counts > 0, counts, np.float32(np.nan))

    def idf(self, terms: Sequence[str]) -> FloatArray:
        frequency = np.array([sum(term in own for own in self._terms) for term in terms])
        idf: FloatArray = np.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5))
        return idf

    def term_weights(self, passages: Rows) -> TermWeights:
        present = sorted(set().union(*self._terms))
        weights = [[term in self._terms[row] for term in present] for row in passages]
        return csr_array(np.array(weights, dtype=np.float32).reshape(len(passages), len(present)))

    def __len__(self) -> int:
        return len(self._terms)
