"""Reasons for firms and teams without a meeting, and the needs that no meeting is about."""

from collections.abc import Mapping, Sequence
from typing import Literal

from matcher.errors import InputError
from matcher.events.planning.assignment import Times
from matcher.events.planning.model import Hurdle, MeetingRequest
from matcher.events.planning.reasons import HURDLE, find_refusal, refusal_text
from matcher.events.record import EventNeedState
from matcher.labels import Label, Language
from matcher.reporting.event.model import ReportNeed, UnmatchedNeed
from matcher.workflows.events.event_view import EventView, Json
from matcher.workflows.events.meeting_requests import meeting_request

MAX_PAIRS = 3
"""Pairs named among the reasons of one firm, team or need."""
_REASONS: Mapping[str, Label] = {
    "no_plan": {"zh": "日程尚未安排", "en": "there is no plan yet"},
    "late": {"zh": "日程安排之后才加入", "en": "came after the plan was made"},
    "waiting": {"zh": "尚未匹配", "en": "not matched yet"},
    "empty": {"zh": "没有匹配到专利", "en": "no patent was found"},
    "weak": {"zh": "入选专利的契合度均较弱", "en": "every patent of the list is a weak fit"},
    "absent": {
        "zh": "入选专利的团队均未到会",
        "en": "no team of a patent of the list comes to the event",
    },
}
_KINDS: Mapping[str, Label] = {
    "unmatched": {"zh": "未匹配", "en": "not matched"},
    "unfit": {"zh": "无契合专利", "en": "nothing fits"},
    "absent": {"zh": "团队未到会", "en": "team does not come"},
    "unplanned": {"zh": "未安排洽谈", "en": "no meeting"},
}


class Reasons:
    """The reasons for missing meetings, by the stored plan."""

    def __init__(self, view: EventView, language: Language) -> None:
        self._language = language
        self._request = _request(view)
        self._times = _times(view)
        plan: Json = view.plan or {}
        self._left_out = {(party["kind"], party["id"]): party for party in plan.get("left_out", ())}
        self.has_plan = view.plan is not None

    def of(self, kind: Literal["firm", "team"], party_id: str) -> tuple[str, ...]:
        """Return the reasons of a party without a meeting: the last hurdle, then pair by pair."""
        if not self.has_plan:
            return (_REASONS["no_plan"][self._language],)
        left = self._left_out.get((kind, party_id))
        if left is None:
            return (_REASONS["late"][self._language],)
        hurdle = HURDLE[Hurdle(left["hurdle"])][self._language]
        pairs = [(refusal["firm"], refusal["team"]) for refusal in left["refusals"][:MAX_PAIRS]]
        return tuple(dict.fromkeys((hurdle, *(self.of_pair(*pair) for pair in pairs))))

    def of_pair(self, firm: str, team: str) -> str:
        """Return the reason for which these two do not meet, in one line."""
        request, language = self._request, self._language
        if (
            request is None
            or all(party.id != firm for party in request.firms)
            or all(party.id != team for party in request.teams)
        ):
            return _REASONS["late"][language]
        return refusal_text(request, find_refusal(request, self._times, firm, team), language)


def unmatched(
    needs: Sequence[ReportNeed], reasons: Reasons, language: Language
) -> tuple[UnmatchedNeed, ...]:
    """Return the needs that no meeting is about, in order, with reasons.

    Without a plan, these are the needs whose shortlist alone rules a meeting out.
    """
    checked = (_unmatched(need, reasons, language) for need in needs)
    return tuple(need for need in checked if need is not None)


def _unmatched(need: ReportNeed, reasons: Reasons, language: Language) -> UnmatchedNeed | None:
    def unmatched_need(kind: str, *texts: str) -> UnmatchedNeed:
        return UnmatchedNeed(need, _KINDS[kind][language], texts)

    if any(line.meeting is not None for line in need.lines):
        return None
    if not need.lines:
        key = "waiting" if need.state is EventNeedState.WAITING else "empty"
        return unmatched_need("unmatched", need.problem or _REASONS[key][language])
    teams = list(dict.fromkeys(line.team_id for line in need.lines if line.team_id))
    if need.nothing_fits:
        return unmatched_need("unfit", _REASONS["weak"][language])
    if not teams:
        return unmatched_need("absent", _REASONS["absent"][language])
    if not reasons.has_plan:
        return None
    return unmatched_need(
        "unplanned", *(reasons.of_pair(need.firm, team) for team in teams[:MAX_PAIRS])
    )


def _request(view: EventView) -> MeetingRequest | None:
    try:
        return meeting_request(view)
    except InputError:  # no slots, no tables: nobody can meet
        return None


def _times(view: EventView) -> Times:
    """Return the slot of each pair that meets; slots removed from the event are left out."""
    numbers = {slot: number for number, slot in enumerate(view.event.slots)}
    meetings = () if view.plan is None else view.plan["meetings"]
    return {
        (meeting["firm"], meeting["team"]): numbers[meeting["slot"]]
        for meeting in meetings
        if meeting["slot"] in numbers
    }
