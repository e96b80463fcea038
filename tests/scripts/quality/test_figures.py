"""Figures and their differences, by hand."""

from scripts.quality.figures import difference, figure, ranking_figures
from tests.scripts.quality.examples import BETTER, WORSE


def test_a_difference_is_over_the_queries_of_both() -> None:
    found = difference(BETTER, WORSE)
    assert found is not None and found.difference == found.low == found.high == 0.25
    assert difference(BETTER, figure("samples", "ndcg@10", "engine", [("other", 1.0)])) is None


def test_queries_without_a_positive_are_left_out() -> None:
    qrels = {"a": {"x": 2, "y": 0}, "none": {"x": 0}}
    (found,) = ranking_figures("here", {"dense": {"a": [("x", 1.0)]}}, qrels, ("ndcg@10",))
    assert found.values == {"a": 1.0}
    assert ranking_figures("here", {"dense": {}}, {"none": {"x": 0}}, ("ndcg@10",)) == []
