"""Whether the labels strong, fair and weak hold what they promise."""

from collections.abc import Mapping
from typing import get_args

from matcher.evidence.fit_label import FAIR, SOLVES, STRONG
from matcher.types import Answer, Fit
from scripts.quality.figures import Figure, figure

LABELS: tuple[Fit, ...] = get_args(Fit)
LABELLED: dict[Fit, str] = {label: f"samples, results labelled {label}" for label in LABELS}
"""What the figures of each label are measured on, the strongest first."""
PROMISED: dict[Fit, str] = {
    "strong": f"{STRONG:.0%} or more",
    "fair": f"{FAIR:.0%} to {STRONG:.0%}",
    "weak": f"under {FAIR:.0%}",
}
"""How many of the results with a label should solve the need."""
JUDGED, USEFUL, SOLVED = "judged", "of use", "solve the need"
METRICS = (JUDGED, USEFUL, SOLVED)


def label_figures(
    answers: Mapping[str, Answer], qrels: Mapping[str, Mapping[str, int]]
) -> list[Figure]:
    """Of the results that got each label: judged, of use (grade 1 or more), solving (2 or more).

    The results are those of every need, whether it has an answer or not. One that nobody judged
    counts as no answer. A label that no result got has no figure.
    """
    values: dict[tuple[Fit, str], dict[str, float]] = {}
    for query, answer in answers.items():
        grades = qrels.get(query, {})
        for match in answer.results:
            if match.fit is None:
                continue
            grade = grades.get(match.patent.id)
            found = (grade is not None, (grade or 0) >= 1, (grade or 0) >= SOLVES)
            for metric, value in zip(METRICS, found, strict=True):
                row = values.setdefault((match.fit, metric), {})
                row[f"{query} {match.patent.id}"] = float(value)
    return [
        figure(LABELLED[label], metric, "engine", values[label, metric].items())
        for label in LABELS
        for metric in METRICS
        if (label, metric) in values
    ]
