import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.ports import Rows, Scores
from matcher.retrieval.fusion import FloatArray
from matcher.retrieval.reranking import TOP, rerank

FUSED = np.array([0.5, 4.0, 3.0, 1.0, 2.0])
ORDER = np.array([1, 2, 4, 3, 0])


def read(*scores: float) -> Scores:
    return np.array(scores, dtype=np.float32)


def test_the_reranker_alone_orders_the_first_and_nothing_below() -> None:
    found = rerank(ORDER, FUSED, read(-1, 5, 9), weight=1)
    assert found.order.tolist() == [4, 2, 1, 3, 0]
    # The first three fused scores 4, 3, 2 go along the new order.
    assert found.scores.tolist() == [0.5, 2.0, 3.0, 1.0, 4.0]


def test_without_weight_or_scores_all_stays_as_it_was() -> None:
    for scores, weight in ((read(-1, 5, 9), 0.0), (read(), 1.0), (read(7), 1.0)):
        found = rerank(ORDER, FUSED, scores, weight=weight)
        assert found.order.tolist() == ORDER.tolist()
        assert found.scores.tolist() == FUSED.tolist()


def test_half_the_weight_adds_both_z_scores() -> None:
    # Fused 4, 3, 2 have z-scores 1.22, 0, -1.22; read 0, 3, 0 have -0.71, 1.41, -0.71.
    found = rerank(ORDER, FUSED, read(0, 3, 0), weight=0.5)
    assert found.order.tolist() == [2, 1, 4, 3, 0]
    # With a fifth of the weight: 0.84, 0.28, -1.12.
    found = rerank(ORDER, FUSED, read(0, 3, 0), weight=0.2)
    assert found.order.tolist() == ORDER.tolist()


def test_the_scale_of_the_reranker_does_not_count() -> None:
    plain = rerank(ORDER, FUSED, read(0.1, 0.3, 0.2, 0.25))
    scaled = rerank(ORDER, FUSED, read(-90, 110, 10, 60))
    assert plain.order.tolist() == scaled.order.tolist()


def test_ties_stay_in_their_order() -> None:
    assert rerank(ORDER, FUSED, read(2, 2, 2), weight=1).order.tolist() == ORDER.tolist()
    assert rerank(ORDER, FUSED, read(1, 2, 2, 1), weight=1).order.tolist() == [2, 4, 1, 3, 0]


def test_what_cannot_be_is_an_error() -> None:
    for weight in (-0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match="from 0 to 1"):
            rerank(ORDER, FUSED, read(1), weight=weight)
    with pytest.raises(InputError, match="6 scores for 5"):
        rerank(ORDER, FUSED, read(*range(6)))


@st.composite
def rankings(draw: st.DrawFn) -> tuple[Rows, FloatArray, Scores, float]:
    numbers = st.floats(-100, 100, width=32)
    fused = np.array(draw(st.lists(numbers, min_size=1, max_size=80)), dtype=np.float64)
    many = draw(st.integers(0, min(TOP, fused.size)))
    scores = draw(st.lists(numbers, min_size=many, max_size=many))
    return np.argsort(-fused, kind="stable"), fused, read(*scores), draw(st.floats(0, 1))


@given(rankings())
def test_the_same_candidates_come_back_and_scores_fall(
    ranking: tuple[Rows, FloatArray, Scores, float],
) -> None:
    order, fused, scores, weight = ranking
    before = fused.copy()
    found = rerank(order, fused, scores, weight=weight)
    top = len(scores)
    assert sorted(found.order[:top]) == sorted(order[:top])
    assert found.order[top:].tolist() == order[top:].tolist()
    assert (np.diff(found.scores[found.order]) <= 0).all()
    assert sorted(found.scores) == sorted(fused)
    assert (fused == before).all()
