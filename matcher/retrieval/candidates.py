"""Candidate patents of a need with the scores of both channels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.embedding.passage_table import (
    BoolArray,
    ranges,
)
from matcher.ports import Rows, TermWeights, Vectors
from matcher.retrieval.fusion import FloatArray
from matcher.retrieval.query import Column


@dataclass(frozen=True)
class Candidates:
    """n candidate patents (sorted rows) with exact scores; NaN where a channel has none.

    Every candidate is scored by both channels, whichever of them found it.
    """

    patents: Rows
    asked: tuple[Column, ...]
    """The ways in which the need asked: the q columns of the scores, the whole need first."""
    dense: FloatArray
    """(n, q): per piece of a query the best passage counts, and pieces count alike."""
    lexical: FloatArray
    """(n, q): the best passage's BM25 score."""
    foreign: BoolArray
    """(n,): title and abstract are in the other language than the need: words cannot meet."""
    best_claim: Rows
    """(n,): the claim whose meaning is nearest to the whole need; 0 where the abstract is."""
    vectors: Vectors
    """The unit vectors of all passages (v, d)."""
    vector_owners: Rows
    """The patent of each vector (v,), sorted."""
    terms: TermWeights
    """(n, t): the terms of title and abstract; the product of two rows is what they share."""

    def column(self, name: Column) -> int:
        """The place of a column; that of the whole need where the need did not ask so."""
        return self.asked.index(name) if name in self.asked else 0

    def patent_vectors(self, places: Rows) -> NDArray[np.float64]:
        """The mean vector (m, d) of each of the patents at these places (sorted)."""
        chosen = self.patents[places]
        starts = np.searchsorted(self.vector_owners, chosen, side="left")
        ends = np.searchsorted(self.vector_owners, chosen, side="right")
        counts = ends - starts
        firsts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        own = self.vectors[ranges(starts, ends)].astype(np.float64)
        means: NDArray[np.float64] = np.add.reduceat(own, firsts) / counts[:, None]
        return means
