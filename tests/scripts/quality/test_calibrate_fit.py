"""Fitting of the label models."""

import math

import numpy as np
import pytest

from matcher.evaluation.calibration import calibration_curve, calibration_error
from matcher.evidence.fit_label import FitFeatures, FitModel
from scripts.quality.calibrate_fit import JudgedPairs, fit_model, leave_one_need_out, report

SHAPE = FitModel(0.0, 1.0, max_nearness=1.5, coverage=1.0)


def random_pairs(count: int) -> JudgedPairs:
    """Pairs judged by a logistic model: intercept -1, coefficients 2 and 0.5, nearness to 1.5."""
    rng = np.random.default_rng(0)
    nearness, coverage = rng.normal(size=count), rng.random(count)
    z = -1.0 + 2.0 * np.minimum(nearness, 1.5) + 0.5 * coverage
    solved = rng.random(count) < 1 / (1 + np.exp(-z))
    features = [
        FitFeatures(float(a), 0.0, 100, float(b)) for a, b in zip(nearness, coverage, strict=True)
    ]
    return JudgedPairs(features, solved, [str(row % 4) for row in range(count)])


def test_fitting_finds_the_model_that_made_the_judgements() -> None:
    pairs = random_pairs(4000)
    model = fit_model(pairs, SHAPE)
    assert model.intercept == pytest.approx(-1.0, abs=0.2)
    assert (model.nearness, model.coverage) == pytest.approx((2.0, 0.5), abs=0.3)
    assert (model.max_nearness, model.log_length) == (1.5, 0.0)
    assert fit_model(pairs, FitModel(0.0, 0.0)).max_nearness == math.inf
    probabilities = leave_one_need_out(pairs, SHAPE)
    assert calibration_error(calibration_curve(probabilities, pairs.solved, 10)) < 0.03


def test_the_report_has_every_label(capsys: pytest.CaptureFixture[str]) -> None:
    report("random", random_pairs(400), "title", SHAPE)
    lines = capsys.readouterr().out
    assert lines.startswith("random: FitModel(") and "calibration error 0.0" in lines
    for label in ("strong", "fair", "weak"):
        assert f"\n  {label}" in lines
    assert "of 4 needs with a solution" in lines
