"""A learned ranker for tests."""

from typing import Any

from matcher.measures import METRICS, Interval
from matcher.retrieval.learned_ranker import Ranker
from matcher.retrieval.scoring import FEATURES
from models.fake import FakeEncoder


def learned(**changes: Any) -> Ranker:
    """An active ranker of the fake model that weighs nothing, with some fields changed."""
    figures = dict.fromkeys(METRICS, 0.5)
    values: dict[str, Any] = {
        "active": True,
        "reason": "for a test",
        "created": "2026-06-01T00:00:00+00:00",
        "model": "fake",
        "fingerprint": FakeEncoder().fingerprint,
        "sources": ("sample/dev",),
        "needs": 30,
        "pairs": 60,
        "weights": dict.fromkeys(FEATURES, 0.0),
        "fixed": figures,
        "learned": figures,
        "interval": Interval(0.1, 0.05, 0.15),
    }
    return Ranker(**{**values, **changes})
