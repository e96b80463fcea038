"""Whether a patent is pledged (质押): what the programme's records say, or else its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.types import Patent, Pledge

_CONSENT = "许可、转让前请先取得质权人同意"
_ENDED = ("解除", "注销", "解押", "终止")


@dataclass(frozen=True, slots=True)
class PledgeDates:
    """One pledge on record: from when, and to when if it was released."""

    registered_on: date
    released_on: date | None


def pledge_of(patent: Patent, recorded: Sequence[PledgeDates], today: date) -> Pledge | None:
    """What is known of a pledge in force; None where nothing says that there is one.

    Where the programme has records of pledges of the patent, they decide. Else the source does:
    its latest legal event, or a count of pledges, of which nobody knows whether they are over.
    """
    if recorded:
        held = [one.registered_on for one in recorded if _is_held(one, today)]
        if not held:
            return None
        return Pledge("pledged", f"该专利自{max(held).isoformat()}起有质押登记；{_CONSENT}")
    if _is_pledge_event(patent.legal_status_text or ""):
        return Pledge("pledged", f"来源数据的最近法律事件为质押；{_CONSENT}")
    if patent.pledge_count:
        return Pledge(
            "possible",
            f"来源数据记载质押{patent.pledge_count}次，是否已解除未知；签约前请查证登记簿",
        )
    return None


def _is_held(one: PledgeDates, today: date) -> bool:
    return one.registered_on <= today and (one.released_on is None or one.released_on > today)


def _is_pledge_event(text: str) -> bool:
    return "质押" in text and not any(word in text for word in _ENDED)
