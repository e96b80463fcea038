"""The check of a single meeting against an event: what is in its way, in words.

A meeting placed by hand is checked before it is made; the meetings of a plan are checked when the
event has changed since.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matcher.events.planning.candidates import (
    Resource,
    Resources,
    best_fits,
    free_slots,
    max_meetings_of_firm,
    max_meetings_of_team,
)
from matcher.events.planning.model import MeetingRequest, Pair
from matcher.labels import LIST_COMMA, Label, Language


class Obstacle(StrEnum):
    """The reasons for which a meeting cannot be held."""

    NO_FIRM = "no_firm"
    NO_TEAM = "no_team"
    NO_SLOT = "no_slot"
    NO_TABLE = "no_table"
    FIRM_BUSY = "firm_busy"
    TEAM_BUSY = "team_busy"
    PERSON_BUSY = "person_busy"
    TABLE_TAKEN = "table_taken"
    FIRM_ABSENT = "firm_absent"
    TEAM_ABSENT = "team_absent"
    FIRM_FULL = "firm_full"
    TEAM_FULL = "team_full"
    NOT_MATCHED = "not_matched"
    BELOW_LINE = "below_line"
    CANCELLED = "cancelled"


FORCEABLE = frozenset(
    {Obstacle.FIRM_ABSENT, Obstacle.TEAM_ABSENT, Obstacle.FIRM_FULL, Obstacle.TEAM_FULL}
)
"""Obstacles that the staff can set aside: what people said, and the event's own limits."""
UNFIT = frozenset({Obstacle.NOT_MATCHED, Obstacle.BELOW_LINE, Obstacle.CANCELLED})
"""Obstacles that do not bind a meeting that somebody wants."""
OBSTACLE: Mapping[Obstacle, Label] = {
    Obstacle.NO_FIRM: {
        "zh": "{firm}已不在活动中",
        "en": "{firm} is not at the event",
    },
    Obstacle.NO_TEAM: {"zh": "{team}不到会", "en": "{team} does not come"},
    Obstacle.NO_SLOT: {"zh": "活动没有 {slot} 时段", "en": "the event has no slot {slot}"},
    Obstacle.NO_TABLE: {"zh": "活动没有 {table} 号桌", "en": "the event has no table {table}"},
    Obstacle.FIRM_BUSY: {
        "zh": "{firm}在该时段与{other}洽谈",
        "en": "{firm} meets {other} then",
    },
    Obstacle.TEAM_BUSY: {
        "zh": "{team}在该时段与{other}洽谈",
        "en": "{team} meets {other} then",
    },
    Obstacle.PERSON_BUSY: {
        "zh": "双方有人在该时段参加{other}的洽谈",
        "en": "a person of the two sits with {other} then",
    },
    Obstacle.TABLE_TAKEN: {
        "zh": "{table}号桌在该时段由{other}使用",
        "en": "table {table} is taken by {other} then",
    },
    Obstacle.FIRM_ABSENT: {
        "zh": "{firm}该时段不到场（可到场：{free}）",
        "en": "{firm} is not there then (it comes at {free})",
    },
    Obstacle.TEAM_ABSENT: {
        "zh": "{team}该时段不到场（可到场：{free}）",
        "en": "{team} is not there then (it comes at {free})",
    },
    Obstacle.FIRM_FULL: {
        "zh": "{firm}的洽谈已满 {limit} 场",
        "en": "{firm} has as many meetings as it may have ({limit})",
    },
    Obstacle.TEAM_FULL: {
        "zh": "{team}的洽谈已满 {limit} 场",
        "en": "{team} has as many meetings as it may have ({limit})",
    },
    Obstacle.NOT_MATCHED: {
        "zh": "入选专利中没有该团队的专利",
        "en": "no shortlist of the firm has a patent of the team",
    },
    Obstacle.BELOW_LINE: {
        "zh": "契合度低于安排洽谈的下限",
        "en": "their fit is below the line of the event",
    },
    Obstacle.CANCELLED: {
        "zh": "已由工作人员取消（{reason}）",
        "en": "it was cancelled by hand ({reason})",
    },
}


@dataclass(frozen=True, slots=True, order=True)
class Placement:
    """A meeting in its slot and at its table, both by name."""

    firm: str
    team: str
    slot: str
    table: str

    @property
    def pair(self) -> Pair:
        """The ids of the firm and of the team."""
        return self.firm, self.team


@dataclass(frozen=True, slots=True)
class Hindrance:
    """An obstacle of one meeting, in words."""

    obstacle: Obstacle
    text: Label


@dataclass(frozen=True, slots=True)
class BrokenMeeting:
    """A planned meeting that no longer holds, with the reasons."""

    placement: Placement
    hindrances: tuple[Hindrance, ...]

    @property
    def text(self) -> Label:
        """The meeting and the reasons in one line."""
        here = self.placement
        zh = "；".join(hindrance.text["zh"] for hindrance in self.hindrances)
        en = "; ".join(hindrance.text["en"] for hindrance in self.hindrances)
        parties = f"{here.firm} – {here.team}"
        return {
            "zh": f"{parties}（{here.slot}，{here.table}号桌）：{zh}",
            "en": f"{parties} at {here.slot}, table {here.table}: {en}",
        }

    @property
    def absent_parties(self) -> tuple[str, ...]:
        """The firm or the team that does not come to the event any more; often none."""
        here = self.placement
        party = {Obstacle.NO_FIRM: here.firm, Obstacle.NO_TEAM: here.team}
        found = (hindrance.obstacle for hindrance in self.hindrances)
        return tuple(party[obstacle] for obstacle in found if obstacle in party)


class MeetingCheck:
    """The check of meetings against one event."""

    def __init__(self, request: MeetingRequest) -> None:
        self._request = request
        self._firms = {firm.id: firm for firm in request.firms}
        self._teams = {team.id: team for team in request.teams}
        self._fits = best_fits(request)
        self._resources = Resources(request)
        self._pins = {(pin.firm, pin.team): pin for pin in request.pins}
        self._cancelled = {(out.firm, out.team): out.reason for out in request.exclusions}

    def hindrances(self, here: Placement, others: Iterable[Placement]) -> tuple[Hindrance, ...]:
        """Return what is in the way of a meeting beside others; empty if nothing is."""
        missing = list(self._missing(here))
        if missing:
            return tuple(missing)
        beside = [other for other in others if other.pair != here.pair]
        found = [*self._collisions(here, beside), *self._limits(here, beside), *self._unfit(here)]
        return tuple(found)

    def holding(
        self, placements: Sequence[Placement]
    ) -> tuple[tuple[Placement, ...], tuple[BrokenMeeting, ...]]:
        """Return the meetings that hold together, and those that do not; pinned ones come first."""
        held: list[Placement] = []
        broken = []
        for here in sorted(placements, key=lambda here: here.pair not in self._pins):
            pin = self._pins.get(here.pair)
            ignored = UNFIT if pin else frozenset()
            ignored |= FORCEABLE if pin and pin.is_forced else frozenset()
            hindrances = tuple(
                hindrance
                for hindrance in self.hindrances(here, held)
                if hindrance.obstacle not in ignored
            )
            if hindrances:
                broken.append(BrokenMeeting(here, hindrances))
            else:
                held.append(here)
        order = {placement: number for number, placement in enumerate(placements)}
        held.sort(key=lambda here: order[here])
        broken.sort(key=lambda out: order[out.placement])
        return tuple(held), tuple(broken)

    def _missing(self, here: Placement) -> Iterable[Hindrance]:
        rules = self._request.rules
        for is_there, obstacle in (
            (here.firm in self._firms, Obstacle.NO_FIRM),
            (here.team in self._teams, Obstacle.NO_TEAM),
            (here.slot in rules.slots, Obstacle.NO_SLOT),
            (here.table in rules.tables, Obstacle.NO_TABLE),
        ):
            if not is_there:
                yield _hindrance(obstacle, here)

    def _collisions(self, here: Placement, others: list[Placement]) -> Iterable[Hindrance]:
        own = self._resources.of(*here.pair)
        for other in others:
            if other.slot != here.slot:
                continue
            shared = own & self._resources.of(*other.pair)
            if other.firm == here.firm:
                yield _hindrance(Obstacle.FIRM_BUSY, here, other=other.team)
            if other.team == here.team:
                yield _hindrance(Obstacle.TEAM_BUSY, here, other=other.firm)
            if _persons(shared) and not {other.firm, other.team} & {here.firm, here.team}:
                yield _hindrance(Obstacle.PERSON_BUSY, here, other=f"{other.firm} – {other.team}")
            if other.table == here.table and other.team != here.team:
                yield _hindrance(Obstacle.TABLE_TAKEN, here, other=other.team)

    def _limits(self, here: Placement, others: list[Placement]) -> Iterable[Hindrance]:
        request = self._request
        firm, team = self._firms[here.firm], self._teams[here.team]
        slot = request.rules.slots.index(here.slot)
        for party, absent in ((firm, Obstacle.FIRM_ABSENT), (team, Obstacle.TEAM_ABSENT)):
            free = free_slots(request, party)
            if slot not in free:
                names = [request.rules.slots[number] for number in sorted(free)]
                yield _hindrance(absent, here, free=names or ["–"])
        of_firm = sum(other.firm == here.firm for other in others)
        if of_firm >= (limit := max_meetings_of_firm(request, firm)):
            yield _hindrance(Obstacle.FIRM_FULL, here, limit=limit)
        of_team = sum(other.team == here.team for other in others)
        if of_team >= (limit := max_meetings_of_team(request, team)):
            yield _hindrance(Obstacle.TEAM_FULL, here, limit=limit)

    def _unfit(self, here: Placement) -> Iterable[Hindrance]:
        fit = self._fits.get(here.pair)
        if fit is None:
            yield _hindrance(Obstacle.NOT_MATCHED, here)
        elif fit < self._request.rules.min_fit:
            yield _hindrance(Obstacle.BELOW_LINE, here)
        if here.pair in self._cancelled:
            yield _hindrance(Obstacle.CANCELLED, here, reason=self._cancelled[here.pair])


def _persons(resources: Iterable[Resource]) -> set[str]:
    return {name for kind, name in resources if kind == "person"}


def _hindrance(obstacle: Obstacle, here: Placement, **facts: object) -> Hindrance:
    known = {"firm": here.firm, "team": here.team, "slot": here.slot, "table": here.table}
    label = OBSTACLE[obstacle]

    def text(language: Language) -> str:
        comma = LIST_COMMA[language]
        words = {
            key: comma.join(fact) if isinstance(fact, list) else fact
            for key, fact in {**known, **facts}.items()
        }
        return label[language].format(**words)

    return Hindrance(obstacle, {"zh": text("zh"), "en": text("en")})
