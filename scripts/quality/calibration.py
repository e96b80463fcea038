"""Fit labels of the results: promised against observed shares."""

from collections.abc import Mapping
from typing import get_args

from matcher.evidence.fit_label import MIN_SOLVING_GRADE, STRONG_THRESHOLD
from matcher.types import Answer, Fit
from scripts.quality.figures import Figure, figure

LABELS: tuple[Fit, ...] = get_args(Fit)
LABELLED: dict[Fit, str] = {label: f"samples, results labelled {label}" for label in LABELS}
"""Names of the figures of each label in the table of record, the strongest label first."""
FAIR_PROMISE = 0.15
"""Share of fair results that should solve the need, at least; below it a result is weak."""
PROMISED: dict[Fit, str] = {
    "strong": f"{STRONG_THRESHOLD['claims']:.0%} or more",
    "fair": f"{FAIR_PROMISE:.0%} to {STRONG_THRESHOLD['claims']:.0%}",
    "weak": f"under {FAIR_PROMISE:.0%}",
}
"""Share of the results with a label that should solve the need."""
JUDGED, USEFUL, SOLVED = "judged", "of use", "solve the need"
METRICS = (JUDGED, USEFUL, SOLVED)


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
