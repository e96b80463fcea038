"""Learning to rank: feature weights from judgements, compared with the fixed weights.

The ranker is pairwise logistic: of two patents for the same need, the better one shall score
higher (RankNet's loss, Burges et al. 2005, with a linear score). It has one weight per feature, so
some dozens of judged needs are enough. It is active only if it beats the fixed weights on held-out
needs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.measures import METRICS, Interval, PerQuery, Ranked, measure, paired_bootstrap
from matcher.ports import FloatArray, Rows
from matcher.progress import Report, Step, silent
from matcher.retrieval.features import Features, FeatureSource
from matcher.retrieval.learned_ranker import Ranker
from matcher.types import Need, PatentRow

TRAINING_DEPTH = 100
"""Training candidates of a need, if not only judged ones are used."""
JUDGED_DEPTH = 1_000
"""Training candidates among the judged ones: all of them."""
FOLDS = 10
ROUNDS = 3
"""Repetitions of the cross-validation with other folds, to reduce the effect of chance."""
REGULARISATION = 1.0
"""Scikit-learn's C: weight of a judged need relative to the penalty on large weights."""
MIN_NEEDS = 20
"""Needs below which no ranker is active: an interval over so few is unreliable."""


class Judgement(NamedTuple):
    """Grade of a patent for a need: 0 no answer, higher is better.

    It comes from qrels, or from the follow-up of a recommendation.
    """

    need: Need
    patent: PatentRow
    grade: int


@dataclass(frozen=True)
class JudgedNeed:
    """Features of a need's candidates, and all known grades for the need."""

    need: Need
    features: Features
    grades: Mapping[int, int]
    """Grade by patent row."""

    @property
    def labels(self) -> FloatArray:
        """Grade of each candidate (n,); 0 for an unjudged one."""
        rows = self.features.patents.tolist()
        return np.array([self.grades.get(row, 0) for row in rows], dtype=np.float64)


@dataclass(frozen=True)
class Comparison:
    """Metrics of each need (n,), with the fixed weights and with weights learned without it."""

    fixed: PerQuery
    learned: PerQuery

    @property
    def interval(self) -> Interval:
        """Interval of learned - fixed, nDCG@10."""
        return paired_bootstrap(self.learned["ndcg@10"], self.fixed["ndcg@10"])


def judged_needs(
    judgements: Iterable[Judgement],
    source: FeatureSource,
    *,
    judged_only: bool,
    report: Report = silent,
) -> list[JudgedNeed]:
    """Compute the features of the candidates of each need with a positive, in the order of needs.

    With `judged_only` the candidates are the judged patents; else they are the first 100 by the
    fixed weights, and an unjudged one has grade 0.
    """
    grades: dict[Need, dict[int, int]] = {}
    for need, patent, grade in judgements:
        grades.setdefault(need, {})[int(patent)] = grade
    judged = {need: known for need, known in grades.items() if max(known.values()) > 0}
    needs = []
    for number, (need, known) in enumerate(judged.items()):
        report(Step(_("weighing candidates"), number, len(judged)))
        if judged_only:
            allowed = [PatentRow(row) for row in sorted(known)]
            features = source.features(need, k=JUDGED_DEPTH, allowed=allowed)
        else:
            features = source.features(need, k=TRAINING_DEPTH, allowed=None)
            features = features.at(_best_first(features.fused)[:TRAINING_DEPTH])
        needs.append(JudgedNeed(need, features, known))
    report(Step(_("weighing candidates"), len(judged), len(judged)))
    return needs


def fit(needs: Sequence[JudgedNeed]) -> FloatArray:
    """Fit the weight of each feature (f,). Needs count alike, however many pairs they have.

    Raises InputError if no need has candidates of different grades.
    """
    from sklearn.linear_model import LogisticRegression

    differences = [pairs for pairs in map(_differences, needs) if len(pairs)]
    if not differences:
        raise InputError(
            _(
                "nothing can be learned: no need has candidates of different grades; give "
                "judgements that tell good answers from bad ones"
            )
        )
    stacked = np.concatenate(differences)
    shares = np.concatenate([np.full(len(pairs), 0.5 / len(pairs)) for pairs in differences])
    # Each pair in both directions: the library needs both outcomes.
    model = LogisticRegression(C=REGULARISATION, fit_intercept=False, max_iter=1_000)
    model.fit(
        np.concatenate([stacked, -stacked]),
        np.repeat([1, 0], len(stacked)),
        sample_weight=np.tile(shares, 2),
    )
    weights: FloatArray = model.coef_[0]
    return weights


def cross_validate(needs: Sequence[JudgedNeed], report: Report = silent) -> Comparison:
    """Rank each need by the fixed weights, and by weights learned from the other folds.

    Needs with the same text are in the same fold. Raises InputError for fewer than two texts.
    """
    from sklearn.model_selection import GroupKFold

    texts = [judged.need.full_text for judged in needs]
    folds = min(FOLDS, len(set(texts)))
    if folds < 2:
        raise InputError(
            _("nothing can be learned: at least two needs with a good answer are needed")
        )
    totals = {metric: np.zeros(len(needs)) for metric in METRICS}
    for number in range(ROUNDS):
        report(Step(_("cross-validating"), number, ROUNDS))
        scores: list[FloatArray] = [np.empty(0)] * len(needs)
        splitter = GroupKFold(folds, shuffle=True, random_state=number)
        for training, held_out in splitter.split(texts, groups=texts):
            weights = fit([needs[index] for index in training])
            for index in held_out:
                scores[index] = needs[index].features.values @ weights
        for metric, values in _measure(needs, scores).items():
            totals[metric] += values / ROUNDS
    report(Step(_("cross-validating"), ROUNDS, ROUNDS))
    return Comparison(_measure(needs, [judged.features.fused for judged in needs]), totals)


def learn(
    needs: Sequence[JudgedNeed],
    *,
    model: str,
    fingerprint: str,
    sources: Sequence[str],
    report: Report = silent,
) -> Ranker:
    """Learn a ranker from all needs; it is active if it is better in cross-validation.

    `model` and `fingerprint` are those of the encoder of the features. Raises InputError for needs
    that nothing can be learned from, or with different features.
    """
    names = {judged.features.names for judged in needs}
    if len(names) > 1:
        raise InputError(_("the needs have different features: they come from different engines"))
    comparison = cross_validate(needs, report)
    interval = comparison.interval
    active, reason = verdict(interval, len(needs))
    return Ranker(
        active=active,
        reason=reason,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        model=model,
        fingerprint=fingerprint,
        sources=tuple(sources),
        needs=len(needs),
        pairs=sum(len(_differences(judged)) for judged in needs),
        weights=dict(zip(*names, map(float, fit(needs)), strict=True)),
        fixed={metric: float(comparison.fixed[metric].mean()) for metric in METRICS},
        learned={metric: float(comparison.learned[metric].mean()) for metric in METRICS},
        interval=interval,
    )


def verdict(interval: Interval, needs: int) -> tuple[bool, str]:
    """Decide if a ranker is active, with the reason in one line."""
    if interval.low is None or interval.high is None or needs < MIN_NEEDS:
        return False, (
            _(
                "off: learned from {needs} needs; {least} with a good answer are needed to be sure",
                needs=needs,
                least=MIN_NEEDS,
            )
        )
    result = _(
        "{difference:+.3f} nDCG@10 against the fixed weights on {needs} held-out needs "
        "(95% interval {low:+.3f} to {high:+.3f})",
        difference=interval.difference,
        needs=needs,
        low=interval.low,
        high=interval.high,
    )
    if interval.low > 0:
        return True, _("on: {result}", result=result)
    if interval.high < 0:
        return False, _("off, for it ranks worse: {result}", result=result)
    return False, _("off, for it is not surely better: {result}", result=result)


def _differences(judged: JudgedNeed) -> FloatArray:
    """Features of the better patent minus those of the worse, for each pair of a need (p, f)."""
    labels, values = judged.labels, judged.features.values
    better, worse = np.nonzero(labels[:, None] > labels[None, :])
    differences: FloatArray = values[better] - values[worse]
    return differences


def _measure(needs: Sequence[JudgedNeed], scores: Sequence[FloatArray]) -> PerQuery:
    """Metrics of the ranking of each need by the scores of its candidates."""
    run: dict[str, Ranked] = {}
    for number, (judged, own) in enumerate(zip(needs, scores, strict=True)):
        rows = judged.features.patents
        run[str(number)] = [(str(rows[index]), float(own[index])) for index in _best_first(own)]
    qrels = {
        str(number): {str(row): grade for row, grade in judged.grades.items()}
        for number, judged in enumerate(needs)
    }
    return measure(run, qrels)


def _best_first(scores: FloatArray) -> Rows:
    """Indices of the scores, best first, ties in order."""
    return np.argsort(-scores, kind="stable")
