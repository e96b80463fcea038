"""Figures: the values of one run by one metric, query by query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.embedding.vector_cache import text_key
from matcher.measures import Interval, Metric, PerQuery, Ranked, measure, paired_bootstrap

Run = Literal["lexical", "dense", "reference", "engine"]
RUNS: tuple[Run, ...] = ("lexical", "dense", "reference", "engine")
CHANNELS: tuple[Run, ...] = ("lexical", "dense")
DIGITS = 4
"""Digits of a value, as in the table of record, so that equal values have no difference."""
SHORT_NAME_LENGTH = 8


@dataclass(frozen=True)
class Figure:
    """Values of one metric. Figures with equal `on`, `metric` and `run` are comparable."""

    on: str
    """Name of the test data, such as `dev needs` or `samples`."""
    metric: str
    run: Run
    values: Mapping[str, float]
    """Values by query id, at least one."""

    @property
    def mean(self) -> float:
        """Mean over the queries."""
        return float(np.mean(list(self.values.values())))


def figure(on: str, metric: str, run: Run, values: Iterable[tuple[str, float]]) -> Figure:
    """Build a figure of values by query id, rounded as the table of record keeps them."""
    return Figure(on, metric, run, {query: round(float(v), DIGITS) for query, v in values})


def short_name(text: str) -> str:
    """Return a short hash that stands in the record for a query whose text or id must not."""
    return text_key(text).hex()[:SHORT_NAME_LENGTH]


def ranking_figures(
    on: str,
    runs: Mapping[Run, Mapping[str, Ranked]],
    qrels: Mapping[str, Mapping[str, int]],
    metrics: Sequence[Metric],
) -> list[Figure]:
    """Every metric of every run over the queries with a positive; empty without such a query."""
    answerable = with_positives(qrels)
    if not answerable:
        return []
    measured: dict[Run, PerQuery] = {run: measure(found, answerable) for run, found in runs.items()}
    return [
        figure(on, metric, run, zip(answerable, values[metric].tolist(), strict=True))
        for metric in metrics
        for run, values in measured.items()
    ]


def with_positives(qrels: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    """Queries with a positive judgement; without one no ranking is better than another."""
    return {query: grades for query, grades in qrels.items() if max(grades.values(), default=0) > 0}


def difference(ours: Figure, theirs: Figure) -> Interval | None:
    """Mean of ours - theirs with its interval, over the queries of both; None without any."""
    shared = [query for query in ours.values if query in theirs.values]
    if not shared:
        return None
    return paired_bootstrap(
        np.array([ours.values[query] for query in shared]),
        np.array([theirs.values[query] for query in shared]),
    )


def find_figure(figures: Iterable[Figure], on: str, metric: str, run: Run) -> Figure | None:
    """Return the figure with this name, or None."""
    wanted = (on, metric, run)
    return next((one for one in figures if (one.on, one.metric, one.run) == wanted), None)


def best_channel(figures: Iterable[Figure], on: str, metric: str) -> Figure | None:
    """Return the better of lexical alone and dense alone; None if neither was measured."""
    channels = [
        one for one in figures if (one.on, one.metric) == (on, metric) and one.run in CHANNELS
    ]
    return max(channels, key=lambda one: one.mean, default=None)
