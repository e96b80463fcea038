"""Pledge (质押) of a patent, from the programme's records or else from its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.types import Patent, Pledge

_CONSENT = "许可、转让前请先取得质权人同意"
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
        return Pledge("pledged", f"该专利自{max(starts).isoformat()}起有质押登记；{_CONSENT}")
    if _is_pledge_event(patent.legal_status_text or ""):
        return Pledge("pledged", f"来源数据的最近法律事件为质押；{_CONSENT}")
    if patent.pledge_count:
        return Pledge(
            "possible",
            f"来源数据记载质押{patent.pledge_count}次，是否已解除未知；签约前请查证登记簿",
        )
    return None


def _is_in_force(dates: PledgeDates, today: date) -> bool:
    is_released = dates.released_on is not None and dates.released_on <= today
    return dates.registered_on <= today and not is_released


def _is_pledge_event(text: str) -> bool:
    return "质押" in text and not any(ending in text for ending in _ENDED)
