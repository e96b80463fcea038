"""Ranking of candidates: by one channel alone, or by the whole engine."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.ports import FloatArray, Rows
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.features import Features
from matcher.retrieval.feedback import add_feedback, prf_scores
from matcher.retrieval.fusion import FusionMethod, fuse, zscore, zscore_sum
from matcher.retrieval.learned_ranker import Ranker, learned_scores
from matcher.retrieval.query import QUERY_FIELDS

Mode = Literal["lexical", "dense", "engine"]
MODES: tuple[Mode, ...] = ("lexical", "dense", "engine")
FEATURES = (
    *(f"dense {field}" for field in QUERY_FIELDS),
    *(f"lexical {field}" for field in QUERY_FIELDS),
    "dense feedback",
    "lexical feedback",
)


@dataclass(frozen=True)
class Ranking:
    """Candidates in the order of the answer, the best first."""

    candidates: Candidates
    order: Rows
    """Positions in `candidates`, the best first."""
    scores: FloatArray
    """Score of each candidate, by position."""


@dataclass(frozen=True)
class Scorer:
    """Scores candidates by fusion and feedback, or by a learned ranker."""

    fusion: FusionMethod
    feedback: float = 0.0
    """PRF weight; 0 disables feedback."""
    ranker: Ranker | None = None
    """Learned weights in place of the fixed ones."""

    def rank(self, candidates: Candidates, mode: Mode) -> Ranking:
        """Rank by one channel, on the whole need's query, or by the engine.

        Candidates without a score are left out.
        """
        if mode == "engine":
            scores = self._scores(candidates)
        else:
            scores = (candidates.dense if mode == "dense" else candidates.lexical)[:, 0]
        order = np.argsort(-scores, kind="stable")
        return Ranking(candidates, order[~np.isnan(scores[order])], scores)

    def fused_scores(self, candidates: Candidates) -> FloatArray:
        """Return the fused score of each candidate (n,) with feedback, by the fixed weights."""
        fused = fuse(candidates.dense, candidates.lexical, candidates.cross_lingual, self.fusion)
        return add_feedback(candidates, fused, self.feedback)

    def features(self, candidates: Candidates) -> Features:
        """Return features and fused scores of the candidates, for a ranker to be learned."""
        return Features(
            FEATURES,
            feature_values(candidates),
            self.fused_scores(candidates),
            candidates.patents,
        )

    def _scores(self, candidates: Candidates) -> FloatArray:
        if self.ranker is None:
            return self.fused_scores(candidates)
        return learned_scores(self.ranker, FEATURES, feature_values(candidates))


def feature_values(candidates: Candidates) -> FloatArray:
    """Return values (n, f) of FEATURES: z-scores by channel and query field, and PRF scores.

    A query field that the need lacks takes the values of the whole need.
    """
    cross_lingual = candidates.cross_lingual
    columns = [candidates.column(field) for field in QUERY_FIELDS]
    dense = [zscore(candidates.dense[:, column]) for column in columns]
    both = [
        zscore_sum(candidates.dense[:, [column]], candidates.lexical[:, [column]], cross_lingual)
        for column in columns
    ]
    lexical = [total - alone for total, alone in zip(both, dense, strict=True)]
    fused = zscore_sum(candidates.dense, candidates.lexical, cross_lingual)
    feedback = prf_scores(candidates, zscore(fused))
    return np.column_stack([*dense, *lexical, *feedback])


def no_features() -> Features:
    """Return the features of a need without candidates."""
    empty = np.empty(0)
    return Features(FEATURES, np.empty((0, len(FEATURES))), empty, empty.astype(np.int64))
