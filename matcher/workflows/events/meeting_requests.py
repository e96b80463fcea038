"""The planning request of an event, built from its shortlists, and the stored form of the plan."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from matcher.errors import InputError
from matcher.events.decision import DecisionKind, last_decisions
from matcher.events.planning.inputs import input_stamp, plan_inputs
from matcher.events.planning.model import (
    Exclusion,
    Firm,
    LeftOut,
    MeetingRequest,
    Pair,
    Pin,
    Plan,
    Rules,
    TeamOfEvent,
    Wish,
)
from matcher.events.record import MIN_FIT_TO_MEET, Event, EventFirm, EventTeam
from matcher.language.messages import _
from matcher.text.organisations import organisation_key, team_key
from matcher.types import Fit
from matcher.workflows.events.event_view_model import EventView, Json, ListedPatent, NeedView
from matcher.workflows.events.version_contents import count_changes

FIT_VALUES: Mapping[Fit | None, float] = {"strong": 0.9, "fair": 0.6, "weak": 0.3, None: 0.6}
"""The fit of a label in a plan, 0 to 1; a patent that the staff added counts as fair."""
_COST_PER_RANK = 0.02
"""Fit lost with each further position in a shortlist: less than the step between two labels."""
_MAX_RANK_COSTS = 4


@dataclass(frozen=True, slots=True)
class UnseatedPin:
    """A pinned patent without a team at the event, so that no meeting can be planned for it."""

    need: str
    """The id of the need."""
    position: int
    """The number of the need in the event."""
    firm: str
    patent: str
    title: str
    institution: str | None
    """The institution of the absent team; None if the catalogue names none."""


def meeting_request(view: EventView) -> MeetingRequest:
    """Build the planning request. Raises InputError if the event has no slots or tables."""
    event = view.event
    if not event.slots or not event.tables:
        raise InputError(
            _(
                "the event {name!r} has no slots or tables yet: set them with matcher event set",
                name=event.name,
            )
        )
    teams = teams_of(view)
    wishes = list(_wishes(view, teams))
    slot_numbers = {slot: number for number, slot in enumerate(event.slots)}
    firms = tuple(_firms(view, slot_numbers))
    by_hand, cancelled = _decided(view, [firm.id for firm in firms], map(team_id, teams))
    out = {(exclusion.firm, exclusion.team) for exclusion in cancelled}
    pins = (Pin(wish.firm, wish.team) for wish, listed in wishes if listed.entry.is_pinned)
    return MeetingRequest(
        rules=_rules(event),
        firms=firms,
        teams=tuple(_team(team, slot_numbers, event.tables) for team in teams),
        wishes=tuple(wish for wish, listed in wishes),
        pins=tuple(dict.fromkeys(p for p in (*pins, *by_hand) if (p.firm, p.team) not in out)),
        exclusions=cancelled,
    )


def _decided(
    view: EventView, firms: Iterable[str], teams: Iterable[str]
) -> tuple[tuple[Pin, ...], tuple[Exclusion, ...]]:
    """Return the meetings that the staff placed, and those it cancelled, of parties that come.

    A slot or a table that the event has no more is left open; the pair stays pinned.
    """
    firm_of_key = {organisation_key(firm): firm for firm in firms}
    team_of_key = {organisation_key(team): team for team in teams}
    slots, tables = view.event.slots, view.event.tables
    pins, cancelled = [], []
    for decision in last_decisions(view.decisions):
        firm, team = firm_of_key.get(decision.key[0]), team_of_key.get(decision.key[1])
        if firm is None or team is None:
            continue
        if decision.kind is DecisionKind.CANCEL:
            cancelled.append(Exclusion(firm, team, decision.reason or ""))
            continue
        slot = slots.index(decision.slot) if decision.slot in slots else None
        table = decision.table if decision.table in tables else None
        is_forced = decision.is_forced and slot is not None
        pins.append(Pin(firm, team, slot, table, is_forced))
    return tuple(pins), tuple(cancelled)


def teams_of(view: EventView) -> tuple[EventTeam, ...]:
    """Return the teams that come; if none were named, every team of a listed patent."""
    if view.teams:
        return view.teams
    teams: dict[tuple[str, str], EventTeam] = {}
    for need in view.needs:
        for listed in need.listed:
            team = listed.shown.team if listed.shown else None
            if team and team.name:
                persons = (team.lead,) if team.lead else ()
                key = team_key(team.institution, team.name)
                teams.setdefault(key, EventTeam(team.institution, team.name, persons))
    return tuple(teams[key] for key in sorted(teams))


def firms_of(view: EventView) -> tuple[EventFirm, ...]:
    """Return the firms that come: those of the needs, with what the sheet of firms says of them."""
    details = {firm.enterprise: firm for firm in view.firms}
    names = dict.fromkeys(firm_of(need) for need in view.needs)
    return tuple(details.get(name, EventFirm(name)) for name in names)


def team_id(team: EventTeam) -> str:
    """Return the id of a team in a plan."""
    return f"{team.institution}/{team.team}"


def firm_of(need: NeedView) -> str:
    """Return the id of a need's firm in a plan."""
    return need.firm


def unseated_pins(view: EventView) -> list[UnseatedPin]:
    """Return the pins that no plan can keep, in the order of the needs."""
    teams = teams_of(view)
    return [
        UnseatedPin(
            need=need.id,
            position=need.position,
            firm=firm_of(need),
            patent=listed.entry.patent,
            title=listed.title,
            institution=listed.institution,
        )
        for need in view.needs
        for listed in need.listed
        if listed.entry.is_pinned and _team_of(listed, teams) is None
    ]


def needs_of_pair(view: EventView) -> dict[Pair, list[tuple[NeedView, ListedPatent]]]:
    """Return the subjects of each firm and team: the firm's needs with the team's patents."""
    teams = teams_of(view)
    subjects: dict[Pair, list[tuple[NeedView, ListedPatent]]] = {}
    for need in view.needs:
        for listed in need.listed:
            if (team := _team_of(listed, teams)) is not None:
                subjects.setdefault((firm_of(need), team_id(team)), []).append((need, listed))
    return subjects


def plan_json(plan: Plan, request: MeetingRequest, before: Json | None = None) -> dict[str, Any]:
    """Return the plan as it is stored with the event: slots go by name, with what it is made from.

    `request` is the one that the plan was made for, `before` the plan stored until then.
    """
    slots = request.rules.slots
    inputs = plan_inputs(request)
    meetings = [asdict(meeting) | {"slot": slots[meeting.slot]} for meeting in plan.meetings]
    changes = count_changes(before or {"meetings": ()}, {"meetings": meetings})
    return {
        "meetings": meetings,
        "reserves": [asdict(reserve) | {"slot": slots[reserve.slot]} for reserve in plan.reserves],
        "left_out": [_left_out_json(party) for party in plan.left_out],
        "is_best": plan.is_best,
        "figures": asdict(plan.figures) | changes,
        "stamp": input_stamp(inputs),
        "made_from": inputs,
    }


def _left_out_json(party: LeftOut) -> dict[str, Any]:
    return {
        "kind": party.kind,
        "id": party.id,
        "hurdle": party.hurdle.value,
        "refusals": [
            {
                "firm": refusal.firm,
                "team": refusal.team,
                "hurdle": refusal.hurdle.value,
                "reason": refusal.reason,
            }
            for refusal in party.refusals
        ],
    }


def _rules(event: Event) -> Rules:
    return Rules(
        slots=event.slots,
        tables=event.tables,
        max_per_firm=event.options.meetings_per_firm,
        max_per_team=event.options.meetings_per_team,
        min_fit=MIN_FIT_TO_MEET[event.options.line],
    )


def _firms(view: EventView, slot_numbers: Mapping[str, int]) -> Iterator[Firm]:
    for firm in firms_of(view):
        name = firm.enterprise
        persons = tuple(f"{name}/{person}" for person in firm.persons)
        yield Firm(name, name, persons, _slots(firm.slots, slot_numbers))


def _team(team: EventTeam, slot_numbers: Mapping[str, int], tables: Collection[str]) -> TeamOfEvent:
    return TeamOfEvent(
        id=team_id(team),
        name=team.team,
        # A person may be in two teams of one institution; namesakes elsewhere are others.
        members=tuple(f"{team.institution}/{person}" for person in team.persons),
        slots=_slots(team.slots, slot_numbers),
        table=team.table if team.table in tables else None,
    )


def _wishes(view: EventView, teams: tuple[EventTeam, ...]) -> Iterator[tuple[Wish, ListedPatent]]:
    for need in view.needs:
        for index, listed in enumerate(need.listed):
            if (team := _team_of(listed, teams)) is None:
                continue
            label = listed.entry.proposed.fit if listed.entry.proposed else None
            fit = FIT_VALUES[label] - min(index, _MAX_RANK_COSTS) * _COST_PER_RANK
            wish = Wish(
                firm=firm_of(need),
                team=team_id(team),
                fit=round(fit, 4),
                need=need.id,
                patent=listed.entry.patent,
            )
            yield wish, listed


def _team_of(listed: ListedPatent, teams: tuple[EventTeam, ...]) -> EventTeam | None:
    """Return the event's team for a patent: its own, or the only one of its institution."""
    team = listed.shown.team if listed.shown else None
    name = team.name if team else None
    institution = organisation_key(listed.institution or "")
    candidates = [other for other in teams if organisation_key(other.institution) == institution]
    key = organisation_key(name or "")
    own = [other for other in candidates if organisation_key(other.team) == key]
    if own:
        return own[0]
    return candidates[0] if len(candidates) == 1 and not name else None


def _slots(names: tuple[str, ...] | None, numbers: Mapping[str, int]) -> frozenset[int] | None:
    if names is None:
        return None
    return frozenset(numbers[name] for name in names if name in numbers)
