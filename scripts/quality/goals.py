"""What the project set itself to reach, and whether it has."""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.quality.claims import HIT, ON_ANSWERS
from scripts.quality.cross_lingual import crossing
from scripts.quality.figures import (
    Figure,
    best_channel,
    difference,
    find,
)

DEV = "dev needs"
NDCG, SPEARMAN = 0.75, 0.53
SHARE_OF_CHINESE = 0.9
EVIDENCE = 0.8


@dataclass(frozen=True, slots=True)
class Goal:
    """One of them, with what was measured."""

    text: str
    found: str
    reached: bool


def goals(figures: Sequence[Figure]) -> list[Goal]:
    """The goals that these figures can tell about, in the order of the issue."""
    listed = [
        _at_least(figures, DEV, "ndcg@10", NDCG),
        _at_least(figures, DEV, "spearman", SPEARMAN),
        _above(figures, find(figures, DEV, "ndcg@10", "reference"), "plain z-sum"),
        _above(figures, best_channel(figures, DEV, "ndcg@10"), "best channel alone"),
        _english_to_chinese(figures),
        _at_least(figures, ON_ANSWERS, HIT, EVIDENCE),
    ]
    return [goal for goal in listed if goal is not None]


def _at_least(figures: Sequence[Figure], on: str, metric: str, wanted: float) -> Goal | None:
    found = find(figures, on, metric, "engine")
    if found is None:
        return None
    text = f"{on}: {metric} of the engine at least {wanted}"
    return Goal(text, f"{found.mean:.3f}", found.mean >= wanted)


def _above(figures: Sequence[Figure], other: Figure | None, name: str) -> Goal | None:
    engine = find(figures, DEV, "ndcg@10", "engine")
    if engine is None or other is None:
        return None
    text = f"{DEV}: engine above the {name}, interval of the difference above zero"
    interval = difference(engine, other)
    if interval is None or interval.low is None or interval.high is None:
        return Goal(text, "not known", False)
    shown = f"{interval.difference:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]"
    return Goal(text, shown, interval.low > 0)


def _english_to_chinese(figures: Sequence[Figure]) -> Goal | None:
    english = find(figures, crossing("en", "zh"), "ndcg@10", "engine")
    chinese = find(figures, crossing("zh", "zh"), "ndcg@10", "engine")
    if english is None or chinese is None or not chinese.mean:
        return None
    share = english.mean / chinese.mean
    text = "samples: English need to Chinese patents within 10% of the same need in Chinese"
    return Goal(text, f"{share:.0%} of its nDCG@10", share >= SHARE_OF_CHINESE)
