import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.ports import FloatArray, Rows, Scores
from matcher.retrieval.reranking import RERANK_DEPTH, blend_scores

FUSED = np.array([0.5, 4.0, 3.0, 1.0, 2.0])
ORDER = np.array([1, 2, 4, 3, 0])


def reranker_scores(*scores: float) -> Scores:
    return np.array(scores, dtype=np.float32)


def test_at_full_weight_the_reranker_orders_the_first_results_only() -> None:
    blended = blend_scores(ORDER, FUSED, reranker_scores(-1, 5, 9), weight=1)
    assert blended.order.tolist() == [4, 2, 1, 3, 0]
    # The first three fused scores 4, 3, 2 go along the new order.
    assert blended.scores.tolist() == [0.5, 2.0, 3.0, 1.0, 4.0]


def test_at_weight_zero_or_without_scores_the_order_stays() -> None:
    for scores, weight in (
        (reranker_scores(-1, 5, 9), 0.0),
        (reranker_scores(), 1.0),
        (reranker_scores(7), 1.0),
    ):
        blended = blend_scores(ORDER, FUSED, scores, weight=weight)
        assert blended.order.tolist() == ORDER.tolist()
        assert blended.scores.tolist() == FUSED.tolist()


def test_half_the_weight_adds_both_z_scores() -> None:
    # Fused 4, 3, 2 have z-scores 1.22, 0, -1.22; reranked 0, 3, 0 have -0.71, 1.41, -0.71.
    blended = blend_scores(ORDER, FUSED, reranker_scores(0, 3, 0), weight=0.5)
    assert blended.order.tolist() == [2, 1, 4, 3, 0]
    # With a fifth of the weight: 0.84, 0.28, -1.12.
    blended = blend_scores(ORDER, FUSED, reranker_scores(0, 3, 0), weight=0.2)
    assert blended.order.tolist() == ORDER.tolist()


def test_the_scale_of_the_rerankers_scores_does_not_matter() -> None:
    plain = blend_scores(ORDER, FUSED, reranker_scores(0.1, 0.3, 0.2, 0.25))
    scaled = blend_scores(ORDER, FUSED, reranker_scores(-90, 110, 10, 60))
    assert plain.order.tolist() == scaled.order.tolist()


def test_tied_results_keep_their_order() -> None:
    assert (
        blend_scores(ORDER, FUSED, reranker_scores(2, 2, 2), weight=1).order.tolist()
        == ORDER.tolist()
    )
    assert blend_scores(ORDER, FUSED, reranker_scores(1, 2, 2, 1), weight=1).order.tolist() == [
        2,
        4,
        1,
        3,
        0,
    ]


def test_bad_weights_and_scores_are_refused() -> None:
    for weight in (-0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match="from 0 to 1"):
            blend_scores(ORDER, FUSED, reranker_scores(1), weight=weight)
    with pytest.raises(InputError, match="6 scores for 5"):
        blend_scores(ORDER, FUSED, reranker_scores(*range(6)))


@st.composite
def rankings(draw: st.DrawFn) -> tuple[Rows, FloatArray, Scores, float]:
    numbers = st.floats(-100, 100, width=32)
    fused = np.array(draw(st.lists(numbers, min_size=1, max_size=80)), dtype=np.float64)
    many = draw(st.integers(0, min(RERANK_DEPTH, fused.size)))
    scores = draw(st.lists(numbers, min_size=many, max_size=many))
    return np.argsort(-fused, kind="stable"), fused, reranker_scores(*scores), draw(st.floats(0, 1))


@given(rankings())
def test_reranking_permutes_the_candidates_and_scores_fall(
    ranking: tuple[Rows, FloatArray, Scores, float],
) -> None:
    order, fused, scores, weight = ranking
    before = fused.copy()
    blended = blend_scores(order, fused, scores, weight=weight)
    top = len(scores)
    assert sorted(blended.order[:top]) == sorted(order[:top])
    assert blended.order[top:].tolist() == order[top:].tolist()
    assert (np.diff(blended.scores[blended.order]) <= 0).all()
    assert sorted(blended.scores) == sorted(fused)
    assert (fused == before).all()
