"""How readily a patent can be put to use: apart from how well it fits, and seen with its reasons.

Four things count, each from 0 to 1: the right itself, the terms on offer, how far the technology
is, how long the right still runs. What is not known counts in the middle and is said to be
unknown. The shares are our judgement, not learned: nothing we can measure tells them.
"""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from matcher.errors import InputError
from matcher.patents.rights import effective_status, years_left
from matcher.types import Availability, AvailabilityLevel, LegalStatus, Patent

POOL = 30
"""Results among which availability may change the order; three times as many as asked for."""
UNKNOWN = 0.4
_SHARES = (0.35, 0.35, 0.15, 0.15)
_LONG = 10.0
"""Years of the term from which a longer one makes no difference."""
_RIGHT = {
    LegalStatus.IN_FORCE: (1.0, "有权"),
    LegalStatus.PENDING: (0.5, "审中, 尚未授权"),
    LegalStatus.UNKNOWN: (UNKNOWN, "法律状态未知"),
    LegalStatus.LAPSED: (0.0, "已失效"),
}
_READINESS = (
    (re.compile(r"量产|产业化|批量|已应用|mass.?produc", re.I), 1.0),
    (re.compile(r"中试|pilot", re.I), 0.8),
    (re.compile(r"小试|bench|lab", re.I), 0.6),
    (re.compile(r"样品|样机|原型|prototype|sample", re.I), 0.5),
    (re.compile(r"研发|在研|development", re.I), 0.2),
)
_TRL = re.compile(r"(?:trl|等级|级别|level)?\s*([1-9])\s*级?", re.I)
"""Levels 1 to 9 of GB/T 22900."""


def availability(patent: Patent, today: date) -> Availability:
    """How readily the patent can be had and used on this day, and why."""
    parts = (_right(patent, today), _terms(patent), _readiness(patent), _time(patent, today))
    score = sum(share * value for share, (value, _) in zip(_SHARES, parts, strict=True))
    if effective_status(patent, today) is LegalStatus.LAPSED:
        score = 0.0  # there is no right left that could be had
    return Availability(round(score, 3), _level(score), tuple(words for _, words in parts))


def by_availability(
    scores: Sequence[float], availabilities: Sequence[Availability], weight: float
) -> list[int]:
    """The positions of n ranked patents (n,) in their new order.

    `scores` (n,) are the fused ones, the best first. At a weight of 1 the whole way from 0 to 1
    of availability is worth as much as the distance between the best and the worst score; at 0
    nothing changes. Raises InputError for a weight outside 0 to 1.
    """
    if not 0 <= weight <= 1:
        raise InputError(f"the weight of availability must be from 0 (off) to 1, not {weight:g}")
    values = np.asarray(scores, dtype=np.float64)
    if weight == 0 or values.size == 0:
        return list(range(values.size))
    spread = float(values.max() - values.min()) or 1.0
    worth = values + weight * spread * np.array([one.score for one in availabilities])
    return [int(place) for place in np.argsort(-worth, kind="stable")]


def _level(score: float) -> AvailabilityLevel:
    if score >= 0.7:
        return "high"
    return "medium" if score >= 0.45 else "low"


def _right(patent: Patent, today: date) -> tuple[float, str]:
    return _RIGHT[effective_status(patent, today)]


def _terms(patent: Patent) -> tuple[float, str]:
    terms = patent.licence
    if terms.open_licence:
        value, words = 1.0, "已声明开放许可"
    elif terms.price or terms.fee:
        value, words = 0.9, "已公布价格或费用"
    elif terms.kinds or terms.conversion_modes or terms.price_mode:
        value, words = 0.8, "已说明许可或转让方式"
    else:
        value, words = UNKNOWN, "许可条件未知"
    if patent.pledge_count:
        return value - 0.2, f"{words}, 有质押记录 (须质权人同意)"
    return value, words


def _readiness(patent: Patent) -> tuple[float, str]:
    words = (patent.readiness or "").strip()
    if not words:
        return UNKNOWN, "成熟度未知"
    for pattern, value in _READINESS:
        if pattern.search(words):
            return value, f"成熟度: {words}"
    level = _TRL.fullmatch(words)
    return (int(level[1]) / 9 if level else UNKNOWN), f"成熟度: {words}"


def _time(patent: Patent, today: date) -> tuple[float, str]:
    left = years_left(patent, today)
    if left is None:
        return UNKNOWN, "剩余期限未知"
    return min(1.0, left / _LONG), f"剩余 {left:.1f} 年"
