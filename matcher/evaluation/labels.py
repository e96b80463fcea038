"""Fit labels against judgements: what share of the pairs with each label is useful, or solves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from matcher.evaluation.calibration import calibration_curve, calibration_error
from matcher.evaluation.collection import Collection
from matcher.evidence.fit_label import MIN_SOLVING_GRADE, MIN_USEFUL_GRADE, FitLabel
from matcher.needs.need_text import text_fault
from matcher.progress import Report, Step, silent
from matcher.search.matcher import Matcher
from matcher.types import Fit, Json, PatentId, PatentRow

LABELS: tuple[Fit, ...] = get_args(Fit)
CALIBRATION_BINS = 10
NO_NEED = FitLabel(None, None, gap="need_without_technique")
"""Label of every document of a need without a word."""


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A judged document of a need, with the label that the engine gives it."""

    query: str
    grade: int
    fit: FitLabel


@dataclass(frozen=True, slots=True)
class LabelShare:
    """Judged pairs of one label: their number, and the shares (0 to 1) by grade."""

    n: int
    useful: float | None
    """Share of grade 1 and more; None for no pair."""
    solves: float | None
    """Share of grade 2 and more; None for no pair."""


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """Shares of every label over the judged pairs of a collection."""

    labels: Mapping[Fit, LabelShare]
    unlabelled: LabelShare
    """Pairs without a label."""
    gaps: Mapping[str, int]
    """Number of pairs without a label, by reason."""
    bases: Mapping[str, int]
    """Number of pairs with a label, by the text that it rests on."""
    calibration_error: float | None
    """Expected calibration error of the probabilities behind the labels; None without a label."""


def labelled_pairs(
    matcher: Matcher,
    collection: Collection,
    rows: Mapping[PatentId, PatentRow],
    report: Report = silent,
) -> list[LabelledPair]:
    """Label every judged document of every need, also of the needs without a positive."""
    pairs: list[LabelledPair] = []
    for number, (query, grades) in enumerate(collection.qrels.items()):
        report(Step("labelling", number, len(collection.qrels)))
        need = collection.needs[query]
        judged = [rows[PatentId(identity)] for identity in grades]
        labels = [NO_NEED] * len(judged)
        if text_fault(need.full_text) is None:
            labels = matcher.fit_labels(need, judged)
        pairs += [
            LabelledPair(query, grade, label)
            for grade, label in zip(grades.values(), labels, strict=True)
        ]
    report(Step("labelling", len(collection.qrels), len(collection.qrels)))
    return pairs


def label_figures(pairs: Sequence[LabelledPair]) -> LabelFigures:
    """Compute the shares of each label, and the calibration error over all labelled pairs."""
    labelled = [pair for pair in pairs if pair.fit.label is not None]
    return LabelFigures(
        labels={
            label: _share(pair.grade for pair in labelled if pair.fit.label == label)
            for label in LABELS
        },
        unlabelled=_share(pair.grade for pair in pairs if pair.fit.label is None),
        gaps=Counter(pair.fit.gap for pair in pairs if pair.fit.gap is not None),
        bases=Counter(str(pair.fit.basis) for pair in labelled),
        calibration_error=_calibration_error(labelled),
    )


def labels_json(figures: LabelFigures) -> Json:
    """Return the figures as a JSON object; a share of no pair is null."""
    return {
        "labels": {label: _share_json(share) for label, share in figures.labels.items()},
        "unlabelled": {**_share_json(figures.unlabelled), "gaps": dict(figures.gaps)},
        "bases": dict(figures.bases),
        "calibration_error": _rounded(figures.calibration_error),
    }


def _share(grades: Iterable[int]) -> LabelShare:
    known = list(grades)
    if not known:
        return LabelShare(0, None, None)
    useful, solving = (
        sum(grade >= least for grade in known) / len(known)
        for least in (MIN_USEFUL_GRADE, MIN_SOLVING_GRADE)
    )
    return LabelShare(len(known), useful, solving)


def _calibration_error(labelled: Sequence[LabelledPair]) -> float | None:
    known = [(pair.fit.probability, pair.grade >= MIN_SOLVING_GRADE) for pair in labelled]
    if not known:
        return None
    predicted = np.array([probability for probability, _ in known], dtype=np.float64)
    solved = np.array([is_solved for _, is_solved in known], dtype=np.bool_)
    return calibration_error(calibration_curve(predicted, solved, CALIBRATION_BINS))


def _share_json(share: LabelShare) -> Json:
    return {"n": share.n, "useful": _rounded(share.useful), "solves": _rounded(share.solves)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
