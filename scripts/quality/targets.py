"""Quality targets of the project, checked against measured figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.quality.claims import HIT, ON_ANSWERS
from scripts.quality.cross_lingual import language_pair
from scripts.quality.figures import (
    Figure,
    best_channel,
    difference,
    find_figure,
)

DEV = "dev needs"
MIN_NDCG, MIN_SPEARMAN = 0.75, 0.53
MIN_ENGLISH_SHARE = 0.9
"""nDCG@10 of English needs as a share of that of the same needs in Chinese."""
MIN_CLAIM_HIT_RATE = 0.8


@dataclass(frozen=True, slots=True)
class Target:
    """One target, the measured value in words, and whether it is reached."""

    text: str
    measured: str
    is_reached: bool


def check_targets(figures: Sequence[Figure]) -> list[Target]:
    """Check the targets that these figures allow to check, in a fixed order."""
    targets = [
        _at_least(figures, DEV, "ndcg@10", MIN_NDCG),
        _at_least(figures, DEV, "spearman", MIN_SPEARMAN),
        _above(figures, find_figure(figures, DEV, "ndcg@10", "reference"), "plain z-sum"),
        _above(figures, best_channel(figures, DEV, "ndcg@10"), "best channel alone"),
        _english_to_chinese(figures),
        _at_least(figures, ON_ANSWERS, HIT, MIN_CLAIM_HIT_RATE),
    ]
    return [target for target in targets if target is not None]


def _at_least(figures: Sequence[Figure], on: str, metric: str, minimum: float) -> Target | None:
    found = find_figure(figures, on, metric, "engine")
    if found is None:
        return None
    text = f"{on}: {metric} of the engine at least {minimum}"
    return Target(text, f"{found.mean:.3f}", found.mean >= minimum)


def _above(figures: Sequence[Figure], other: Figure | None, name: str) -> Target | None:
    engine = find_figure(figures, DEV, "ndcg@10", "engine")
    if engine is None or other is None:
        return None
    text = f"{DEV}: engine above the {name}, interval of the difference above zero"
    interval = difference(engine, other)
    if interval is None or interval.low is None or interval.high is None:
        return Target(text, "not known", False)
    shown = f"{interval.difference:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]"
    return Target(text, shown, interval.low > 0)


def _english_to_chinese(figures: Sequence[Figure]) -> Target | None:
    english = find_figure(figures, language_pair("en", "zh"), "ndcg@10", "engine")
    chinese = find_figure(figures, language_pair("zh", "zh"), "ndcg@10", "engine")
    if english is None or chinese is None or not chinese.mean:
        return None
    share = english.mean / chinese.mean
    text = "samples: English need to Chinese patents within 10% of the same need in Chinese"
    return Target(text, f"{share:.0%} of its nDCG@10", share >= MIN_ENGLISH_SHARE)
