"""Measures against values computed by hand from their definitions."""

from math import log2

import numpy as np
import pytest

from matcher.measures import METRICS, Metric, Ranked, measure, paired_bootstrap, spearman


def metrics_of(ranked: Ranked, grades: dict[str, int]) -> dict[Metric, float]:
    measured = measure({"q": ranked}, {"q": grades})
    assert set(measured) == set(METRICS)
    return {metric: float(values[0]) for metric, values in measured.items()}


def in_order(*documents: str) -> list[tuple[str, float]]:
    return [(document, 1.0 / rank) for rank, document in enumerate(documents, start=1)]


def test_ndcg_has_linear_gain() -> None:
    metrics = metrics_of(in_order("b", "a", "c"), {"a": 3, "b": 1, "c": 0})
    ideal = 3 + 1 / log2(3)
    assert metrics["ndcg@10"] == pytest.approx((1 + 3 / log2(3)) / ideal, abs=1e-6)
    exponential = (1 + 7 / log2(3)) / (7 + 1 / log2(3))
    assert abs(metrics["ndcg@10"] - exponential) > 0.01


def test_ndcg_is_over_ten_ranks_and_includes_missed_positives() -> None:
    ranked = in_order(*(f"n{i}" for i in range(10)), "a")
    assert metrics_of(ranked, {"a": 2})["ndcg@10"] == 0.0
    assert metrics_of(in_order("a"), {"a": 2, "b": 2})["ndcg@10"] == pytest.approx(
        2 / (2 + 2 / log2(3)), abs=1e-6
    )


def test_map_is_over_all_positives() -> None:
    metrics = metrics_of(in_order("n", "a", "m", "b"), {"a": 1, "b": 3, "c": 1})
    assert metrics["map"] == pytest.approx((1 / 2 + 2 / 4) / 3, abs=1e-6)


@pytest.mark.parametrize(("rank", "expected"), [(1, 1.0), (4, 0.25), (10, 0.1), (11, 0.0)])
def test_mrr_is_over_ten_ranks(rank: int, expected: float) -> None:
    ranked = in_order(*(f"n{i}" for i in range(rank - 1)), "a")
    assert metrics_of(ranked, {"a": 1, "n0": 0})["mrr@10"] == pytest.approx(expected)


def test_recall_is_over_a_hundred_ranks() -> None:
    ranked = in_order("a", *(f"n{i}" for i in range(98)), "b", "c")
    assert metrics_of(ranked, {"a": 1, "b": 1, "c": 1, "d": 1})["recall@100"] == pytest.approx(
        2 / 4
    )


def test_equal_scores_keep_the_order_of_the_run() -> None:
    # trec_eval itself would order equal scores by id, the last one first.
    tied = [("a", 1.0), ("z", 1.0)]
    assert metrics_of(tied, {"a": 1, "z": 0})["mrr@10"] == 1.0
    assert metrics_of(tied, {"a": 0, "z": 1})["mrr@10"] == 0.5


def test_a_query_without_results_scores_zero() -> None:
    measured = measure({"q": in_order("a"), "r": []}, {"q": {"a": 1}, "r": {"a": 1}, "s": {"a": 1}})
    assert all(measured[metric].tolist() == [1.0, 0.0, 0.0] for metric in METRICS[:4])


def test_spearman_of_four_documents() -> None:
    ranked = [("a", 9.0), ("b", 5.0), ("c", 2.0), ("d", 1.0)]
    # Ranks 4 3 2 1 against 4 2 3 1: 1 - 6 * (1 + 1) / (4 * 15).
    assert spearman(ranked, {"a": 3, "b": 1, "c": 2, "d": 0}) == pytest.approx(0.8)
    assert spearman(ranked, {"a": 0, "b": 1, "c": 2, "d": 3}) == pytest.approx(-1.0)


def test_spearman_ties_unranked_documents_last() -> None:
    # Scores rank 3, 1.5, 1.5 and grades 3, 2, 1: Pearson's correlation of the two is sqrt(3) / 2.
    assert spearman([("a", -0.5)], {"a": 2, "b": 1, "c": 0}) == pytest.approx(3**0.5 / 2)


def test_spearman_is_over_judged_documents_only() -> None:
    ranked = [("x", 9.0), ("a", 5.0), ("y", 4.0), ("b", 1.0)]
    assert spearman(ranked, {"a": 1, "b": 0}) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("ranked", "grades"),
    [
        ([("a", 1.0), ("b", 0.5)], {"a": 2, "b": 2}),
        ([("a", 1.0), ("b", 1.0)], {"a": 2, "b": 0}),
        ([], {"a": 2, "b": 0}),
        ([("a", 1.0)], {"a": 2}),
    ],
)
def test_spearman_of_constant_scores_or_grades_is_zero(
    ranked: Ranked, grades: dict[str, int]
) -> None:
    assert spearman(ranked, grades) == 0.0


def test_the_interval_is_deterministic_and_matches_the_standard_error() -> None:
    rng = np.random.default_rng(5)
    theirs = rng.random(80)
    ours = theirs + 0.1 + rng.normal(0, 0.05, 80)
    interval = paired_bootstrap(ours, theirs)
    assert interval == paired_bootstrap(ours, theirs)
    assert interval.low is not None and interval.high is not None
    assert interval.difference == pytest.approx(float((ours - theirs).mean()))
    # The usual standard error of the mean; a percentile interval is about 1.96 of it either way.
    error = float((ours - theirs).std()) / 80**0.5
    assert interval.low == pytest.approx(interval.difference - 1.96 * error, abs=0.15 * error)
    assert interval.high == pytest.approx(interval.difference + 1.96 * error, abs=0.15 * error)


def test_the_bootstrap_is_paired() -> None:
    theirs = np.linspace(0, 1, 50)
    interval = paired_bootstrap(theirs + 0.02, theirs)
    assert interval.low == pytest.approx(0.02) and interval.high == pytest.approx(0.02)


def test_a_single_query_has_no_interval() -> None:
    interval = paired_bootstrap(np.array([0.7]), np.array([0.5]))
    assert interval.difference == pytest.approx(0.2)
    assert interval.low is None and interval.high is None
