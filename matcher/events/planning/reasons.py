"""Reasons for which pairs do not meet, and the parties without a meeting.

Pins that contradict each other: matcher.events.planning.conflicts.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from matcher.events.planning.assignment import Times
from matcher.events.planning.candidates import (
    Resources,
    best_fits,
    free_slots,
    max_meetings_of_firm,
    max_meetings_of_team,
)
from matcher.events.planning.model import (
    Hurdle,
    LeftOut,
    MeetingRequest,
    Pair,
    Pin,
    Refusal,
)
from matcher.labels import COLON, Label, Language

_LAST_FIRST = list(Hurdle)
HURDLE: Mapping[Hurdle, Label] = {
    Hurdle.SEARCH_ENDED: {
        "zh": "未及安排（计算提前结束）",
        "en": "not looked into: the search ended early",
    },
    Hurdle.SLOTS_TAKEN: {
        "zh": "共同的空闲时段已被占用",
        "en": "the slots that both have free are taken",
    },
    Hurdle.FIRM_FULL: {"zh": "企业的洽谈场次已满", "en": "the firm has all its meetings"},
    Hurdle.TEAM_FULL: {"zh": "团队的洽谈场次已满", "en": "the team has all its meetings"},
    Hurdle.NO_COMMON_SLOT: {"zh": "双方没有共同的空闲时段", "en": "no common free slot"},
    Hurdle.EXCLUDED: {"zh": "已被工作人员排除", "en": "excluded by the staff"},
    Hurdle.BELOW_LINE: {"zh": "契合度不足", "en": "no fit above the line"},
    Hurdle.NO_WISH: {"zh": "没有匹配的参会方", "en": "nobody who comes matched"},
}


def refusal_text(request: MeetingRequest, refusal: Refusal, language: Language = "zh") -> str:
    """Return a refusal in one line, with the pins in the way by the names of their parties."""
    firms = {firm.id: firm.name for firm in request.firms}
    teams = {team.id: team.name for team in request.teams}
    text = HURDLE[refusal.hurdle][language]
    if refusal.reason:
        text += f"（{refusal.reason}）" if language == "zh" else f" ({refusal.reason})"
    if refusal.pins:
        pinned = [f"{firms[pin.firm]}–{teams[pin.team]}" for pin in refusal.pins]
        text += f"；其中手工安排：{'、'.join(pinned)}" if language == "zh" else ""
        text += f"; pinned of these: {', '.join(pinned)}" if language == "en" else ""
    return f"{firms[refusal.firm]}–{teams[refusal.team]}{COLON[language]}{text}"


def find_refusal(request: MeetingRequest, times: Times, firm: str, team: str) -> Refusal:
    """Return the refusal of a pair that does not meet in the plan of these `times`.

    Its hurdle is the first check that the pair fails on the way from a wish to a slot.
    """
    return _Reasons(request, times).of((firm, team))


def left_out(request: MeetingRequest, times: Times) -> tuple[LeftOut, ...]:
    """Return the parties without a meeting, with reasons; firms first, each in order of ids."""
    reasons = _Reasons(request, times)
    wished = sorted(best_fits(request))
    parties = []
    for firm in request.firms:
        if all(pair[0] != firm.id for pair in times):
            refusals = [reasons.of(pair) for pair in wished if pair[0] == firm.id]
            parties.append(_left_out("firm", firm.id, refusals))
    for team in request.teams:
        if all(pair[1] != team.id for pair in times):
            refusals = [reasons.of(pair) for pair in wished if pair[1] == team.id]
            parties.append(_left_out("team", team.id, refusals))
    return tuple(parties)


def _left_out(kind: Literal["firm", "team"], party_id: str, refusals: list[Refusal]) -> LeftOut:
    refusals.sort(key=lambda refusal: (_LAST_FIRST.index(refusal.hurdle), -(refusal.fit or 0.0)))
    hurdle = refusals[0].hurdle if refusals else Hurdle.NO_WISH
    return LeftOut(kind, party_id, hurdle, tuple(refusals))


class _Reasons:
    """The refusals of one plan."""

    def __init__(self, request: MeetingRequest, times: Times) -> None:
        self._request, self._times = request, times
        self._fits = best_fits(request)
        self._excluded = {(out.firm, out.team): out.reason for out in request.exclusions}
        self._pins = {(pin.firm, pin.team): pin for pin in request.pins}
        self._firms = {firm.id: firm for firm in request.firms}
        self._teams = {team.id: team for team in request.teams}
        self._resources = Resources(request)
        self._count = Counter(used for pair in times for used in self._resources.of(*pair))

    def of(self, pair: Pair) -> Refusal:
        """Return the refusal of this pair."""
        fit = self._fits.get(pair)
        hurdle = self._hurdle(pair, fit)
        in_the_way = self._in_the_way(pair, hurdle)
        return Refusal(*pair, hurdle, fit, self._excluded.get(pair), in_the_way)

    def _hurdle(self, pair: Pair, fit: float | None) -> Hurdle:
        firm, team = self._firms[pair[0]], self._teams[pair[1]]
        common = free_slots(self._request, firm) & free_slots(self._request, team)
        if pair in self._excluded:
            return Hurdle.EXCLUDED
        if fit is None:
            return Hurdle.NO_WISH
        if fit < self._request.rules.min_fit:
            return Hurdle.BELOW_LINE
        if not common:
            return Hurdle.NO_COMMON_SLOT
        if self._count["team", team.id] >= max_meetings_of_team(self._request, team):
            return Hurdle.TEAM_FULL
        if self._count["firm", firm.id] >= max_meetings_of_firm(self._request, firm):
            return Hurdle.FIRM_FULL
        if not any(self._is_free(pair, slot) for slot in common):
            return Hurdle.SLOTS_TAKEN
        return Hurdle.SEARCH_ENDED

    def _is_free(self, pair: Pair, slot: int) -> bool:
        meeting = [other for other, at in self._times.items() if at == slot]
        taken = {used for other in meeting for used in self._resources.of(*other)}
        has_table = len(meeting) < len(self._request.rules.tables)
        return has_table and not taken & self._resources.of(*pair)

    def _in_the_way(self, pair: Pair, hurdle: Hurdle) -> tuple[Pin, ...]:
        """Return the pinned meetings that take the room of this one."""
        if hurdle is Hurdle.FIRM_FULL:
            return tuple(pin for pin in self._planned_pins() if pin.firm == pair[0])
        if hurdle is Hurdle.TEAM_FULL:
            return tuple(pin for pin in self._planned_pins() if pin.team == pair[1])
        if hurdle is Hurdle.SLOTS_TAKEN:
            own = self._resources.of(*pair)
            return tuple(
                pin for pin in self._planned_pins() if own & self._resources.of(pin.firm, pin.team)
            )
        return ()

    def _planned_pins(self) -> list[Pin]:
        return [pin for pair, pin in self._pins.items() if pair in self._times]
