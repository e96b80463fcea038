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
from matcher.language.coded import CodedText
from matcher.language.messages import _, gettext_noop
from matcher.patents.rights import effective_status, years_left
from matcher.types import Availability, AvailabilityLevel, LegalStatus, Patent

UNKNOWN = 0.4
"""Value of an unknown factor."""
_WEIGHTS = (0.35, 0.35, 0.15, 0.15)
_FULL_YEARS = 10.0
"""Years left of the term from which the factor is 1."""
_STATUS = {
    LegalStatus.IN_FORCE: (1.0, "in_force", gettext_noop("the right is in force")),
    LegalStatus.PENDING: (0.5, "pending", gettext_noop("pending, not granted yet")),
    LegalStatus.UNKNOWN: (UNKNOWN, "status_unknown", gettext_noop("legal status not known")),
    LegalStatus.LAPSED: (0.0, "lapsed", gettext_noop("lapsed")),
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
_Factor = tuple[float, CodedText] | tuple[float, CodedText, CodedText]
"""Value of a factor, from 0 to 1, and its reasons."""


def availability(patent: Patent, today: date) -> Availability:
    """Return the availability of a patent on this day, with its level and reasons."""
    factors = (_right(patent, today), _terms(patent), _readiness(patent), _time(patent, today))
    score = sum(weight * value for weight, (value, *_texts) in zip(_WEIGHTS, factors, strict=True))
    if effective_status(patent, today) is LegalStatus.LAPSED:
        score = 0.0  # no right is left to acquire
    return Availability(
        round(score, 3),
        _level(score),
        tuple(reason for _value, *reasons in factors for reason in reasons),
    )


def by_availability(
    scores: Sequence[float], availabilities: Sequence[Availability], weight: float
) -> list[int]:
    """Return the positions of n ranked patents (n,) in order of score plus availability.

    `scores` (n,) are the fused scores, the best first. At weight 1 an availability of 1 adds the
    distance between the best and the worst score; at 0 the order is unchanged. Ties keep their
    order. Raises InputError for a weight outside 0 to 1.
    """
    if not 0 <= weight <= 1:
        raise InputError(
            _("the weight of availability must be from 0 (off) to 1, not {weight:g}", weight=weight)
        )
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


def _right(patent: Patent, today: date) -> _Factor:
    value, code, text = _STATUS[effective_status(patent, today)]
    return value, CodedText(code, _(text))


def _terms(patent: Patent) -> _Factor:
    terms = patent.licence
    if terms.open_licence:
        value, code, text = 1.0, "open_licence", _("open licence declared")
    elif terms.price or terms.fee:
        value, code, text = 0.9, "price_stated", _("price or fee stated")
    elif terms.kinds or terms.conversion_modes or terms.price_mode:
        value, code, text = 0.8, "ways_stated", _("ways of licence or transfer stated")
    else:
        value, code, text = UNKNOWN, "terms_unknown", _("licence terms not known")
    if patent.pledge_count:
        pledge = _("pledges on record (the pledgee must consent)")
        return value - 0.2, CodedText(code, text), CodedText("pledge_counted", pledge)
    return value, CodedText(code, text)


def _readiness(patent: Patent) -> _Factor:
    text = (patent.readiness or "").strip()
    if not text:
        return UNKNOWN, CodedText("readiness_unknown", _("readiness not known"))
    reason = CodedText("readiness", _("readiness: {text}", text=text))
    for pattern, value in _READINESS:
        if pattern.search(text):
            return value, reason
    level = _TRL.fullmatch(text)
    return (int(level[1]) / 9 if level else UNKNOWN), reason


def _time(patent: Patent, today: date) -> _Factor:
    left = years_left(patent, today)
    if left is None:
        return UNKNOWN, CodedText("term_unknown", _("time left not known"))
    return min(1.0, left / _FULL_YEARS), CodedText(
        "years_left", _("{years:.1f} years left", years=left)
    )
