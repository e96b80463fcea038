"""Measures of a run against qrels, query by query, and the bootstrap interval of a difference.

Pure functions. A run gives each query its documents with scores, the best first; qrels give each
query the grades of its judged documents. A grade of 1 or more is a positive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.ports import FloatArray

Metric = Literal["ndcg@10", "map", "mrr@10", "recall@100", "spearman"]
METRICS: tuple[Metric, ...] = ("ndcg@10", "map", "mrr@10", "recall@100", "spearman")
Ranked = Sequence[tuple[str, float]]
"""Documents with scores, the best first."""
Qrels = Mapping[str, Mapping[str, int]]
"""Grades of the judged documents of each query."""
PerQuery = dict[Metric, FloatArray]
"""Values of each metric, one a query (n,)."""
RESAMPLES = 10_000
CONFIDENCE = 0.95
SEED = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """Mean paired difference and its bootstrap interval; no interval for a single query."""

    difference: float
    low: float | None
    high: float | None


def measure(run: Mapping[str, Ranked], qrels: Qrels) -> PerQuery:
    """Compute every metric for each query of `qrels` (n,), in its order.

    Gain is linear (the grade itself), as in trec_eval. Documents with equal scores keep the order
    of the run; a query that the run does not answer gets 0.
    """
    queries = list(qrels)
    measured = _rank_measures(run, qrels)
    measured["spearman"] = np.array([spearman(run.get(q, ()), qrels[q]) for q in queries])
    return measured


def spearman(ranked: Ranked, grades: Mapping[str, int]) -> float:
    """Compute the rank correlation of scores and grades over the judged documents of a query.

    Judged documents that were not ranked are tied last. 0 if all grades, or all scores, are the
    same: such a list orders nothing.
    """
    from scipy.stats import spearmanr

    scores = dict(ranked)
    last = min(scores.values(), default=0.0) - 1.0
    judged = np.array([scores.get(document, last) for document in grades])
    expected = np.array(list(grades.values()), dtype=np.float64)
    if len(np.unique(judged)) < 2 or len(np.unique(expected)) < 2:
        return 0.0
    return float(spearmanr(judged, expected).statistic)


def paired_bootstrap(ours: FloatArray, theirs: FloatArray, seed: int = SEED) -> Interval:
    """Compute the mean of ours - theirs over the queries, with its 95% percentile interval.

    Queries are drawn with replacement 10,000 times; the same seed gives the same interval.
    """
    from scipy.stats import bootstrap

    differences = ours - theirs
    mean = float(differences.mean())
    if differences.size < 2:
        return Interval(mean, None, None)
    interval = bootstrap(
        (differences,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=1_000,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(mean, float(interval.low), float(interval.high))


def _rank_measures(run: Mapping[str, Ranked], qrels: Qrels) -> PerQuery:
    import ir_measures

    metrics: dict[str, Metric] = {
        "nDCG@10": "ndcg@10",
        "AP": "map",
        "RR@10": "mrr@10",
        "R@100": "recall@100",
    }
    # trec_eval orders equal scores by document id: give it the rank instead of the score.
    ranks = {
        query: {document: float(-rank) for rank, (document, _) in enumerate(run.get(query, ()))}
        for query in qrels
    }
    row = {query: number for number, query in enumerate(qrels)}
    values: PerQuery = {metric: np.zeros(len(row)) for metric in metrics.values()}
    measures = [ir_measures.parse_measure(name) for name in metrics]
    plain = {query: dict(grades) for query, grades in qrels.items()}
    for result in ir_measures.iter_calc(measures, plain, ranks):
        values[metrics[str(result.measure)]][row[result.query_id]] = result.value
    return values
