"""Reranking: the top of a ranking in the order of a cross-encoder."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.ports import FloatArray, Reranker, Rows, Scores
from matcher.retrieval.fusion import zscore
from matcher.retrieval.scoring import Ranking

RERANK_DEPTH = 50
"""Top patents that a cross-encoder reads."""
RERANK_WEIGHT = 0.5
"""Default share of the cross-encoder beside the fused score."""


@dataclass(frozen=True)
class BlendedScores:
    """Order and scores after reranking."""

    order: Rows
    """Positions of the candidates, the best first."""
    scores: FloatArray
    """Score of each candidate, by position; falls along `order`."""


def blend_scores(
    order: Rows, fused: FloatArray, cross: Scores, *, weight: float = RERANK_WEIGHT
) -> BlendedScores:
    """Reorder the first len(cross) of `order`; below them nothing changes.

    `order` holds positions in `fused`, the best first, and `cross` the cross-encoder's scores of
    the first of them. Both are z-scored among these and added, the cross-encoder with `weight`
    from 0 (as it was) to 1 (the cross-encoder alone). Ties keep their order. The fused scores of
    the first are dealt out anew along the new order, so that scores still fall.
    Raises InputError for a weight outside 0..1 and more scores than candidates.
    """
    if not 0 <= weight <= 1:
        raise InputError(
            _("the reranker's weight must be from 0 to 1, not {weight:g}", weight=weight)
        )
    if len(cross) > len(order):
        raise InputError(
            _("{count} scores for {candidates} candidates", count=len(cross), candidates=len(order))
        )
    first = order[: len(cross)]
    blended = (1 - weight) * zscore(fused[first])
    blended += weight * zscore(cross.astype(np.float64))
    chosen = first[np.argsort(-blended, kind="stable")]
    scores = fused.copy()
    scores[chosen] = fused[first]
    return BlendedScores(np.concatenate([chosen, order[len(cross) :]]), scores)


@dataclass(frozen=True)
class Reranking:
    """A cross-encoder and its weight."""

    reranker: Reranker
    weight: float = RERANK_WEIGHT

    def rerank(self, need: str, ranking: Ranking, passages: Sequence[str]) -> Ranking:
        """Return the ranking after the cross-encoder read a passage of each of its first patents.

        Raises ModelError.
        """
        if not passages:
            return ranking
        cross = self.reranker.scores(need, passages)
        blended = blend_scores(ranking.order, ranking.scores, cross, weight=self.weight)
        return replace(ranking, order=blended.order, scores=blended.scores)
