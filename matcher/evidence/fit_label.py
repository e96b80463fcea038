"""How well a patent fits a need, in calm words: strong, fair or weak; and how far to trust them.

The scores that order one answer do not compare with those of another. The label comes from
features that do, by a logistic model of how people judged;
`scripts/quality/calibrate_fit.py` made its coefficients. The number behind a label orders nothing
and is shown to nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evidence.parts import (
    Background,
    FloatArray,
    PartEvidence,
    above_chance,
)
from matcher.ports import Vectors
from matcher.types import Fit

BoolArray = NDArray[np.bool_]
STRONG = 2 / 3
"""From here on a patent is twice as likely to solve the need as not."""
FAIR = 1 / 4
"""Below it fewer than one such patent in four solves the need. With a third, `nothing_fits` would
be said of a quarter of the sample needs that have a solution."""
SOLVES = 2
"""The grade from which a judged patent counts as solving (part of) the need."""


@dataclass(frozen=True, slots=True)
class FitFeatures:
    """What compares across needs and models; higher is better."""

    meaning: float
    """How far above chance the patent's best passage is near to the whole need."""
    best_part: float
    """The best score of a part of the need (see `part_evidence`), its words counted too."""


@dataclass(frozen=True, slots=True)
class FitModel:
    """A logistic model: intercept, and a coefficient for each feature in its order."""

    intercept: float
    coefficients: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Results whose predicted chance lies between two bounds, and how many of them solved."""

    low: float
    high: float
    count: int
    predicted: float
    """The mean predicted chance."""
    observed: float
    """The share that people judged to solve the need."""


MODEL = FitModel(intercept=-9.273, coefficients=(0.279, 1.984))
"""Made by `python scripts/quality/calibrate_fit.py` from the judgements in matcher/samples.

There it is calibrated. On real needs against titles alone it promises too much (predicted 0.93,
observed 0.41 in the highest fifth): it wants abstracts and claims, and judgements of real users.
"""


def fit_features(
    need: Vectors, passages: Vectors, chance: Background, parts: Sequence[PartEvidence]
) -> FitFeatures:
    """The features of one patent: the need's pieces (q, d), the patent's passages (p, d).

    `chance` belongs to the pieces. A piece's best passage counts, and pieces count alike.
    Raises ValueError where there is no piece, no passage or no part: such a result has no label.
    """
    cosines: FloatArray = (need @ passages.T).astype(np.float64)
    return FitFeatures(
        meaning=float(above_chance(cosines, chance).max(axis=1).mean()),
        best_part=max(one.score for one in parts),
    )


def chance_of_fit(features: FitFeatures, model: FitModel = MODEL) -> float:
    """How likely (0 to 1) people would judge that the patent solves the need."""
    z = model.intercept + float(np.dot(model.coefficients, astuple(features)))
    return float(1 / (1 + np.exp(-np.clip(z, -500, 500))))


def fit(features: FitFeatures, model: FitModel = MODEL) -> Fit:
    """The label of one result."""
    chance = chance_of_fit(features, model)
    if chance >= STRONG:
        return "strong"
    return "fair" if chance >= FAIR else "weak"


def nothing_fits(labels: Iterable[Fit]) -> bool:
    """Whether an answer should say that nothing here fits well: no label is at least fair."""
    return all(label == "weak" for label in labels)


def calibration_curve(
    predicted: FloatArray, solved: BoolArray, bins: int = 10
) -> tuple[CalibrationBin, ...]:
    """Predicted chances (n,) against what was judged (n,), by bins of equal width; none empty."""
    place = np.minimum((predicted * bins).astype(np.int64), bins - 1)
    curve = []
    for number in np.unique(place):
        inside = place == number
        curve.append(
            CalibrationBin(
                low=float(number / bins),
                high=float((number + 1) / bins),
                count=int(inside.sum()),
                predicted=float(predicted[inside].mean()),
                observed=float(solved[inside].mean()),
            )
        )
    return tuple(curve)


def calibration_error(curve: Sequence[CalibrationBin]) -> float:
    """The mean distance of predicted and observed, each bin by its count; 0 for no bin."""
    total = sum(one.count for one in curve)
    return sum(one.count * abs(one.predicted - one.observed) for one in curve) / max(1, total)
