"""Learns from judgements how to weigh the features of a candidate, and whether that is better.

The ranker is pairwise logistic: of two patents for the same need, the better one shall score
higher (RankNet's loss, Burges et al. 2005, with a linear score). It has one weight a feature,
so that some dozens of judged needs are enough. It is switched on only where it beats the fixed
weights on needs that it did not learn from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from matcher.errors import InputError
from matcher.measures import METRICS, Interval, PerQuery, Ranked, measure, paired_bootstrap
from matcher.progress import Report, Step, silent
from matcher.retrieval.features import Features, FeatureSource
from matcher.retrieval.fusion import FloatArray
from matcher.retrieval.learned_ranker import Ranker
from matcher.types import Need, PatentRow

RANKED = 100
"""Candidates of a need that are learned from, where not only the judged ones are."""
DEEP = 1_000
"""Candidates asked for among the judged ones: all of them."""
FOLDS = 10
ROUNDS = 3
"""Times that the needs are dealt into folds anew, so that the luck of the deal counts less."""
REGULARISATION = 1.0
"""Scikit-learn's C: how much a judged need counts beside keeping the weights small."""
LEAST_NEEDS = 20
"""Needs below which no ranker is switched on: an interval over so few is not to be trusted."""


class Judgement(NamedTuple):
    """How well a patent answers a need: 0 not at all, higher is better.

    From judged collections, or from how far a recommendation was followed up.
    """

    need: Need
    patent: PatentRow
    grade: int


@dataclass(frozen=True)
class JudgedNeed:
    """A need's candidates with their features, and every grade that is known for the need."""

    need: Need
    features: Features
    grades: Mapping[int, int]
    """By the patent's row."""

    @property
    def labels(self) -> FloatArray:
        """The grade of each candidate (n,); 0 for a candidate that nobody judged."""
        rows = self.features.patents.tolist()
        return np.array([self.grades.get(row, 0) for row in rows], dtype=np.float64)


@dataclass(frozen=True)
class Comparison:
    """Every metric need by need (n,), with the fixed weights and with those learned elsewhere."""

    fixed: PerQuery
    learned: PerQuery

    @property
    def interval(self) -> Interval:
        """Of learned - fixed, nDCG@10."""
        return paired_bootstrap(self.learned["ndcg@10"], self.fixed["ndcg@10"])


def judged_needs(
    judgements: Iterable[Judgement],
    source: FeatureSource,
    *,
    judged_only: bool,
    report: Report = silent,
) -> list[JudgedNeed]:
    """The features of the candidates of each need that has a positive, in the order of needs.

    With `judged_only` the candidates are the judged patents; else they are the first 100 by the
    fixed weights, and one that nobody judged counts as no answer.
    """
    grades: dict[Need, dict[int, int]] = {}
    for need, patent, grade in judgements:
        grades.setdefault(need, {})[int(patent)] = grade
    judged = {need: known for need, known in grades.items() if max(known.values()) > 0}
    found = []
    for number, (need, known) in enumerate(judged.items()):
        report(Step("weighing candidates", number, len(judged)))
        if judged_only:
            allowed = [PatentRow(row) for row in sorted(known)]
            features = source.features(need, k=DEEP, allowed=allowed)
        else:
            features = source.features(need, k=RANKED, allowed=None)
            features = features.at(_best_first(features.fused)[:RANKED])
        found.append(JudgedNeed(need, features, known))
    report(Step("weighing candidates", len(judged), len(judged)))
    return found


def fit(needs: Sequence[JudgedNeed]) -> FloatArray:
    """The weight of each feature (f,). Every need counts alike, however many pairs it has.

    Raises InputError where no need has a better and a worse candidate.
    """
    from sklearn.linear_model import LogisticRegression

    differences = [pairs for pairs in map(_differences, needs) if len(pairs)]
    if not differences:
        raise InputError(
            "nothing can be learned: no need has candidates of different grades; give judgements "
            "that tell good answers from bad ones"
        )
    stacked = np.concatenate(differences)
    shares = np.concatenate([np.full(len(pairs), 0.5 / len(pairs)) for pairs in differences])
    # Each pair also the other way round: the library wants to see both outcomes.
    model = LogisticRegression(C=REGULARISATION, fit_intercept=False, max_iter=1_000)
    model.fit(
        np.concatenate([stacked, -stacked]),
        np.repeat([1, 0], len(stacked)),
        sample_weight=np.tile(shares, 2),
    )
    weights: FloatArray = model.coef_[0]
    return weights


def compare(needs: Sequence[JudgedNeed], report: Report = silent) -> Comparison:
    """Rank each need by the fixed weights, and by weights learned from the other folds' needs.

    Needs of the same words are always in the same fold. Raises InputError for less than two needs.
    """
    from sklearn.model_selection import GroupKFold

    words = [one.need.full_text for one in needs]
    folds = min(FOLDS, len(set(words)))
    if folds < 2:
        raise InputError("nothing can be learned: at least two needs with a good answer are needed")
    totals = {metric: np.zeros(len(needs)) for metric in METRICS}
    for number in range(ROUNDS):
        report(Step("cross-validating", number, ROUNDS))
        scores: list[FloatArray] = [np.empty(0)] * len(needs)
        deal = GroupKFold(folds, shuffle=True, random_state=number)
        for known, held_out in deal.split(words, groups=words):
            weights = fit([needs[place] for place in known])
            for place in held_out:
                scores[place] = needs[place].features.values @ weights
        for metric, measured in _measured(needs, scores).items():
            totals[metric] += measured / ROUNDS
    report(Step("cross-validating", ROUNDS, ROUNDS))
    return Comparison(_measured(needs, [one.features.fused for one in needs]), totals)


def learn(
    needs: Sequence[JudgedNeed],
    *,
    model: str,
    fingerprint: str,
    sources: Sequence[str],
    report: Report = silent,
) -> Ranker:
    """A ranker learned from all needs, active where the cross-validation says that it is better.

    `model` and `fingerprint` are of the encoder that the features come from. Raises InputError
    where the needs teach nothing or have different features.
    """
    names = {one.features.names for one in needs}
    if len(names) > 1:
        raise InputError("the needs have different features: they come from different engines")
    compared = compare(needs, report)
    interval = compared.interval
    active, reason = verdict(interval, len(needs))
    return Ranker(
        active=active,
        reason=reason,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        model=model,
        fingerprint=fingerprint,
        sources=tuple(sources),
        needs=len(needs),
        pairs=sum(len(_differences(one)) for one in needs),
        weights=dict(zip(*names, map(float, fit(needs)), strict=True)),
        fixed={metric: float(compared.fixed[metric].mean()) for metric in METRICS},
        learned={metric: float(compared.learned[metric].mean()) for metric in METRICS},
        interval=interval,
    )


def verdict(interval: Interval, needs: int) -> tuple[bool, str]:
    """Whether a ranker is switched on, and why, in one line."""
    if interval.low is None or interval.high is None or needs < LEAST_NEEDS:
        return False, (
            f"off: learned from {needs} needs; {LEAST_NEEDS} with a good answer are needed "
            "to be sure"
        )
    found = (
        f"{interval.difference:+.3f} nDCG@10 against the fixed weights on {needs} held-out needs "
        f"(95% interval {interval.low:+.3f} to {interval.high:+.3f})"
    )
    if interval.low > 0:
        return True, f"on: {found}"
    if interval.high < 0:
        return False, f"off, for it ranks worse: {found}"
    return False, f"off, for it is not surely better: {found}"


def _differences(one: JudgedNeed) -> FloatArray:
    """The better patent's features minus the worse one's, for each pair of a need (p, f)."""
    labels, values = one.labels, one.features.values
    better, worse = np.nonzero(labels[:, None] > labels[None, :])
    differences: FloatArray = values[better] - values[worse]
    return differences


def _measured(needs: Sequence[JudgedNeed], scores: Sequence[FloatArray]) -> PerQuery:
    run: dict[str, Ranked] = {}
    for number, (one, scored) in enumerate(zip(needs, scores, strict=True)):
        rows = one.features.patents
        run[str(number)] = [(str(rows[p]), float(scored[p])) for p in _best_first(scored)]
    qrels = {
        str(number): {str(row): grade for row, grade in one.grades.items()}
        for number, one in enumerate(needs)
    }
    return measure(run, qrels)


def _best_first(scores: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.argsort(-scores, kind="stable")
