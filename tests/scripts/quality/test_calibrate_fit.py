"""Fitting of the label model."""

import numpy as np
import pytest

from scripts.quality.calibrate_fit import (
    JudgedResults,
    fit_model,
    leave_one_need_out,
    print_report,
)
from scripts.quality.calibration import calibration_curve, calibration_error


def random_results(count: int) -> JudgedResults:
    """Results whose judgements follow a logistic model: intercept -1, coefficients 2 and 0.5."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(count, 2))
    probability = 1 / (1 + np.exp(-(-1.0 + 2.0 * features[:, 0] + 0.5 * features[:, 1])))
    solved = rng.random(count) < probability
    return JudgedResults(features, solved, [str(row % 4) for row in range(count)])


def test_fitting_finds_the_model_that_made_the_judgements() -> None:
    results = random_results(4000)
    model = fit_model(results.features, results.solved)
    assert model.intercept == pytest.approx(-1.0, abs=0.2)
    assert model.coefficients == pytest.approx((2.0, 0.5), abs=0.25)
    probabilities = leave_one_need_out(results)
    assert calibration_error(calibration_curve(probabilities, results.solved, 10)) < 0.03


def test_the_report_has_the_curve_and_every_label(capsys: pytest.CaptureFixture[str]) -> None:
    results = random_results(400)
    print_report("random", leave_one_need_out(results), results)
    report = capsys.readouterr().out
    assert f"random: 400 results, {int(results.solved.sum())} solve the need" in report
    assert "AUC 0." in report and "calibration error 0.0" in report
    for row in ("0.0-0.2", "0.8-1.0", "strong", "fair", "weak", "nothing fits: 0 needs"):
        assert f"  {row}" in report
