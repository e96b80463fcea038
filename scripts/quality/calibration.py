"""Calibration of the fit labels: promised against observed shares, and calibration curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from matcher.evidence.fit_label import FAIR_THRESHOLD, MIN_SOLVING_GRADE, STRONG_THRESHOLD
from matcher.types import Answer, Fit
from scripts.quality.figures import Figure, figure

LABELS: tuple[Fit, ...] = get_args(Fit)
LABELLED: dict[Fit, str] = {label: f"samples, results labelled {label}" for label in LABELS}
"""Names of the figures of each label in the table of record, the strongest label first."""
PROMISED: dict[Fit, str] = {
    "strong": f"{STRONG_THRESHOLD:.0%} or more",
    "fair": f"{FAIR_THRESHOLD:.0%} to {STRONG_THRESHOLD:.0%}",
    "weak": f"under {FAIR_THRESHOLD:.0%}",
}
"""Share of the results with a label that should solve the need."""
JUDGED, USEFUL, SOLVED = "judged", "of use", "solve the need"
METRICS = (JUDGED, USEFUL, SOLVED)


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


def label_figures(
    answers: Mapping[str, Answer], qrels: Mapping[str, Mapping[str, int]]
) -> list[Figure]:
    """Shares of the results with each label: judged, of use (grade 1 or more), solving (2 or more).

    Results of all needs count, also of those without a positive. An unjudged result counts as
    not solving. A label without results has no figure.
    """
    values: dict[tuple[Fit, str], dict[str, float]] = {}
    for query, answer in answers.items():
        grades = qrels.get(query, {})
        for match in answer.results:
            if match.fit is None:
                continue
            grade = grades.get(match.patent.id)
            shares = (grade is not None, (grade or 0) >= 1, (grade or 0) >= MIN_SOLVING_GRADE)
            for metric, value in zip(METRICS, shares, strict=True):
                row = values.setdefault((match.fit, metric), {})
                row[f"{query} {match.patent.id}"] = float(value)
    return [
        figure(LABELLED[label], metric, "engine", values[label, metric].items())
        for label in LABELS
        for metric in METRICS
        if (label, metric) in values
    ]


def calibration_curve(
    predicted: NDArray[np.float64], solved: NDArray[np.bool_], bins: int
) -> list[CalibrationBin]:
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
