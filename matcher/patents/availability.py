"""Availability score: ease of taking a patent into use, apart from its relevance, with reasons.

It weighs four factors, each from 0 to 1: legal status, licence terms on offer, technology
readiness, years left of the term. An unknown factor gets the middle value `UNKNOWN` and is named
unknown in the reasons. The weights are set by judgement; there are no data to learn them from.
"""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from matcher.errors import InputError
from matcher.patents.rights import effective_status, years_left
from matcher.types import Availability, AvailabilityLevel, LegalStatus, Patent

UNKNOWN = 0.4
"""Value of an unknown factor."""
_WEIGHTS = (0.35, 0.35, 0.15, 0.15)
_FULL_YEARS = 10.0
"""Years left of the term from which the factor is 1."""
_STATUS = {
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
"""Technology readiness levels 1 to 9 (GB/T 22900)."""


def availability(patent: Patent, today: date) -> Availability:
    """Return the availability of a patent on this day, with its level and reasons."""
    factors = (_right(patent, today), _terms(patent), _readiness(patent), _time(patent, today))
    score = sum(weight * value for weight, (value, _) in zip(_WEIGHTS, factors, strict=True))
    if effective_status(patent, today) is LegalStatus.LAPSED:
        score = 0.0  # no right is left to acquire
    return Availability(round(score, 3), _level(score), tuple(reason for _, reason in factors))


def by_availability(
    scores: Sequence[float], availabilities: Sequence[Availability], weight: float
) -> list[int]:
    """Return the positions of n ranked patents (n,) in order of score plus availability.

    `scores` (n,) are the fused scores, the best first. At weight 1 an availability of 1 adds the
    distance between the best and the worst score; at 0 the order is unchanged. Ties keep their
    order. Raises InputError for a weight outside 0 to 1.
    """
    if not 0 <= weight <= 1:
        raise InputError(f"the weight of availability must be from 0 (off) to 1, not {weight:g}")
    values = np.asarray(scores, dtype=np.float64)
    if weight == 0 or values.size == 0:
        return list(range(values.size))
    spread = float(values.max() - values.min()) or 1.0
    bonus = weight * spread * np.array([availability.score for availability in availabilities])
    return [int(position) for position in np.argsort(-(values + bonus), kind="stable")]


def _level(score: float) -> AvailabilityLevel:
    if score >= 0.7:
        return "high"
    return "medium" if score >= 0.45 else "low"


def _right(patent: Patent, today: date) -> tuple[float, str]:
    return _STATUS[effective_status(patent, today)]


def _terms(patent: Patent) -> tuple[float, str]:
    terms = patent.licence
    if terms.open_licence:
        value, reason = 1.0, "已声明开放许可"
    elif terms.price or terms.fee:
        value, reason = 0.9, "已公布价格或费用"
    elif terms.kinds or terms.conversion_modes or terms.price_mode:
        value, reason = 0.8, "已说明许可或转让方式"
    else:
        value, reason = UNKNOWN, "许可条件未知"
    if patent.pledge_count:
        return value - 0.2, f"{reason}, 有质押记录 (须质权人同意)"
    return value, reason


def _readiness(patent: Patent) -> tuple[float, str]:
    text = (patent.readiness or "").strip()
    if not text:
        return UNKNOWN, "成熟度未知"
    for pattern, value in _READINESS:
        if pattern.search(text):
            return value, f"成熟度: {text}"
    level = _TRL.fullmatch(text)
    return (int(level[1]) / 9 if level else UNKNOWN), f"成熟度: {text}"


def _time(patent: Patent, today: date) -> tuple[float, str]:
    left = years_left(patent, today)
    if left is None:
        return UNKNOWN, "剩余期限未知"
    return min(1.0, left / _FULL_YEARS), f"剩余 {left:.1f} 年"
