"""Calibration curves."""

import numpy as np
import pytest

from matcher.evaluation.calibration import calibration_curve, calibration_error


def test_the_calibration_curve_counts_predicted_and_observed_by_bin() -> None:
    predicted = np.array([0.05, 0.1, 0.15, 0.95, 1.0])
    curve = calibration_curve(predicted, np.array([False, False, True, True, False]), 10)
    assert [(one.low, one.high, one.count) for one in curve] == [
        (0.0, 0.1, 1),
        (0.1, 0.2, 2),
        (0.9, 1.0, 2),
    ]
    assert [one.observed for one in curve] == [0.0, 0.5, 0.5]
    assert [one.predicted for one in curve] == pytest.approx([0.05, 0.125, 0.975])
    assert calibration_error(curve) == pytest.approx((0.05 + 2 * 0.375 + 2 * 0.475) / 5)
    assert calibration_error(()) == 0.0
