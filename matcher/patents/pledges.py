"""Pledge (质押) of a patent, from the programme's records or else from its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.labels import pledge_note
from matcher.language.choice import current_language
from matcher.language.coded import CodedText
from matcher.types import Patent, Pledge, PledgeState

_ENDED = ("解除", "注销", "解押", "终止")


@dataclass(frozen=True, slots=True)
class PledgeDates:
    """Dates of one recorded pledge; `released_on` is None for one that was not released."""

    registered_on: date
    released_on: date | None


def pledge_of(patent: Patent, recorded: Sequence[PledgeDates], today: date) -> Pledge | None:
    """Return the pledge in force; None without any sign of one.

    Records of the programme decide if there are any. Else the source does: its latest legal event,
    or a count of pledges, which gives only a possible pledge, since their release is unknown.
    """
    if recorded:
        starts = [dates.registered_on for dates in recorded if _is_in_force(dates, today)]
        if not starts:
            return None
        return _pledge("pledged", "recorded", f"{max(starts):%Y-%m-%d}")
    if _is_pledge_event(patent.legal_status_text or ""):
        return _pledge("pledged", "latest_event")
    if patent.pledge_count:
        return _pledge("possible", "counted", str(patent.pledge_count))
    return None


def _pledge(state: PledgeState, code: str, detail: str = "") -> Pledge:
    note = pledge_note(code, current_language(), detail)
    assert note is not None
    return Pledge(state, CodedText(code, note))


def _is_in_force(dates: PledgeDates, today: date) -> bool:
    is_released = dates.released_on is not None and dates.released_on <= today
    return dates.registered_on <= today and not is_released


def _is_pledge_event(text: str) -> bool:
    return "质押" in text and not any(ending in text for ending in _ENDED)
