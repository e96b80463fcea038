"""Measures the engine and each of its channels alone on a judged collection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import InputError
from matcher.evaluation.collection import Collection, read_collection
from matcher.measures import METRICS, Interval, Metric, PerQuery, Ranked, measure, paired_bootstrap
from matcher.ports import Encoder
from matcher.progress import Report, Step, silent
from matcher.retrieval.scoring import MODES, Mode
from matcher.settings import Settings
from matcher.types import Need, Patent, PatentRow
from matcher.wiring.temporary import (
    ThrowawayEngine,
    throwaway_engine,
)

RANKED = 100
"""Documents ranked for a query where the whole collection may answer: MAP ends there too."""
COMPARED: tuple[tuple[Mode, Mode], ...] = (
    ("engine", "dense"),
    ("engine", "lexical"),
    ("dense", "lexical"),
)
DIFFERING: tuple[Metric, ...] = ("ndcg@10", "spearman")


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better `of` is than `over`, on average over the queries."""

    metric: Metric
    of: Mode
    over: Mode
    interval: Interval


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured."""

    model: str
    split: str
    judged_only: bool
    queries: int
    """Queries measured: those with a positive."""
    left_out: int
    """Judged queries without a positive, on which no ranking can be better than another."""
    runs: Mapping[Mode, Mapping[Metric, float]]
    """Means over the queries."""
    differences: tuple[Difference, ...]


def evaluate(
    folder: Path,
    split: str,
    settings: Settings,
    *,
    judged_only: bool = False,
    report: Report = silent,
    encoder: Encoder | None = None,
) -> Evaluation:
    """Rank a collection in BEIR layout with lexical alone, dense alone and the engine.

    `judged_only` ranks only the judged documents of each query (condensed lists).
    Raises InputError for a collection that cannot be read or has no positive, ModelError.
    """
    report(Step(f"reading {folder.name}", 0))
    collection = read_collection(folder, split)
    qrels = {q: grades for q, grades in collection.qrels.items() if max(grades.values()) > 0}
    if not qrels:
        raise InputError(f"no query of the split {split} has a positive: nothing can be measured")
    with throwaway_engine(collection.documents, settings, report, encoder) as engine:
        model = engine.matcher.encoder.name
        runs = _rank_all(engine, collection, list(qrels), judged_only, report)
    per_query = {mode: measure(run, qrels) for mode, run in runs.items()}
    return Evaluation(
        model=model,
        split=split,
        judged_only=judged_only,
        queries=len(qrels),
        left_out=len(collection.qrels) - len(qrels),
        runs={mode: _means(measured) for mode, measured in per_query.items()},
        differences=_differences(per_query),
    )


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as a JSON-ready object; bounds are null where there is only one query."""
    return {
        "model": evaluation.model,
        "split": evaluation.split,
        "judged_only": evaluation.judged_only,
        "queries": evaluation.queries,
        "left_out": evaluation.left_out,
        "runs": {
            mode: {metric: round(value, 6) for metric, value in means.items()}
            for mode, means in evaluation.runs.items()
        },
        "differences": [
            {
                "metric": one.metric,
                "of": one.of,
                "over": one.over,
                "difference": round(one.interval.difference, 6),
                "low": _rounded(one.interval.low),
                "high": _rounded(one.interval.high),
            }
            for one in evaluation.differences
        ],
    }


def _rank_all(
    engine: ThrowawayEngine,
    collection: Collection,
    queries: Sequence[str],
    judged_only: bool,
    report: Report,
) -> dict[Mode, dict[str, Ranked]]:
    names = {row: identity for identity, row in engine.rows.items()}
    patents: dict[str, Patent] = {patent.id: patent for patent in collection.documents}
    runs: dict[Mode, dict[str, Ranked]] = {mode: {} for mode in MODES}
    for number, query in enumerate(queries):
        report(Step("ranking", number, len(queries)))
        pool = [patents[identity] for identity in collection.qrels[query]] if judged_only else None
        for mode, ranked in _rank(engine, collection.needs[query], pool).items():
            runs[mode][query] = [(names[row], score) for row, score in ranked]
    report(Step("ranking", len(queries), len(queries)))
    return runs


def _rank(
    engine: ThrowawayEngine, need: Need, pool: Sequence[Patent] | None
) -> dict[Mode, list[tuple[PatentRow, float]]]:
    if pool is None:
        return engine.matcher.rankings(need, k=RANKED, allowed=None)
    # So deep that no claim of a pool can crowd out another document of it.
    depth = sum(1 + len(patent.claims) for patent in pool)
    return engine.matcher.rankings(need, k=depth, allowed=[engine.rows[p.id] for p in pool])


def _means(measured: PerQuery) -> dict[Metric, float]:
    return {metric: float(measured[metric].mean()) for metric in METRICS}


def _differences(per_query: Mapping[Mode, PerQuery]) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            metric, of, over, paired_bootstrap(per_query[of][metric], per_query[over][metric])
        )
        for metric in DIFFERING
        for of, over in COMPARED
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
