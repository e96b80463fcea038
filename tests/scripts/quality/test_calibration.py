"""Fit labels against judgements, and calibration curves."""

import numpy as np
import pytest

from matcher.types import Patent, PatentId
from scripts.quality.calibration import (
    LABELLED,
    calibration_curve,
    calibration_error,
    label_figures,
)
from scripts.quality.figures import figure
from scripts.quality.report import report_markdown
from tests.scripts.quality.examples import QRELS, answer, match, record


def test_labels_are_compared_with_the_judgements() -> None:
    a, b, c, d = (Patent(PatentId(name), name) for name in "abcd")
    answers = {
        "n": answer("n", match(a, fit="strong"), match(b, fit="strong"), match(d, fit="weak")),
        "none": answer("none", match(c, fit="weak"), match(a)),
    }
    found = label_figures(answers, QRELS)
    values = {(f.on, f.metric): dict(f.values) for f in found}
    strong, weak = LABELLED["strong"], LABELLED["weak"]
    assert values[strong, "judged"] == {"n a": 1, "n b": 1}
    assert values[strong, "of use"] == {"n a": 1, "n b": 1}
    assert values[strong, "solve the need"] == {"n a": 1, "n b": 0}
    assert values[weak, "judged"] == {"n d": 0, "none c": 1}
    assert values[weak, "of use"] == values[weak, "solve the need"] == {"n d": 0, "none c": 0}
    assert not any(on == LABELLED["fair"] for on, _ in values)
    markdown = report_markdown(
        record(*found), record(figure(strong, "of use", "engine", [("n a", 0.5)])), "x"
    )
    strong_row = "| strong (promised: 67% or more) | 1.00 of 2 | 1.00 of 2 (was 0.50) | 0.50 of 2 |"
    assert strong_row in markdown and "| fair (promised: 25% to 67%) |  |  |  |" in markdown
    assert f"| {strong} |" not in markdown  # the first table leaves them out


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
