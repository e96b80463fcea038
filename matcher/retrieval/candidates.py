"""Candidate patents of a need, scored by both channels."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matcher.embedding.passage_table import ranges
from matcher.ports import BoolArray, FloatArray, Rows, TermWeights, Vectors
from matcher.retrieval.query import QueryField
from matcher.types import PatentRow


@dataclass(frozen=True)
class Candidates:
    """n candidate patents (sorted rows) with exact scores; NaN where a channel has none.

    Every candidate is scored by both channels, whichever of them retrieved it. The vectors and
    terms that feedback and evidence need travel with the candidates.
    """

    patents: Rows
    fields: tuple[QueryField, ...]
    """Query fields of the q columns of the scores, the whole need first."""
    dense: FloatArray
    """(n, q): per piece of a query the best passage counts, and pieces count alike."""
    lexical: FloatArray
    """(n, q): BM25 of the best passage."""
    cross_lingual: BoolArray
    """(n,): title and abstract are in the other language than the need, so no term is shared."""
    best_claim: Rows
    """(n,): number of the claim with the best dense score for the whole need; 0: the abstract."""
    vectors: Vectors
    """Unit vectors (v, d) of all passages."""
    vector_owners: Rows
    """Patent of each vector (v,), sorted."""
    vector_passages: Rows
    """Passage of each vector (v,), sorted."""
    vector_claims: Rows
    """Claim number of each vector (v,); 0: the abstract."""
    terms: TermWeights
    """(n, t): terms of title and abstract; the product of two rows is their similarity by BM25."""

    def column(self, field: QueryField) -> int:
        """Return the column of a query field; that of the whole need where it has no such query."""
        return self.fields.index(field) if field in self.fields else 0

    def mean_vectors(self, positions: Rows) -> FloatArray:
        """Return the mean passage vector (m, d) of each patent at these positions (sorted)."""
        rows = self.patents[positions]
        starts = np.searchsorted(self.vector_owners, rows, side="left")
        ends = np.searchsorted(self.vector_owners, rows, side="right")
        counts = ends - starts
        firsts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        vectors = self.vectors[ranges(starts, ends)].astype(np.float64)
        means: FloatArray = np.add.reduceat(vectors, firsts) / counts[:, None]
        return means

    def passage_vectors(self, patent: PatentRow) -> dict[int, Vectors]:
        """Return a candidate's unit vectors (v, d) of each passage by claim; 0: the abstract."""
        start, end = np.searchsorted(self.vector_owners, [patent, patent + 1])
        if start == end:
            return {}
        owners = self.vector_passages[start:end]
        cuts = [start, *(start + 1 + np.flatnonzero(owners[1:] != owners[:-1])).tolist(), end]
        claims = self.vector_claims[cuts[:-1]].tolist()
        passages = [self.vectors[first:last] for first, last in pairwise(cuts)]
        return dict(zip(claims, passages, strict=True))
