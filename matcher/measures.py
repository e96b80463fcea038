"""Measures of a run against judgements, query by query, and how sure a difference is.

Pure functions. A run gives each query its documents with scores, the best first; a qrels gives
each query the grades of its judged documents. A grade of 1 or more is a positive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Metric = Literal["ndcg@10", "map", "mrr@10", "recall@100", "spearman"]
METRICS: tuple[Metric, ...] = ("ndcg@10", "map", "mrr@10", "recall@100", "spearman")
Ranked = Sequence[tuple[str, float]]
PerQuery = dict[Metric, NDArray[np.float64]]
RESAMPLES = 10_000
CONFIDENCE = 0.95
SEED = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean paired difference and its bootstrap interval, which one query cannot give."""

    difference: float
    low: float | None
    high: float | None


def measure(run: Mapping[str, Ranked], qrels: Mapping[str, Mapping[str, int]]) -> PerQuery:
    """Every metric for each query of `qrels` (n,), in its order.

    Gain is linear (the grade itself), as trec_eval has it. Where documents have equal scores the
    order of the run counts; a query that the run does not answer gets 0.
    """
    queries = list(qrels)
    measured = _rank_measures(run, qrels)
    measured["spearman"] = np.array([spearman(run.get(q, ()), qrels[q]) for q in queries])
    return measured


def spearman(ranked: Ranked, grades: Mapping[str, int]) -> float:
    """The rank correlation of scores and grades over the judged documents of one query.

    Judged documents that were not ranked are tied last. 0 where all grades, or all scores, are
    the same: such a list orders nothing.
    """
    from scipy.stats import spearmanr

    scores = dict(ranked)
    last = min(scores.values(), default=0.0) - 1.0
    given = np.array([scores.get(document, last) for document in grades])
    wanted = np.array(list(grades.values()), dtype=np.float64)
    if len(np.unique(given)) < 2 or len(np.unique(wanted)) < 2:
        return 0.0
    return float(spearmanr(given, wanted).statistic)


def paired_bootstrap(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], seed: int = SEED
) -> Interval:
    """The mean of ours - theirs over the queries, with its 95% percentile interval.

    Queries are drawn with replacement 10,000 times; the same seed gives the same interval.
    """
    from scipy.stats import bootstrap

    differences = ours - theirs
    mean = float(differences.mean())
    if differences.size < 2:
        return Interval(mean, None, None)
    drawn = bootstrap(
        (differences,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=1_000,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(mean, float(drawn.low), float(drawn.high))


def _rank_measures(run: Mapping[str, Ranked], qrels: Mapping[str, Mapping[str, int]]) -> PerQuery:
    import ir_measures

    wanted: dict[str, Metric] = {
        "nDCG@10": "ndcg@10",
        "AP": "map",
        "RR@10": "mrr@10",
        "R@100": "recall@100",
    }
    # trec_eval orders equal scores by document id: give it the place instead of the score.
    places = {
        query: {document: float(-place) for place, (document, _) in enumerate(run.get(query, ()))}
        for query in qrels
    }
    row = {query: number for number, query in enumerate(qrels)}
    measured: PerQuery = {metric: np.zeros(len(row)) for metric in wanted.values()}
    measures = [ir_measures.parse_measure(name) for name in wanted]
    plain = {query: dict(grades) for query, grades in qrels.items()}
    for found in ir_measures.iter_calc(measures, plain, places):
        measured[wanted[str(found.measure)]][row[found.query_id]] = found.value
    return measured
