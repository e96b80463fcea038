"""Comparison of models on the same judged needs."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.evaluation.evaluate import (
    COMPARED_METRICS,
    Evaluation,
    Measured,
    Measurement,
    evaluation_json,
    interval_json,
    measure_model,
    read_judged,
)
from matcher.language.messages import _
from matcher.measures import Interval, Metric, paired_bootstrap
from matcher.progress import Report, Step, silent
from matcher.retrieval.scoring import Mode
from matcher.settings import Settings
from matcher.types import Json
from matcher.wiring.open import load_encoder

MODEL_RUNS: tuple[Mode, ...] = ("engine", "dense")
"""Runs in which models differ."""


@dataclass(frozen=True, slots=True)
class ModelDifference:
    """Mean difference of two models in one run, `of` minus `over`, with its interval."""

    metric: Metric
    run: Mode
    of: str
    over: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """Evaluations of several models on the same queries."""

    evaluations: tuple[Evaluation, ...]
    differences: tuple[ModelDifference, ...]
    """Differences of each model from the first."""


def evaluate_models(
    folder: Path,
    split: str,
    settings: Settings,
    models: Sequence[str],
    *,
    judged_only: bool = False,
    labels: bool = False,
    report: Report = silent,
) -> ModelComparison:
    """Measure the engine with each model (as MATCHER_MODEL takes it), all else as the settings say.

    Each is loaded before the first is measured, so that a wrong name is told at once. Raises as
    `evaluate` does.
    """
    asked = Measurement(split, judged_only=judged_only, labels=labels)
    collection = read_judged(folder, split, report)
    each = [settings.model_copy(update={"model": name}) for name in dict.fromkeys(models)]
    if len(each) > 1:
        _check_models(each, report)
    measured = [measure_model(collection, asked, own, report) for own in each]
    return ModelComparison(
        tuple(own.evaluation for own in measured), _model_differences(measured[0], measured[1:])
    )


def comparison_json(comparison: ModelComparison) -> Json:
    """Return a comparison as a JSON object: an evaluation for each model, and the differences."""
    return {
        "models": [evaluation_json(evaluation) for evaluation in comparison.evaluations],
        "model_differences": [
            {
                "metric": difference.metric,
                "run": difference.run,
                "of": difference.of,
                "over": difference.over,
                **interval_json(difference.interval),
            }
            for difference in comparison.differences
        ],
    }


def _check_models(each: Sequence[Settings], report: Report) -> None:
    """Load each model and let it go. Raises ModelError."""
    with tempfile.TemporaryDirectory(prefix="matcher-") as home:
        for own in each:
            report(Step(_("loading the model"), 0))
            load_encoder(own.model_copy(update={"home": Path(home)}))


def _model_differences(first: Measured, others: Sequence[Measured]) -> tuple[ModelDifference, ...]:
    return tuple(
        ModelDifference(
            metric,
            run,
            other.evaluation.model,
            first.evaluation.model,
            paired_bootstrap(other.per_query[run][metric], first.per_query[run][metric]),
        )
        for other in others
        for run in MODEL_RUNS
        for metric in COMPARED_METRICS
    )
