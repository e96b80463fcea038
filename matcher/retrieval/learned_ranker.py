"""Learned ranker: one weight per feature, with the figures measured when it was learned.

Stored as readable JSON. It ranks only while it is active, and it is active only where it beat the
fixed weights on held-out needs (see matcher.evaluation.learning).
"""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matcher.errors import ModelError
from matcher.language.messages import _
from matcher.measures import METRICS, Interval, Metric
from matcher.ports import FloatArray

FILE = "ranker.json"
"""Name of the file in the home folder."""
FORMAT = 2
_READABLE = (1, FORMAT)
_FORMER_NAMES = {
    "meaning whole": "dense whole",
    "meaning title": "dense title",
    "meaning parts": "dense parts",
    "words whole": "lexical whole",
    "words title": "lexical title",
    "words parts": "lexical parts",
    "feedback by meaning": "dense feedback",
    "feedback by words": "lexical feedback",
}
"""Features of format 1, which were not yet named by channel."""
Figures = Mapping[Metric, float]


@dataclass(frozen=True, slots=True)
class Ranker:
    """Result of `matcher learn`."""

    active: bool
    reason: str
    """One line: the reason why it is on or off."""
    created: str
    """UTC, ISO 8601 with offset."""
    model: str
    fingerprint: str
    """Fingerprint of the model whose scores it weighs."""
    sources: tuple[str, ...]
    """Judgements it was learned from."""
    needs: int
    pairs: int
    """Pairs of a better and a worse patent for the same need."""
    weights: Mapping[str, float]
    """By the name of the feature, in the order of the features."""
    fixed: Figures
    """Means over the needs with the fixed weights."""
    learned: Figures
    """Means over the needs, each ranked by weights learned without it."""
    interval: Interval
    """Of learned - fixed, nDCG@10."""


def misfit(ranker: Ranker, fingerprint: str, names: tuple[str, ...]) -> str | None:
    """Return the reason not to use a ranker with this model and these features, or None."""
    if ranker.fingerprint != fingerprint:
        return _("the learned ranker was made for another model and is not used: run matcher learn")
    if tuple(ranker.weights) != names:
        return _("the learned ranker weighs other features and is not used: run matcher learn")
    return None


def learned_scores(ranker: Ranker, names: tuple[str, ...], values: FloatArray) -> FloatArray:
    """Score each candidate (n,) from the values (n, f) of the named features.

    Raises ModelError for a ranker with other features.
    """
    if tuple(ranker.weights) != names:
        raise ModelError(_("the learned ranker weighs other features: run matcher learn"))
    scores: FloatArray = values @ np.array(list(ranker.weights.values()))
    return scores


def ranker_json(ranker: Ranker) -> dict[str, Any]:
    """Return the ranker as a JSON-ready object; bounds are null where no interval can be had."""
    return {
        "format": FORMAT,
        "active": ranker.active,
        "reason": ranker.reason,
        "created": ranker.created,
        "model": ranker.model,
        "fingerprint": ranker.fingerprint,
        "sources": list(ranker.sources),
        "needs": ranker.needs,
        "pairs": ranker.pairs,
        "features": list(ranker.weights),
        "weights": list(ranker.weights.values()),
        "figures": {
            name: {metric: round(value, 6) for metric, value in figures.items()}
            for name, figures in (("fixed", ranker.fixed), ("learned", ranker.learned))
        },
        "interval": {
            "metric": "ndcg@10",
            "difference": ranker.interval.difference,
            "low": ranker.interval.low,
            "high": ranker.interval.high,
        },
    }


def save(ranker: Ranker, file: Path) -> None:
    """Write the ranker; a reader sees the one before or this one, never half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    text = json.dumps(ranker_json(ranker), ensure_ascii=False, indent=2) + "\n"
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def load(file: Path) -> Ranker | None:
    """Read the ranker of a file; None without the file. Raises ModelError for a damaged one."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        if values["format"] not in _READABLE:
            raise ModelError(
                _(
                    "the learned ranker {file} has format {format}, this program reads {own}: "
                    "run matcher learn, or delete the file",
                    file=file,
                    format=values["format"],
                    own=FORMAT,
                )
            )
        return _ranker(values)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise ModelError(
            _(
                "the learned ranker {file} cannot be read ({name}): run matcher learn, or "
                "delete the file",
                file=file,
                name=type(problem).__name__,
            )
        ) from problem


def _ranker(values: dict[str, Any]) -> Ranker:
    weights = {
        _FORMER_NAMES.get(name, str(name)): float(weight)
        for name, weight in zip(values["features"], values["weights"], strict=True)
    }
    if not weights or not all(map(math.isfinite, weights.values())):
        raise ValueError("weights must be numbers")
    if not isinstance(values["active"], bool):
        raise TypeError("active must be true or false")
    interval = values["interval"]
    return Ranker(
        active=values["active"],
        reason=str(values["reason"]),
        created=str(values["created"]),
        model=str(values["model"]),
        fingerprint=str(values["fingerprint"]),
        sources=tuple(str(source) for source in values["sources"]),
        needs=int(values["needs"]),
        pairs=int(values["pairs"]),
        weights=weights,
        fixed=_figures(values["figures"]["fixed"]),
        learned=_figures(values["figures"]["learned"]),
        interval=Interval(float(interval["difference"]), interval["low"], interval["high"]),
    )


def _figures(values: Mapping[str, Any]) -> dict[Metric, float]:
    return {metric: float(values[metric]) for metric in METRICS}
