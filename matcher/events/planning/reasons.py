"""Why a firm and a team do not meet, and who was left out. Pins: matcher.events.conflicts."""

from collections import Counter
from typing import Literal

from matcher.events.planning.assignment import Times
from matcher.events.planning.candidates import (
    Resources,
    best_fits,
    free_slots,
    most_of_firm,
    most_of_team,
)
from matcher.events.planning.model import (
    Hurdle,
    LeftOut,
    MeetingRequest,
    Pair,
    Pin,
    Refusal,
)
from matcher.labels import Language

_LAST_FIRST = list(Hurdle)
_WORDS: dict[Hurdle, dict[Language, str]] = {
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


def hurdle_words(hurdle: Hurdle, language: Language = "zh") -> str:
    """The hurdle in a few words."""
    return _WORDS[hurdle][language]


def refusal_words(request: MeetingRequest, refusal: Refusal, language: Language = "zh") -> str:
    """Why a pair does not meet in one line, with the pins in the way by name."""
    firms = {firm.id: firm.name for firm in request.firms}
    teams = {team.id: team.name for team in request.teams}
    said = hurdle_words(refusal.hurdle, language)
    if refusal.reason:
        said += f"（{refusal.reason}）" if language == "zh" else f" ({refusal.reason})"
    if refusal.pins:
        pinned = [f"{firms[pin.firm]}–{teams[pin.team]}" for pin in refusal.pins]
        said += f"；其中钉住：{'、'.join(pinned)}" if language == "zh" else ""
        said += f"; pinned of these: {', '.join(pinned)}" if language == "en" else ""
    colon = "：" if language == "zh" else ": "
    return f"{firms[refusal.firm]}–{teams[refusal.team]}{colon}{said}"


def why_not(request: MeetingRequest, times: Times, firm: str, team: str) -> Refusal:
    """Why this firm and this team do not meet in the plan of these `times`.

    Tells the first hurdle that it meets with on the way from a wish to a slot.
    """
    return _Reasons(request, times).of((firm, team))


def left_out(request: MeetingRequest, times: Times) -> tuple[LeftOut, ...]:
    """Firms and teams without a meeting, and why; firms first, each in order of ids."""
    reasons = _Reasons(request, times)
    wished = sorted(best_fits(request))
    found = []
    for firm in request.firms:
        if all(pair[0] != firm.id for pair in times):
            refusals = [reasons.of(pair) for pair in wished if pair[0] == firm.id]
            found.append(_left_out("firm", firm.id, refusals))
    for team in request.teams:
        if all(pair[1] != team.id for pair in times):
            refusals = [reasons.of(pair) for pair in wished if pair[1] == team.id]
            found.append(_left_out("team", team.id, refusals))
    return tuple(found)


def _left_out(kind: Literal["firm", "team"], name: str, refusals: list[Refusal]) -> LeftOut:
    refusals.sort(key=lambda one: (_LAST_FIRST.index(one.hurdle), -(one.fit or 0.0)))
    hurdle = refusals[0].hurdle if refusals else Hurdle.NO_WISH
    return LeftOut(kind, name, hurdle, tuple(refusals))


class _Reasons:
    """What the plan leaves to each pair."""

    def __init__(self, request: MeetingRequest, times: Times) -> None:
        self._request, self._times = request, times
        self._fits = best_fits(request)
        self._excluded = {(one.firm, one.team): one.reason for one in request.exclusions}
        self._pins = {(pin.firm, pin.team): pin for pin in request.pins}
        self._firms = {firm.id: firm for firm in request.firms}
        self._teams = {team.id: team for team in request.teams}
        self._resources = Resources(request)
        self._count = Counter(one for pair in times for one in self._resources.of(*pair))

    def of(self, pair: Pair) -> Refusal:
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
        if fit < self._request.rules.line:
            return Hurdle.BELOW_LINE
        if not common:
            return Hurdle.NO_COMMON_SLOT
        if self._count["team", team.id] >= most_of_team(self._request, team):
            return Hurdle.TEAM_FULL
        if self._count["firm", firm.id] >= most_of_firm(self._request, firm):
            return Hurdle.FIRM_FULL
        if not any(self._is_free(pair, slot) for slot in common):
            return Hurdle.SLOTS_TAKEN
        return Hurdle.SEARCH_ENDED

    def _is_free(self, pair: Pair, slot: int) -> bool:
        meeting = [other for other, at in self._times.items() if at == slot]
        taken = {one for other in meeting for one in self._resources.of(*other)}
        has_table = len(meeting) < len(self._request.rules.tables)
        return has_table and not taken & self._resources.of(*pair)

    def _in_the_way(self, pair: Pair, hurdle: Hurdle) -> tuple[Pin, ...]:
        """The pinned meetings that take the place of this one."""
        if hurdle is Hurdle.FIRM_FULL:
            return tuple(pin for pin in self._planned_pins() if pin.firm == pair[0])
        if hurdle is Hurdle.TEAM_FULL:
            return tuple(pin for pin in self._planned_pins() if pin.team == pair[1])
        if hurdle is Hurdle.SLOTS_TAKEN:
            mine = self._resources.of(*pair)
            return tuple(
                pin for pin in self._planned_pins() if mine & self._resources.of(pin.firm, pin.team)
            )
        return ()

    def _planned_pins(self) -> list[Pin]:
        return [pin for pair, pin in self._pins.items() if pair in self._times]
