"""Conflicts of pins: pins that cannot all be kept, with the limits in the way.

Only pins can make a plan impossible: everything else may simply not happen. So the pinned
meetings alone are put into slots, with one assumption for each pin and for each limit. Where the
solver cannot, it names assumptions that contradict each other; of these, whatever is not needed for
the contradiction is dropped, so that each pin and each limit that is named really is part of it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ortools.sat.python import cp_model

from matcher.errors import ConflictError
from matcher.events.planning.candidates import (
    Resources,
    free_slots,
    max_meetings_of_firm,
    max_meetings_of_team,
)
from matcher.events.planning.model import MeetingRequest, Pair, Pin
from matcher.events.planning.solver import new_solver
from matcher.labels import listed
from matcher.language.messages import _, ngettext

LimitKind = Literal[
    "excluded",
    "firm_slots",
    "team_slots",
    "firm_max",
    "team_max",
    "one_place",
    "tables",
]


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """A limit that pins can break."""

    kind: LimitKind
    id: str = ""
    """The id of the firm, team or person; of the firm of an excluded pair."""
    team: str = ""
    """The id of the team of an excluded pair."""


@dataclass(frozen=True, slots=True)
class PinConflict:
    """Pins and limits that contradict each other; without any one of them, the rest is possible."""

    pins: tuple[Pin, ...]
    limits: tuple[Limit, ...]


class PinsConflictError(ConflictError):
    """The pins cannot all be kept."""

    def __init__(self, request: MeetingRequest, conflicts: Sequence[PinConflict]) -> None:
        """Build the message from the conflicts, which are kept in `conflicts`."""
        super().__init__(_("; ").join(conflict_text(request, conflict) for conflict in conflicts))
        self.conflicts = tuple(conflicts)


def pin_conflicts(request: MeetingRequest) -> tuple[PinConflict, ...]:
    """Return conflicts that share no pin; without the pins in them, all others can be kept.

    Empty if all pins can be kept. `request` comes from `validation.validate_and_sort`.
    """
    pins = list(request.pins)
    limits = _limits(request, pins)
    conflicts = []
    while core := _core(request, pins, limits):
        conflict = _shrunk(request, core, _limits(request, core))
        conflicts.append(conflict)
        pins = [pin for pin in pins if pin not in conflict.pins]
    return tuple(conflicts)


def conflict_text(request: MeetingRequest, conflict: PinConflict) -> str:
    """Return the conflict in one sentence, with the names of firms and teams."""
    return ngettext(
        "a pinned meeting cannot be held: {pinned}; {limits}: remove a pin, or change that",
        "these pinned meetings cannot all be held: {pinned}; {limits}: remove a pin, or change "
        "that",
        len(conflict.pins),
        pinned=listed(pin_text(request, pin) for pin in conflict.pins),
        limits=_(" and ").join(limit_text(request, limit) for limit in conflict.limits),
    )


def pin_text(request: MeetingRequest, pin: Pin) -> str:
    """Return a pin as `甲公司 with 储能团队 at 09:00-09:20`."""
    firm, team = request.firm(pin.firm).name, request.team(pin.team).name
    text = _("{firm} with {team}", firm=firm, team=team)
    return (
        text
        if pin.slot is None
        else _("{pair} at {slot}", pair=text, slot=request.rules.slots[pin.slot])
    )


def limit_text(request: MeetingRequest, limit: Limit) -> str:
    """Return a limit in words, with its figure."""
    if limit.kind == "tables":
        count = len(request.rules.tables)
        return ngettext("there is {n} table", "there are {n} tables", count)
    if limit.kind == "excluded":
        reason = next(
            out.reason for out in request.exclusions if (out.firm, out.team) == _pair(limit)
        )
        return _("that meeting is excluded ({reason})", reason=reason)
    if limit.kind == "one_place":
        return _("{name} cannot be in two places at once", name=_name(request, limit.id))
    if limit.kind in ("firm_max", "firm_slots"):
        firm = request.firm(limit.id)
        name, maximum = firm.name, max_meetings_of_firm(request, firm)
        slots = free_slots(request, firm)
    else:
        team = request.team(limit.id)
        name, maximum = team.name, max_meetings_of_team(request, team)
        slots = free_slots(request, team)
    if limit.kind in ("firm_max", "team_max"):
        return ngettext(
            "{name} may have at most {n} meeting",
            "{name} may have at most {n} meetings",
            maximum,
            name=name,
        )
    free = listed(request.rules.slots[slot] for slot in sorted(slots))
    if not free:
        return _("{name} can come at no time", name=name)
    return _("{name} can only come at {free}", name=name, free=free)


def _name(request: MeetingRequest, resource: str) -> str:
    kind, _colon, name = resource.partition(":")
    if kind == "firm":
        return request.firm(name).name
    return request.team(name).name if kind == "team" else name


def _pair(limit: Limit) -> Pair:
    return limit.id, limit.team


def _limits(request: MeetingRequest, pins: Sequence[Pin]) -> list[Limit]:
    """Return every limit that these pins could break, in a fixed order."""
    limits = {Limit("tables")}
    pairs = [(pin.firm, pin.team) for pin in pins]
    excluded = {(exclusion.firm, exclusion.team) for exclusion in request.exclusions}
    resources = Resources(request)
    for pair in pairs:
        firm, team = pair
        limits |= {Limit("firm_slots", firm), Limit("team_slots", team)}
        limits |= {Limit("firm_max", firm), Limit("team_max", team)}
        limits |= {Limit("one_place", f"{kind}:{name}") for kind, name in resources.of(*pair)}
        if pair in excluded:
            limits.add(Limit("excluded", firm, team))
    return sorted(limits)


def _core(
    request: MeetingRequest, pins: Sequence[Pin], limits: Sequence[Limit]
) -> list[Pin] | None:
    """Return pins that contradict each other under these limits; None if they do not."""
    model = _PinModel(request, pins, limits)
    solver = new_solver()
    if solver.solve(model.model) != cp_model.INFEASIBLE:
        return None
    named = set(solver.sufficient_assumptions_for_infeasibility())
    return [pin for pin in pins if model.pins[pin].index in named]


def _shrunk(request: MeetingRequest, pins: list[Pin], limits: list[Limit]) -> PinConflict:
    """Drop from a contradiction every pin, then every limit, that it does not need."""
    for pin in list(pins):
        fewer_pins = [other for other in pins if other != pin]
        if _core(request, fewer_pins, limits) is not None:
            pins = fewer_pins
    for limit in list(limits):
        fewer_limits = [other for other in limits if other != limit]
        if _core(request, pins, fewer_limits) is not None:
            limits = fewer_limits
    return PinConflict(tuple(pins), tuple(limits))


class _PinModel:
    """A model of the pinned meetings in all slots; each pin and each limit can be switched off."""

    def __init__(
        self, request: MeetingRequest, pins: Sequence[Pin], limits: Sequence[Limit]
    ) -> None:
        self._request = request
        self._resources = Resources(request)
        self.model = cp_model.CpModel()
        self.pins = {pin: self.model.new_bool_var("") for pin in pins}
        self.limits = {limit: self.model.new_bool_var("") for limit in limits}
        self._slots = {pin: self._slot_vars(pin) for pin in pins}
        for limit, holds in self.limits.items():
            self._keep(limit, holds)
        self.model.add_assumptions([*self.pins.values(), *self.limits.values()])

    def _slot_vars(self, pin: Pin) -> dict[int, cp_model.IntVar]:
        every = range(len(self._request.rules.slots))
        slot_vars = {slot: self.model.new_bool_var("") for slot in every}
        allowed = list(slot_vars.values()) if pin.slot is None else [slot_vars[pin.slot]]
        self.model.add(sum(slot_vars.values()) <= 1)
        self.model.add(sum(allowed) == 1).only_enforce_if(self.pins[pin])
        return slot_vars

    def _keep(self, limit: Limit, holds: cp_model.IntVar) -> None:
        request = self._request
        if limit.kind == "tables":
            self._limit_at_once(list(self.pins), len(request.rules.tables), holds)
        elif limit.kind == "excluded":
            self._forbid([pin for pin in self.pins if (pin.firm, pin.team) == _pair(limit)], holds)
        elif limit.kind == "one_place":
            kind, _, name = limit.id.partition(":")
            users = [p for p in self.pins if (kind, name) in self._resources.of(p.firm, p.team)]
            self._limit_at_once(users, 1, holds)
        else:
            firms = {firm.id: firm for firm in request.firms}
            teams = {team.id: team for team in request.teams}
            if limit.kind in ("firm_max", "firm_slots"):
                own = [pin for pin in self.pins if pin.firm == limit.id]
                maximum = max_meetings_of_firm(request, firms[limit.id])
                slots = free_slots(request, firms[limit.id])
            else:
                own = [pin for pin in self.pins if pin.team == limit.id]
                maximum = max_meetings_of_team(request, teams[limit.id])
                slots = free_slots(request, teams[limit.id])
            if limit.kind not in ("firm_max", "team_max"):
                self._forbid_outside([pin for pin in own if not pin.is_forced], slots, holds)
            elif len(own) > maximum:
                total = sum(self.pins[pin] for pin in own)
                self.model.add(total <= maximum).only_enforce_if(holds)

    def _limit_at_once(self, users: list[Pin], maximum: int, holds: cp_model.IntVar) -> None:
        """Limit the meetings in each slot, and their sum, without which the search is very slow."""
        if len(users) <= maximum:
            return
        at_once: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for pin in users:
            for slot, meets_here in self._slots[pin].items():
                at_once[slot].append(meets_here)
        for together in at_once.values():
            self.model.add(sum(together) <= maximum).only_enforce_if(holds)
        total = maximum * len(self._request.rules.slots)
        self.model.add(sum(self.pins[pin] for pin in users) <= total).only_enforce_if(holds)

    def _forbid(self, pins: list[Pin], holds: cp_model.IntVar) -> None:
        for pin in pins:
            self._forbid_outside([pin], frozenset(), holds)

    def _forbid_outside(
        self, pins: list[Pin], slots: frozenset[int], holds: cp_model.IntVar
    ) -> None:
        for pin in pins:
            for slot, meets_here in self._slots[pin].items():
                if slot not in slots:
                    self.model.add_implication(holds, meets_here.negated())
