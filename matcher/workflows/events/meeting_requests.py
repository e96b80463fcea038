"""From an event's shortlists to the request for a plan of meetings, and the plan as it is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from matcher.errors import InputError
from matcher.events.planning.model import (
    Firm,
    MeetingRequest,
    Pair,
    Pin,
    Plan,
    Rules,
    TeamOfEvent,
    Wish,
)
from matcher.events.record import EventTeam
from matcher.types import Fit
from matcher.workflows.events.board import Board, BoardNeed, Listed

FIT_VALUES: Mapping[Fit | None, float] = {"strong": 0.9, "fair": 0.6, "weak": 0.3, None: 0.6}
"""What a label is worth in a plan; a patent that the staff put in counts as fair."""
LINES: Mapping[Fit, float] = {"strong": 0.75, "fair": 0.5, "weak": 0.0}
"""The least fit with which a firm is to have a meeting, by the label that it begins with."""
_PER_PLACE = 0.02
"""What each place further down a shortlist costs: less than the step between two labels."""


@dataclass(frozen=True, slots=True)
class Unseated:
    """A pinned patent that no team at the event stands for, so that no meeting can be planned."""

    need: str
    """The need's id."""
    position: int
    """The need's number in the event."""
    firm: str
    patent: str
    title: str
    institution: str | None
    """Whose team does not come; None where the catalogue names nobody."""


def meeting_request(board: Board) -> MeetingRequest:
    """Who would like to meet whom, and the limits. Raises InputError where there are no slots."""
    event = board.event
    if not event.slots or not event.tables:
        raise InputError(
            f"the event {event.name!r} has no slots or tables yet: set them with matcher event set"
        )
    teams = teams_of(board)
    pairs = list(_pairs(board, teams))
    numbers = {slot: number for number, slot in enumerate(event.slots)}
    details = {firm.enterprise: firm for firm in board.firms}
    firms = dict.fromkeys(firm_of(need) for need in board.needs)
    return MeetingRequest(
        rules=Rules(
            slots=event.slots,
            tables=event.tables,
            most_per_firm=event.options.meetings_per_firm,
            most_per_team=event.options.meetings_per_team,
            line=LINES[event.options.line],
        ),
        firms=tuple(
            Firm(
                id=name,
                name=name,
                representatives=tuple(f"{name}/{one}" for one in details[name].persons)
                if name in details
                else (),
                slots=_slots(details[name].slots, numbers) if name in details else None,
            )
            for name in firms
        ),
        teams=tuple(
            TeamOfEvent(
                id=team_id(team),
                name=team.team,
                # A person may be in two teams of one institution; namesakes elsewhere are others.
                members=tuple(f"{team.institution}/{one}" for one in team.persons),
                slots=_slots(team.slots, numbers),
                table=team.table,
            )
            for team in teams
        ),
        wishes=tuple(wish for wish, _ in pairs),
        pins=tuple(
            dict.fromkeys(Pin(w.firm, w.team) for w, listed in pairs if listed.entry.is_pinned)
        ),
    )


def teams_of(board: Board) -> tuple[EventTeam, ...]:
    """The teams that come; where none were named, every team of a patent of the shortlists."""
    if board.teams:
        return board.teams
    found = {}
    for need in board.needs:
        for listed in need.listed:
            team = (listed.result or {}).get("team") or {}
            if team.get("name"):
                found[team["institution"], team["name"]] = EventTeam(
                    team["institution"], team["name"], (team["lead"],) if team.get("lead") else ()
                )
    return tuple(found[key] for key in sorted(found))


def team_id(team: EventTeam) -> str:
    """How a plan names a team."""
    return f"{team.institution}/{team.team}"


def firm_of(need: BoardNeed) -> str:
    """How a plan names the firm of a need; a need without an enterprise is a firm of its own."""
    return need.asked.need.enterprise or f"需求 {need.asked.position}"


def unseated_pins(board: Board) -> list[Unseated]:
    """The pins that no plan can keep, in the order of the needs."""
    teams = teams_of(board)
    return [
        Unseated(
            need=need.asked.need.id,
            position=need.asked.position,
            firm=firm_of(need),
            patent=listed.entry.patent,
            title=listed.title,
            institution=listed.institution,
        )
        for need in board.needs
        for listed in need.listed
        if listed.entry.is_pinned and _team_of(listed, teams) is None
    ]


def needs_of_pair(board: Board) -> dict[Pair, list[tuple[BoardNeed, Listed]]]:
    """What each firm and team could speak about: the needs with the team's patents for them."""
    teams = teams_of(board)
    found: dict[Pair, list[tuple[BoardNeed, Listed]]] = {}
    for need in board.needs:
        for listed in need.listed:
            if (team := _team_of(listed, teams)) is not None:
                found.setdefault((firm_of(need), team_id(team)), []).append((need, listed))
    return found


def plan_json(plan: Plan, slots: tuple[str, ...]) -> dict[str, Any]:
    """The plan as it is kept with the event; slots go by name."""
    meetings = [asdict(one) | {"slot": slots[one.slot]} for one in plan.meetings]
    reserves = [asdict(one) | {"slot": slots[one.slot]} for one in plan.reserves]
    left_out = [
        {
            "kind": one.kind,
            "id": one.id,
            "hurdle": one.hurdle.value,
            "refusals": [
                {
                    "firm": refusal.firm,
                    "team": refusal.team,
                    "hurdle": refusal.hurdle.value,
                    "reason": refusal.reason,
                }
                for refusal in one.refusals
            ],
        }
        for one in plan.left_out
    ]
    return {
        "meetings": meetings,
        "reserves": reserves,
        "left_out": left_out,
        "is_best": plan.is_best,
    }


def _pairs(board: Board, teams: tuple[EventTeam, ...]) -> Iterator[tuple[Wish, Listed]]:
    for need in board.needs:
        for place, listed in enumerate(need.listed):
            if (team := _team_of(listed, teams)) is None:
                continue
            label = listed.entry.proposed.fit if listed.entry.proposed else None
            value = FIT_VALUES[label] - min(place, 4) * _PER_PLACE
            wish = Wish(
                firm=firm_of(need),
                team=team_id(team),
                fit=round(value, 4),
                need=need.asked.need.id,
                patent=listed.entry.patent,
            )
            yield wish, listed


def _team_of(listed: Listed, teams: tuple[EventTeam, ...]) -> EventTeam | None:
    """The team at the event that stands for a patent: its own, or the only one of its house."""
    named = (listed.result or {}).get("team") or {}
    house = [team for team in teams if team.institution == listed.institution]
    own = [team for team in house if team.team == named.get("name")]
    if own:
        return own[0]
    return house[0] if len(house) == 1 and not named.get("name") else None


def _slots(names: tuple[str, ...] | None, numbers: Mapping[str, int]) -> frozenset[int] | None:
    if names is None:
        return None
    unknown = [name for name in names if name not in numbers]
    if unknown:
        raise InputError(f"{unknown[0]!r} is no slot of the event; it has {', '.join(numbers)}")
    return frozenset(numbers[name] for name in names)
