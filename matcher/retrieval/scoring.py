"""From candidates to a ranking: each channel alone, or the whole engine."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.ports import Rows
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.features import Features
from matcher.retrieval.feedback import asked_again, with_feedback
from matcher.retrieval.fusion import (
    FloatArray,
    Method,
    fuse,
    standard_scores,
    standardised,
)
from matcher.retrieval.learned_ranker import Ranker, learned_scores
from matcher.retrieval.query import COLUMNS

Mode = Literal["lexical", "dense", "engine"]
MODES: tuple[Mode, ...] = ("lexical", "dense", "engine")
FEATURES = (
    *(f"meaning {column}" for column in COLUMNS),
    *(f"words {column}" for column in COLUMNS),
    "feedback by meaning",
    "feedback by words",
)


@dataclass(frozen=True)
class Ranking:
    """Candidates in the order of the answer, the best first."""

    candidates: Candidates
    order: Rows
    """Positions in `candidates`, the best first."""
    scores: FloatArray
    """The score of each candidate, by position."""


@dataclass(frozen=True)
class Weighing:
    """How the engine weighs what the channels say."""

    fusion: Method
    feedback: float = 0.0
    """Weight of what the best candidates ask for."""
    ranker: Ranker | None = None
    """Learned weights, which take the place of the fixed ones."""

    def rank(self, candidates: Candidates, mode: Mode) -> Ranking:
        """The candidates by one channel, the whole need asking, or by the engine."""
        if mode == "engine":
            scores = self._scores(candidates)
        else:
            scores = (candidates.dense if mode == "dense" else candidates.lexical)[:, 0]
        order = np.argsort(-scores, kind="stable")
        return Ranking(candidates, order[~np.isnan(scores[order])], scores)

    def fixed(self, candidates: Candidates) -> FloatArray:
        """The score of each candidate (n,) by the fixed weights."""
        scores = fuse(candidates.dense, candidates.lexical, candidates.foreign, self.fusion)
        return with_feedback(candidates, scores, self.feedback)

    def features(self, candidates: Candidates) -> Features:
        """What a learned ranker weighs. A need that does not ask in some way asks as a whole."""
        foreign = candidates.foreign
        places = [candidates.column(name) for name in COLUMNS]
        meaning = [standardised(candidates.dense[:, place]) for place in places]
        both = [
            standard_scores(candidates.dense[:, [p]], candidates.lexical[:, [p]], foreign)
            for p in places
        ]
        words = [total - alone for total, alone in zip(both, meaning, strict=True)]
        plain = standard_scores(candidates.dense, candidates.lexical, foreign)
        again = asked_again(candidates, standardised(plain))
        values = np.column_stack([*meaning, *words, *again])
        return Features(FEATURES, values, self.fixed(candidates), candidates.patents)

    def _scores(self, candidates: Candidates) -> FloatArray:
        if self.ranker is None:
            return self.fixed(candidates)
        return learned_scores(self.ranker, self.features(candidates))


def no_features() -> Features:
    """What is known of the candidates for a need that asks nothing: there are none."""
    none = np.empty(0)
    return Features(FEATURES, np.empty((0, len(FEATURES))), none, none.astype(np.int64))
