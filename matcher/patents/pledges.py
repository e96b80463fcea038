"""Pledge (质押) of a patent, from the programme's records or else from its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.language.coded import CodedText
from matcher.language.messages import _, ngettext
from matcher.types import Patent, Pledge

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
        text = _(
            "pledged since {day}; get the pledgee's consent before a licence or transfer",
            day=max(starts),
        )
        return Pledge("pledged", CodedText("recorded", text))
    if _is_pledge_event(patent.legal_status_text or ""):
        text = _(
            "its latest legal event is a pledge; get the pledgee's consent before a licence or "
            "transfer"
        )
        return Pledge("pledged", CodedText("latest_event", text))
    if patent.pledge_count:
        text = ngettext(
            "the source counts {n} pledge and does not say whether it is over; look into the "
            "register before you sign",
            "the source counts {n} pledges and does not say whether they are over; look into the "
            "register before you sign",
            patent.pledge_count,
        )
        return Pledge("possible", CodedText("counted", text))
    return None


def _is_in_force(dates: PledgeDates, today: date) -> bool:
    is_released = dates.released_on is not None and dates.released_on <= today
    return dates.registered_on <= today and not is_released


def _is_pledge_event(text: str) -> bool:
    return "质押" in text and not any(ending in text for ending in _ENDED)
