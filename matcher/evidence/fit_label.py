"""Calibrated fit label of a result: strong, fair or weak, by logistic regression.

The scores that order one answer do not compare with those of another need. The label is made of
two evidence features that do; `python -m scripts.quality.calibrate_fit` fits its coefficients to
judgements. The probability behind a label orders nothing and is shown to nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from matcher.evidence.parts import (
    Background,
    PartEvidence,
    background_zscore,
)
from matcher.ports import FloatArray, Vectors
from matcher.types import Fit

STRONG_THRESHOLD = 2 / 3
"""From here on a patent is twice as likely to solve the need as not."""
FAIR_THRESHOLD = 1 / 4
"""Below it fewer than one such patent in four solves the need. With a third, `nothing_fits` would
be said of a quarter of the sample needs that have a solution."""
MIN_SOLVING_GRADE = 2
"""The grade from which a judged patent counts as solving (part of) the need."""


@dataclass(frozen=True, slots=True)
class FitFeatures:
    """Features that compare across needs and models; higher is better."""

    best_passage: float
    """Background z-score of the patent's best passage for the whole need."""
    best_part: float
    """Best score of a part of the need (see `part_evidence`), shared terms included."""


@dataclass(frozen=True, slots=True)
class FitModel:
    """A logistic model: intercept, and a coefficient for each feature in its order."""

    intercept: float
    coefficients: tuple[float, ...]


MODEL = FitModel(intercept=-9.273, coefficients=(0.279, 1.984))
"""Made by `python -m scripts.quality.calibrate_fit` from the judgements in matcher/samples.

There it is calibrated. On real needs against titles alone it promises too much (predicted 0.93,
observed 0.41 in the highest fifth): it wants abstracts and claims, and judgements of real users.
"""


def fit_features(
    need: Vectors, passages: Vectors, random: Background, parts: Sequence[PartEvidence]
) -> FitFeatures:
    """Return the features of one patent: the need's pieces (q, d), the patent's passages (p, d).

    `random` belongs to the pieces. A piece's best passage counts, and pieces count alike.
    Raises ValueError where there is no piece, no passage or no part: such a result has no label.
    """
    cosines: FloatArray = (need @ passages.T).astype(np.float64)
    return FitFeatures(
        best_passage=float(background_zscore(cosines, random).max(axis=1).mean()),
        best_part=max(part.score for part in parts),
    )


def fit_probability(features: FitFeatures, model: FitModel = MODEL) -> float:
    """Return the probability (0 to 1) that people judge that the patent solves the need."""
    z = model.intercept + float(np.dot(model.coefficients, astuple(features)))
    return float(1 / (1 + np.exp(-np.clip(z, -500, 500))))


def fit(features: FitFeatures, model: FitModel = MODEL) -> Fit:
    """Return the label of one result."""
    probability = fit_probability(features, model)
    if probability >= STRONG_THRESHOLD:
        return "strong"
    return "fair" if probability >= FAIR_THRESHOLD else "weak"


def nothing_fits(labels: Iterable[Fit]) -> bool:
    """Return True if no label is at least fair: then an answer notes that nothing fits well."""
    return all(label == "weak" for label in labels)
