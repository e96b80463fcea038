"""Why firms and teams have no meeting, and needs nobody to speak about them, in words."""

from collections.abc import Mapping, Sequence
from typing import Literal

from matcher.errors import InputError
from matcher.events.planning.model import Hurdle, MeetingRequest
from matcher.events.planning.reasons import (
    hurdle_words,
    refusal_words,
    why_not,
)
from matcher.events.record import EventNeedState
from matcher.labels import Language
from matcher.reporting.event.model import ReportNeed, UnmatchedNeed
from matcher.workflows.events.board import Board, Json
from matcher.workflows.events.meeting_requests import meeting_request

SHOWN = 3
"""Pairs that are named for one firm or team."""
_WORDS: Mapping[str, Mapping[Language, str]] = {
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
_KINDS: Mapping[str, Mapping[Language, str]] = {
    "unmatched": {"zh": "未匹配", "en": "not matched"},
    "unfit": {"zh": "无契合专利", "en": "nothing fits"},
    "absent": {"zh": "团队未到会", "en": "team does not come"},
    "unplanned": {"zh": "未安排洽谈", "en": "no meeting"},
}


class Reasons:
    """What stands in the way of meetings, by the plan that there is."""

    def __init__(self, board: Board, language: Language) -> None:
        self._language = language
        self._request = _request(board)
        self._times = _times(board)
        plan: Json = board.plan or {}
        self._left_out = {(one["kind"], one["id"]): one for one in plan.get("left_out", ())}
        self.has_plan = board.plan is not None

    def of(self, kind: Literal["firm", "team"], name: str) -> tuple[str, ...]:
        """Why this firm or team meets nobody; the last hurdle first, then pair by pair."""
        if not self.has_plan:
            return (_WORDS["no_plan"][self._language],)
        left = self._left_out.get((kind, name))
        if left is None:
            return (_WORDS["late"][self._language],)
        first = hurdle_words(Hurdle(left["hurdle"]), self._language)
        pairs = [(one["firm"], one["team"]) for one in left["refusals"][:SHOWN]]
        return tuple(dict.fromkeys((first, *(self.pair(*pair) for pair in pairs if pair))))

    def pair(self, firm: str, team: str) -> str:
        """Why these two do not meet, in one line."""
        request = self._request
        known = request is not None and {one.id for one in request.firms} >= {firm}
        if request is None or not known or team not in {one.id for one in request.teams}:
            return _WORDS["late"][self._language]
        return refusal_words(request, why_not(request, self._times, firm, team), self._language)


def unmatched(
    needs: Sequence[ReportNeed], reasons: Reasons, language: Language
) -> tuple[UnmatchedNeed, ...]:
    """The needs that nobody at the event will speak about, in order, and why.

    Before there is a plan, those that cannot come to a meeting by their shortlist alone.
    """
    found = (_unmatched(need, reasons, language) for need in needs)
    return tuple(one for one in found if one is not None)


def _unmatched(need: ReportNeed, reasons: Reasons, language: Language) -> UnmatchedNeed | None:
    def told(kind: str, *words: str) -> UnmatchedNeed:
        return UnmatchedNeed(need, _KINDS[kind][language], words)

    if any(line.meeting is not None for line in need.lines):
        return None
    if not need.lines:
        key = "waiting" if need.state is EventNeedState.WAITING else "empty"
        return told("unmatched", need.problem or _WORDS[key][language])
    teams = list(dict.fromkeys(line.team_id for line in need.lines if line.team_id))
    if need.nothing_fits:
        return told("unfit", _WORDS["weak"][language])
    if not teams:
        return told("absent", _WORDS["absent"][language])
    if not reasons.has_plan:
        return None
    return told("unplanned", *(reasons.pair(need.firm, team) for team in teams[:SHOWN]))


def _request(board: Board) -> MeetingRequest | None:
    try:
        return meeting_request(board)
    except InputError:  # no slots, no tables: nobody can meet
        return None


def _times(board: Board) -> dict[tuple[str, str], int]:
    """The slot of each pair that meets; slots that the event has no more are left out."""
    numbers = {slot: number for number, slot in enumerate(board.event.slots)}
    meetings = () if board.plan is None else board.plan["meetings"]
    return {
        (one["firm"], one["team"]): numbers[one["slot"]]
        for one in meetings
        if one["slot"] in numbers
    }
