"""Calibrated fit label of a result: strong, fair or weak, by logistic regression.

The scores that order one answer do not compare with those of another need. The label is made of
a few features that do, and depends on one patent, one need and the catalogue, never on the other
results. What it rests on (title, abstract, claims) has its own few numbers; `python -m
scripts.quality.calibrate_fit` fits them to judgements. A patent is fair if it answers a part of
the need clearly, strong if it is near as a whole besides. The probability behind a label orders
nothing and is shown to nobody.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matcher.types import Fit, FitBasis, FitGap, Patent

STRONG_THRESHOLD: Mapping[FitBasis, float] = {"title": 0.55, "abstract": 0.5, "claims": 0.6}
"""From here on a patent is more likely to solve the need than not. Below 0.6 more patents whose
claims are strong for a need in one language would be weak for it in the other."""
MIN_USEFUL_GRADE = 1
"""The grade from which a judged patent is of use to the need."""
MIN_SOLVING_GRADE = 2
"""The grade from which a judged patent counts as solving (part of) the need."""
MIN_ANSWER: Mapping[FitBasis, float] = {"title": 3.6, "abstract": 3.6, "claims": 3.8}
"""Answer score (see `part_evidence`) from which a part of a need counts as answered. About nine in
ten sample needs with a solution have a part above it; from lower scores of abstracts on, fewer than
15% of the fair patents solve the need."""
MAX_TITLE_LENGTH = 40
"""Letters up to which a text without punctuation says no more than a title."""
MIN_NEED_LENGTH = 20
"""Characters from which the length of a need tells anything."""
_PUNCTUATION = re.compile(r"[。；;，,]|\.(?:\s|$)")


@dataclass(frozen=True, slots=True)
class FitFeatures:
    """Features that compare across needs and models."""

    nearness: float
    """Background z-score of the patent's best passage for the whole need."""
    best_part: float
    """Best answer score of a part of the need (see `part_evidence`), shared terms included."""
    need_length: int
    """Characters of the need as it was searched."""
    coverage: float | None = None
    """Share (0 to 1) of the title's terms, by idf, that the need has; None unless the label rests
    on a title in the language of the need."""


@dataclass(frozen=True, slots=True)
class FitModel:
    """A logistic model of some of the features."""

    intercept: float
    nearness: float
    max_nearness: float = math.inf
    """Nearness above which it tells nothing more."""
    coverage: float = 0.0
    log_length: float = 0.0
    """Coefficient of the logarithm of the need's length: a long need has many words by chance."""


MODELS: Mapping[FitBasis, FitModel] = {
    "title": FitModel(-1.363, 0.636, max_nearness=2.0, coverage=4.456, log_length=-0.468),
    "abstract": FitModel(-8.215, 2.943),
    "claims": FitModel(-8.794, 2.435),
}
"""Made by `python -m scripts.quality.calibrate_fit`: that of titles from 120 real needs against
achievements of which only the titles are known, the others from the judgements in matcher/samples.
"""
CROSS_LINGUAL_TITLE = FitModel(-3.164, 0.554)
"""Model of a title in another language than the need: the two share no words to count."""


@dataclass(frozen=True, slots=True)
class FitLabel:
    """Fit label of one patent for one need, and what it rests on."""

    label: Fit | None
    basis: FitBasis | None
    probability: float = math.nan
    """Probability (0 to 1) behind the label; NaN without a label."""
    gap: FitGap | None = None
    """Reason why there is no label; None where there is one."""


def fit_basis(patent: Patent) -> FitBasis:
    """Return the text that a label of this patent rests on; a title given as text is a title.

    >>> from matcher.types import PatentId
    >>> fit_basis(Patent(PatentId("local:1"), "", "柴油车催化剂产业化"))
    'title'
    """
    if any(claim.text.strip() for claim in patent.claims):
        return "claims"
    abstract = patent.abstract.strip()
    if not abstract or abstract == patent.title.strip():
        return "title"
    if _PUNCTUATION.search(abstract):
        return "abstract"
    return "title" if sum(map(str.isalpha, abstract)) <= MAX_TITLE_LENGTH else "abstract"


def fit_probability(features: FitFeatures, model: FitModel) -> float:
    """Return the probability (0 to 1) that people judge that the patent solves the need."""
    z = (
        model.intercept
        + model.nearness * min(features.nearness, model.max_nearness)
        + model.coverage * (features.coverage or 0.0)
        + model.log_length * math.log(max(features.need_length, MIN_NEED_LENGTH))
    )
    return 1 / (1 + math.exp(-min(max(z, -500.0), 500.0)))


def fit_model(features: FitFeatures, basis: FitBasis) -> FitModel:
    """Return the model of a label that rests on this text."""
    if basis == "title" and features.coverage is None:
        return CROSS_LINGUAL_TITLE
    return MODELS[basis]


def fit(features: FitFeatures, basis: FitBasis) -> FitLabel:
    """Return the label of one result."""
    probability = fit_probability(features, fit_model(features, basis))
    return FitLabel(label_of(probability, features.best_part, basis), basis, probability)


def label_of(probability: float, best_part: float, basis: FitBasis) -> Fit:
    """Return the label of a probability and the best part's answer score, by the text behind it.

    A patent that is near as a whole, but answers no part clearly, is of the same topic only; a
    title is too short to tell.
    """
    answers = best_part >= MIN_ANSWER[basis]
    if probability >= STRONG_THRESHOLD[basis]:
        return "strong" if answers or basis == "title" else "fair"
    return "fair" if answers else "weak"


def nothing_fits(labels: Iterable[Fit | None]) -> bool:
    """Return True if every result that has a label is a weak fit: then a reader is told so.

    >>> nothing_fits(["weak", None]), nothing_fits(["weak", "fair"]), nothing_fits([None])
    (True, False, False)
    """
    judged = {label for label in labels if label is not None}
    return judged == {"weak"}
