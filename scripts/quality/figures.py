"""A figure: what one run reached by one metric, query by query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.embedding.vector_cache import key_of
from matcher.measures import Interval, Metric, PerQuery, Ranked, measure, paired_bootstrap

Run = Literal["lexical", "dense", "reference", "engine"]
RUNS: tuple[Run, ...] = ("lexical", "dense", "reference", "engine")
CHANNELS: tuple[Run, ...] = ("lexical", "dense")
DIGITS = 4
"""A value is kept as the table of record keeps it, so that the same value has no difference."""


@dataclass(frozen=True)
class Figure:
    """The values of one metric; equal `on`, `metric` and `run` make two figures comparable."""

    on: str
    """What was measured, in words: `dev needs`, `samples`."""
    metric: str
    run: Run
    values: Mapping[str, float]
    """By query id, at least one."""

    @property
    def mean(self) -> float:
        """The figure itself."""
        return float(np.mean(list(self.values.values())))


def figure(on: str, metric: str, run: Run, values: Iterable[tuple[str, float]]) -> Figure:
    """A figure of the values by query id, rounded as the table of record keeps them."""
    return Figure(on, metric, run, {query: round(float(v), DIGITS) for query, v in values})


def short_name(text: str) -> str:
    """A query's id in the record, where the query or its own id has no place there."""
    return key_of(text).hex()[:8]


def ranking_figures(
    on: str,
    runs: Mapping[Run, Mapping[str, Ranked]],
    qrels: Mapping[str, Mapping[str, int]],
    metrics: Sequence[Metric],
) -> list[Figure]:
    """Every metric of every run over the queries of `qrels` that have a positive; maybe none."""
    answerable = with_a_positive(qrels)
    if not answerable:
        return []
    measured: dict[Run, PerQuery] = {run: measure(found, answerable) for run, found in runs.items()}
    return [
        figure(on, metric, run, zip(answerable, values[metric].tolist(), strict=True))
        for metric in metrics
        for run, values in measured.items()
    ]


def with_a_positive(qrels: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    """The queries on which one ranking can be better than another."""
    return {query: grades for query, grades in qrels.items() if max(grades.values(), default=0) > 0}


def difference(ours: Figure, theirs: Figure) -> Interval | None:
    """The mean of ours - theirs with its interval over the queries of both; None without any."""
    shared = [query for query in ours.values if query in theirs.values]
    if not shared:
        return None
    return paired_bootstrap(
        np.array([ours.values[query] for query in shared]),
        np.array([theirs.values[query] for query in shared]),
    )


def find(figures: Iterable[Figure], on: str, metric: str, run: Run) -> Figure | None:
    """The one figure of this name, or None."""
    wanted = (on, metric, run)
    return next((one for one in figures if (one.on, one.metric, one.run) == wanted), None)


def best_channel(figures: Iterable[Figure], on: str, metric: str) -> Figure | None:
    """The better of lexical alone and dense alone, or None where neither was measured."""
    found = [one for one in figures if (one.on, one.metric) == (on, metric) and one.run in CHANNELS]
    return max(found, key=lambda one: one.mean, default=None)
