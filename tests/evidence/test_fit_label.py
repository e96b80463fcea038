import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evidence.fit_label import (
    FitFeatures,
    FitModel,
    calibration_curve,
    calibration_error,
    chance_of_fit,
    fit,
    fit_features,
    nothing_fits,
)
from matcher.evidence.parts import (
    Background,
    Found,
    PartEvidence,
)
from matcher.patents.statements import Statement
from matcher.types import NeedPart
from scripts.quality.calibrate_fit import Seen, left_out, trained

PLAIN = FitModel(0.0, (1.0, 0.0))


@pytest.mark.parametrize(
    ("meaning", "label"),
    [(-9.0, "weak"), (-1.11, "weak"), (-1.09, "fair"), (0.68, "fair"), (0.7, "strong")],
)
def test_the_label_follows_the_chance(meaning: float, label: str) -> None:
    assert fit(FitFeatures(meaning, 5.0), PLAIN) == label


def test_the_chance_is_logistic_and_never_overflows() -> None:
    model = FitModel(-1.0, (0.5, 2.0))
    assert chance_of_fit(FitFeatures(2.0, 0.5), model) == pytest.approx(1 / (1 + np.exp(-1)))
    assert chance_of_fit(FitFeatures(1e6, 1e6), model) == pytest.approx(1.0)
    assert chance_of_fit(FitFeatures(-1e6, -1e6), model) == pytest.approx(0.0)


@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(0, 9))
def test_in_the_kept_model_more_of_a_feature_never_fits_worse(
    a: float, b: float, more: float
) -> None:
    assert chance_of_fit(FitFeatures(a + more, b)) >= chance_of_fit(FitFeatures(a, b))
    assert chance_of_fit(FitFeatures(a, b + more)) >= chance_of_fit(FitFeatures(a, b))


def test_the_kept_model_calls_chance_weak_and_a_clear_answer_strong() -> None:
    assert fit(FitFeatures(1.0, 1.0)) == "weak"
    assert fit(FitFeatures(6.0, 8.0)) == "strong"


@pytest.mark.parametrize(
    ("labels", "said"),
    [([], True), (["weak", "weak"], True), (["weak", "fair"], False), (["strong"], False)],
)
def test_nothing_fits_when_no_result_is_at_least_fair(labels: list[str], said: bool) -> None:
    assert nothing_fits(labels) is said  # type: ignore[arg-type]


def test_features_take_the_best_passage_of_each_piece_and_the_best_part() -> None:
    need = np.eye(2, dtype=np.float32)
    passages = np.array([[0.6, 0.8], [0.8, 0.6]], dtype=np.float32)
    chance = Background(np.array([0.2, 0.4]), np.array([0.1, 0.2]))
    parts = [
        PartEvidence(NeedPart("text", "甲"), Found(Statement("claim 1", "乙", (0, 1)), score), None)
        for score in (1.5, 4.0)
    ]
    features = fit_features(need, passages, chance, parts)
    assert features.meaning == pytest.approx((6.0 + 2.0) / 2, abs=1e-5)
    assert features.best_part == 4.0


def test_the_calibration_curve_counts_predicted_and_observed_by_bin() -> None:
    predicted = np.array([0.05, 0.1, 0.15, 0.95, 1.0])
    curve = calibration_curve(predicted, np.array([False, False, True, True, False]))
    assert [(one.low, one.high, one.count) for one in curve] == [
        (0.0, 0.1, 1),
        (0.1, 0.2, 2),
        (0.9, 1.0, 2),
    ]
    assert [one.observed for one in curve] == [0.0, 0.5, 0.5]
    assert [one.predicted for one in curve] == pytest.approx([0.05, 0.125, 0.975])
    assert calibration_error(curve) == pytest.approx((0.05 + 2 * 0.375 + 2 * 0.475) / 5)
    assert calibration_error(()) == 0.0


def test_training_finds_the_chance_that_made_the_judgements() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(4000, 2))
    chance = 1 / (1 + np.exp(-(-1.0 + 2.0 * features[:, 0] + 0.5 * features[:, 1])))
    solved = rng.random(4000) < chance
    model = trained(features, solved)
    assert model.intercept == pytest.approx(-1.0, abs=0.2)
    assert model.coefficients == pytest.approx((2.0, 0.5), abs=0.25)
    needs = [str(row % 4) for row in range(4000)]
    held_out = left_out(Seen(features, solved, needs))
    assert calibration_error(calibration_curve(held_out, solved)) < 0.03
