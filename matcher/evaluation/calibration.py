"""Calibration of probabilities: predicted against observed shares, in bins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.ports import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Results whose predicted probability is between two bounds."""

    low: float
    high: float
    count: int
    predicted: float
    """Mean predicted probability."""
    observed: float
    """Share that solves the need by the judgements."""


def calibration_curve(predicted: FloatArray, solved: BoolArray, bins: int) -> list[CalibrationBin]:
    """Predicted probabilities (n,) against judgements (n,), in bins of equal width.

    Empty bins are left out. Unlike that of scikit-learn it has the size of each bin.
    """
    bin_of = np.minimum((predicted * bins).astype(np.int64), bins - 1)
    return [
        CalibrationBin(
            low=float(number / bins),
            high=float((number + 1) / bins),
            count=int((bin_of == number).sum()),
            predicted=float(predicted[bin_of == number].mean()),
            observed=float(solved[bin_of == number].mean()),
        )
        for number in np.unique(bin_of)
    ]


def calibration_error(curve: Sequence[CalibrationBin]) -> float:
    """Expected calibration error: mean of |predicted - observed|, weighted by bin size."""
    total = sum(one.count for one in curve)
    return sum(one.count * abs(one.predicted - one.observed) for one in curve) / max(1, total)
