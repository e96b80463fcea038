"""Which patents a need's words and meaning lead to, each scored by both channels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.fusion import FloatArray
from matcher.languages import is_chinese
from matcher.passages import BoolArray, PassageTable, best_per_group
from matcher.ports import DenseIndex, LexicalIndex, Rows, Vectors


@dataclass(frozen=True)
class Restriction:
    """The patents a filter allows (sorted rows), and their vectors."""

    patents: Rows
    vectors: Rows


@dataclass(frozen=True)
class Candidates:
    """n candidate patents (sorted rows) with exact scores; NaN where a channel has none.

    Every candidate is scored by both channels, whichever of them found it.
    """

    patents: Rows
    dense: FloatArray
    """(n,): per piece of the need the best passage counts, and pieces count alike."""
    lexical: FloatArray
    """(n,): the best passage's BM25 score."""
    passages: Rows
    """Every passage of the candidates (p,), sorted."""
    owners: Rows
    """The patent of each passage (p,)."""
    passage_dense: FloatArray
    """(p,): the mean over the need's pieces."""
    passage_lexical: FloatArray
    """(p,)"""
    passage_foreign: BoolArray
    """(p,): written in the other language than the need, so that words cannot meet."""

    @property
    def foreign(self) -> BoolArray:
        """(n,): whether a patent's first passage, its title and abstract, is foreign."""
        return self.passage_foreign[np.searchsorted(self.owners, self.patents)]


class Retriever:
    """Both channels of one open index. Safe to share between threads."""

    def __init__(self, dense: DenseIndex, lexical: LexicalIndex, table: PassageTable) -> None:
        """The indexes number their vectors and passages as the table does."""
        self._dense = dense
        self._lexical = lexical
        self.table = table

    def restrict(self, patents: Rows | None) -> Restriction | None:
        """What a set of allowed patents (sorted rows) allows in each channel; None allows all."""
        if patents is None:
            return None
        vectors = self.table.vectors_of(self.table.passages_of(patents))
        return Restriction(patents, vectors)

    def candidates(
        self, text: str, pieces: Vectors, depth: int, restriction: Restriction | None
    ) -> Candidates:
        """The patents of the `depth` best passages of each channel, scored by both.

        `pieces` are the unit vectors (q, d) of the pieces of `text`.
        """
        allowed_patents = None if restriction is None else restriction.patents
        allowed_vectors = None if restriction is None else restriction.vectors
        vectors, _ = self._dense.search(pieces, depth, allowed_vectors)
        by_words, _ = self._lexical.search(text, depth, allowed_patents)
        patents = np.union1d(
            self.table.patents_of_vectors(vectors.ravel()), self.table.patent[by_words]
        )
        return self._score(text, pieces, patents)

    def _score(self, text: str, pieces: Vectors, patents: Rows) -> Candidates:
        passages = self.table.passages_of(patents)
        owners = self.table.patent[passages]
        similarity = self._passage_similarity(pieces, passages)
        dense = np.zeros(patents.size)
        for row in similarity:
            dense += best_per_group(owners, row, patents)
        lexical = np.full(passages.size, np.nan)
        if passages.size:
            found, scores = self._lexical.search(text, passages.size, patents)
            lexical[np.searchsorted(passages, found)] = scores
        known = ~np.isnan(lexical)
        return Candidates(
            patents=patents,
            dense=dense / max(1, len(similarity)),
            lexical=best_per_group(owners[known], lexical[known], patents),
            passages=passages,
            owners=owners,
            passage_dense=similarity.mean(axis=0),
            passage_lexical=lexical,
            passage_foreign=self.table.chinese[passages] != is_chinese(text),
        )

    def _passage_similarity(self, pieces: Vectors, passages: Rows) -> NDArray[np.float64]:
        """Each piece's similarity to each passage (q, p): the passage's best vector counts."""
        rows = self.table.vectors_of(passages)
        similarity = (pieces @ self._dense.vectors(rows).T).astype(np.float64)
        owners = self.table.vector_passage[rows]
        return np.stack([best_per_group(owners, row, passages) for row in similarity])
