"""A reranker's word on the first of a ranking."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matcher.errors import InputError
from matcher.ports import Reranker, Rows, Scores
from matcher.retrieval.fusion import FloatArray, standardised
from matcher.retrieval.scoring import Ranking

TOP = 50
"""How many of the first patents a reranker reads."""
WEIGHT = 0.5
"""The reranker's share beside the fused score, where nothing else is said."""


@dataclass(frozen=True)
class Reranked:
    """The ranking after the reranker spoke."""

    order: Rows
    """Positions of the candidates, the best first."""
    scores: FloatArray
    """The score of each candidate, by position; falls along `order`."""


def rerank(order: Rows, fused: FloatArray, read: Scores, *, weight: float = WEIGHT) -> Reranked:
    """Put the first len(read) of `order` in a new order; below them nothing changes.

    `order` holds positions in `fused`, the best first, and `read` the reranker's scores of the
    first of them. Among these both are z-scored and added, the reranker with `weight` from 0 (as
    it was) to 1 (the reranker alone). Equal sums stay in their order. The fused scores of the
    first are dealt out anew along the new order, so that the scores still fall.
    Raises InputError for a weight outside 0..1 and more scores than candidates.
    """
    if not 0 <= weight <= 1:
        raise InputError(f"the reranker's weight must be from 0 to 1, not {weight:g}")
    if len(read) > len(order):
        raise InputError(f"{len(read)} scores for {len(order)} candidates")
    first = order[: len(read)]
    blended = (1 - weight) * standardised(fused[first])
    blended += weight * standardised(read.astype(np.float64))
    chosen = first[np.argsort(-blended, kind="stable")]
    scores = fused.copy()
    scores[chosen] = fused[first]
    return Reranked(np.concatenate([chosen, order[len(read) :]]), scores)


@dataclass(frozen=True)
class Reranking:
    """A reranker and how much it counts."""

    reranker: Reranker
    weight: float = WEIGHT

    def of(
        self, need: str, ranking: Ranking, texts_of: Callable[[Ranking, int], list[str]]
    ) -> Ranking:
        """The ranking after the reranker read its first patents, by what `texts_of` gives.

        Raises ModelError.
        """
        texts = texts_of(ranking, TOP)
        if not texts:
            return ranking
        read = self.reranker.scores(need, texts)
        done = rerank(ranking.order, ranking.scores, read, weight=self.weight)
        return replace(ranking, order=done.order, scores=done.scores)
