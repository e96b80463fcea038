"""Evaluation of the engine and of each channel alone on a test collection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matcher.errors import InputError
from matcher.evaluation.collection import Collection, Grades, read_collection
from matcher.evaluation.labels import LabelFigures, label_figures, labelled_pairs, labels_json
from matcher.language.messages import _
from matcher.measures import METRICS, Interval, Metric, PerQuery, Ranked, measure, paired_bootstrap
from matcher.ports import Encoder
from matcher.progress import Report, Step, silent
from matcher.retrieval.scoring import MODES, Mode
from matcher.settings import Settings
from matcher.types import Json, Need, Patent, PatentRow
from matcher.wiring.temporary import TemporaryEngine, temporary_engine

RUN_DEPTH = 100
"""Documents of a run for a query over the whole collection; so MAP is that of the first 100."""
COMPARED_MODES: tuple[tuple[Mode, Mode], ...] = (
    ("engine", "dense"),
    ("engine", "lexical"),
    ("dense", "lexical"),
)
COMPARED_METRICS: tuple[Metric, ...] = ("ndcg@10", "spearman")


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean difference of two runs, `of` minus `over`, with its interval."""

    metric: Metric
    of: Mode
    over: Mode
    interval: Interval


@dataclass(frozen=True, slots=True)
class Encoding:
    """Time that a model took to encode the passages of a collection, and the sentences in them."""

    passages: int
    seconds: float

    @property
    def passages_a_second(self) -> float:
        """Rate, which compares between models on one machine: they read the same passages."""
        return self.passages / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of the three runs on one split of a collection."""

    model: str
    dimension: int
    """Length of a vector."""
    encoding: Encoding = field(compare=False)
    split: str
    judged_only: bool
    queries: int
    """Number of measured queries: those with a positive."""
    left_out: int
    """Number of judged queries without a positive, on which all rankings are equal."""
    runs: Mapping[Mode, Mapping[Metric, float]]
    """Means over the queries."""
    differences: tuple[Difference, ...]
    labels: LabelFigures | None = None
    """Fit labels against the judgements, if they were asked for."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Options of a measurement."""

    split: str
    judged_only: bool
    labels: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """An evaluation, and the figures of its queries."""

    evaluation: Evaluation
    per_query: Mapping[Mode, PerQuery]


def evaluate(
    folder: Path,
    split: str,
    settings: Settings,
    *,
    judged_only: bool = False,
    labels: bool = False,
    report: Report = silent,
    encoder: Encoder | None = None,
) -> Evaluation:
    """Measure the lexical run, the dense run and the engine's run on a collection in BEIR layout.

    `judged_only` ranks only the judged documents of each query (condensed lists). With `labels`
    every judged document of every query is labelled, too. Raises InputError for a collection that
    cannot be read or has no positive, ModelError.

    >>> samples = Path(__file__).parents[1] / "samples"
    >>> measured = evaluate(samples, "dev", Settings(model="fake"))
    >>> measured.queries, sorted(measured.runs)
    (28, ['dense', 'engine', 'lexical'])
    """
    asked = Measurement(split, judged_only=judged_only, labels=labels)
    collection = read_judged(folder, split, report)
    return measure_model(collection, asked, settings, report, encoder).evaluation


def evaluation_json(evaluation: Evaluation) -> Json:
    """Return an evaluation as a JSON object; bounds are null for a single query."""
    return {
        "model": evaluation.model,
        "dimension": evaluation.dimension,
        "encoding": {
            "passages": evaluation.encoding.passages,
            "seconds": round(evaluation.encoding.seconds, 3),
            "passages_a_second": round(evaluation.encoding.passages_a_second, 3),
        },
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
                "metric": difference.metric,
                "of": difference.of,
                "over": difference.over,
                **interval_json(difference.interval),
            }
            for difference in evaluation.differences
        ],
        **({} if evaluation.labels is None else labels_json(evaluation.labels)),
    }


def read_judged(folder: Path, split: str, report: Report) -> Collection:
    """Read a collection. Raises InputError for one without a positive, too."""
    report(Step(_("reading {file}", file=folder.name), 0))
    collection = read_collection(folder, split)
    if not _with_positive(collection):
        raise InputError(
            _("no query of the split {split} has a positive: nothing can be measured", split=split)
        )
    return collection


def _with_positive(collection: Collection) -> dict[str, Grades]:
    """Judgements of the queries that have a positive."""
    return {q: grades for q, grades in collection.qrels.items() if max(grades.values()) > 0}


def measure_model(
    collection: Collection,
    asked: Measurement,
    settings: Settings,
    report: Report,
    encoder: Encoder | None = None,
) -> Measured:
    """Measure the engine with the model of the settings, or with `encoder`. Raises ModelError."""
    qrels = _with_positive(collection)
    with temporary_engine(collection.documents, settings, report, encoder) as engine:
        used = engine.matcher.encoder
        runs = _rank_all(engine, collection, list(qrels), asked.judged_only, report)
        pairs = (
            labelled_pairs(engine.matcher, collection, engine.rows, report)
            if asked.labels
            else None
        )
    per_query = {mode: measure(run, qrels) for mode, run in runs.items()}
    evaluation = Evaluation(
        model=used.name,
        dimension=used.dimension,
        encoding=Encoding(engine.passages, engine.encoding_seconds),
        split=asked.split,
        judged_only=asked.judged_only,
        queries=len(qrels),
        left_out=len(collection.qrels) - len(qrels),
        runs={mode: _means(values) for mode, values in per_query.items()},
        differences=_differences(per_query),
        labels=None if pairs is None else label_figures(pairs),
    )
    return Measured(evaluation, per_query)


def _rank_all(
    engine: TemporaryEngine,
    collection: Collection,
    queries: Sequence[str],
    judged_only: bool,
    report: Report,
) -> dict[Mode, dict[str, Ranked]]:
    """Run of each mode over the queries; `judged_only` ranks the judged documents of each."""
    names = {row: identity for identity, row in engine.rows.items()}
    patents: dict[str, Patent] = {patent.id: patent for patent in collection.documents}
    runs: dict[Mode, dict[str, Ranked]] = {mode: {} for mode in MODES}
    for number, query in enumerate(queries):
        report(Step(_("ranking"), number, len(queries)))
        pool = [patents[identity] for identity in collection.qrels[query]] if judged_only else None
        for mode, ranked in _rank(engine, collection.needs[query], pool).items():
            runs[mode][query] = [(names[row], score) for row, score in ranked]
    report(Step(_("ranking"), len(queries), len(queries)))
    return runs


def _rank(
    engine: TemporaryEngine, need: Need, pool: Sequence[Patent] | None
) -> dict[Mode, list[tuple[PatentRow, float]]]:
    """Rank the patents of a pool for a need, or the whole collection, in each mode."""
    if pool is None:
        return engine.matcher.rankings(need, k=RUN_DEPTH, allowed=None)
    # Deep enough that the claims of one document cannot crowd out another.
    depth = sum(1 + len(patent.claims) for patent in pool)
    return engine.matcher.rankings(need, k=depth, allowed=[engine.rows[p.id] for p in pool])


def _means(per_query: PerQuery) -> dict[Metric, float]:
    return {metric: float(per_query[metric].mean()) for metric in METRICS}


def _differences(per_query: Mapping[Mode, PerQuery]) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            metric, of, over, paired_bootstrap(per_query[of][metric], per_query[over][metric])
        )
        for metric in COMPARED_METRICS
        for of, over in COMPARED_MODES
    )


def interval_json(interval: Interval) -> Json:
    """Return a mean difference and its bounds as fields of a JSON object."""
    return {
        "difference": round(interval.difference, 6),
        "low": _rounded(interval.low),
        "high": _rounded(interval.high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
