import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evidence.fit_label import (
    FitFeatures,
    FitModel,
    fit,
    fit_features,
    fit_probability,
    nothing_fits,
)
from matcher.evidence.parts import (
    Background,
    PartEvidence,
    ScoredStatement,
)
from matcher.patents.statements import Statement
from matcher.types import NeedPart

PLAIN = FitModel(0.0, (1.0, 0.0))


@pytest.mark.parametrize(
    ("best_passage", "label"),
    [(-9.0, "weak"), (-1.11, "weak"), (-1.09, "fair"), (0.68, "fair"), (0.7, "strong")],
)
def test_the_label_follows_the_probability(best_passage: float, label: str) -> None:
    assert fit(FitFeatures(best_passage, 5.0), PLAIN) == label


def test_the_probability_is_logistic_and_never_overflows() -> None:
    model = FitModel(-1.0, (0.5, 2.0))
    assert fit_probability(FitFeatures(2.0, 0.5), model) == pytest.approx(1 / (1 + np.exp(-1)))
    assert fit_probability(FitFeatures(1e6, 1e6), model) == pytest.approx(1.0)
    assert fit_probability(FitFeatures(-1e6, -1e6), model) == pytest.approx(0.0)


@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(0, 9))
def test_a_larger_feature_never_lowers_the_probability(a: float, b: float, more: float) -> None:
    assert fit_probability(FitFeatures(a + more, b)) >= fit_probability(FitFeatures(a, b))
    assert fit_probability(FitFeatures(a, b + more)) >= fit_probability(FitFeatures(a, b))


def test_features_near_the_background_are_weak_and_clear_ones_strong() -> None:
    assert fit(FitFeatures(1.0, 1.0)) == "weak"
    assert fit(FitFeatures(6.0, 8.0)) == "strong"


@pytest.mark.parametrize(
    ("labels", "expected"),
    [([], True), (["weak", "weak"], True), (["weak", "fair"], False), (["strong"], False)],
)
def test_nothing_fits_when_no_result_is_at_least_fair(labels: list[str], expected: bool) -> None:
    assert nothing_fits(labels) is expected  # type: ignore[arg-type]


def test_features_take_the_best_passage_of_each_piece_and_the_best_part() -> None:
    need = np.eye(2, dtype=np.float32)
    passages = np.array([[0.6, 0.8], [0.8, 0.6]], dtype=np.float32)
    random = Background(np.array([0.2, 0.4]), np.array([0.1, 0.2]))
    parts = [
        PartEvidence(
            NeedPart("text", "甲"), ScoredStatement(Statement("claim 1", "乙", (0, 1)), score), None
        )
        for score in (1.5, 4.0)
    ]
    features = fit_features(need, passages, random, parts)
    assert features.best_passage == pytest.approx((6.0 + 2.0) / 2, abs=1e-5)
    assert features.best_part == 4.0
