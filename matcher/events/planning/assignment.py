"""Who meets whom: exact, by CP-SAT.

First as many firms as possible get a meeting. Then the fit is the greatest, where a firm's nth
best meeting counts 1/n of its fit: its first meeting is worth more than another's fourth unless
that one fits four times as well. Each pair meets at most once, pins are kept, exclusions are out.

Time comes in twice. `assign` knows of it only what can be counted: all tables together hold
tables x slots, and of the meetings of one party (or person) that must lie in some slots no more are
chosen than these are, so that each party's own meetings have slots (slot_shortage).
That is a relaxation: where its pairs can be scheduled (schedule), nothing is better.
Where not, `assign_in_time` decides pairs and slots in one model, which is exact, and slower. It
begins with those pairs that can be scheduled, and keeps them where its search ends before it finds
better ones; so there always is a plan, and it can be held.
"""

from collections import defaultdict
from dataclasses import dataclass

from ortools.sat.python import cp_model

from matcher.errors import MatcherError
from matcher.events.planning.candidates import (
    Candidate,
    Resources,
    most_of_firm,
    most_of_team,
)
from matcher.events.planning.model import MeetingRequest, Pair
from matcher.events.planning.slot_shortage import short_slots
from matcher.events.planning.solver import EFFORT, new_solver

FIT_UNITS = 2520
"""Fits become whole numbers; it can be halved, divided by three and so on up to ten."""

ROUNDS = 12
"""How often `assign` chooses again because a party's meetings have too few slots."""

Times = dict[Pair, int]
"""The slot of each pair that meets."""


class NoPlanFoundError(MatcherError):
    """The search ended before it found any plan."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who meets whom, and whether it is proven that nothing is better."""

    pairs: tuple[Candidate, ...]
    is_best: bool
    times: Times | None = None
    """Decided with the pairs, or not at all yet."""


def assign(
    request: MeetingRequest, found: tuple[Candidate, ...], effort: float = EFFORT
) -> Assignment:
    """The best pairs by what can be counted of the time. The pins must not contradict each other.

    Raises NoPlanFoundError.
    """
    model = _AssignmentModel(request, found)
    model.count_tables()
    for _ in range(ROUNDS):
        assignment = model.solve(effort)
        if not model.count_slots(assignment.pairs):
            break
    return assignment


def assign_in_time(
    request: MeetingRequest, found: tuple[Candidate, ...], start: Times, effort: float = EFFORT
) -> Assignment:
    """The best pairs that can be held, and their slots; never worse than `start`, which can be.

    Raises NoPlanFoundError where the search ended too early and `start` does not keep the pins.
    """
    model = _AssignmentModel(request, found)
    model.place()
    model.start_from(start)
    try:
        return model.solve(effort)
    except NoPlanFoundError:
        if any(one.is_pinned and one.pair not in start for one in found):
            raise
    pairs = tuple(one for one in found if one.pair in start)
    return Assignment(pairs, is_best=False, times=start)


def value(fit: float, nth: int) -> int:
    """What a firm's nth best meeting counts, in units; something for every meeting."""
    return max(1, round(FIT_UNITS * fit / nth))


class _AssignmentModel:
    """The variables: whether a pair meets, as which of its firm's meetings, and in which slot."""

    def __init__(self, request: MeetingRequest, found: tuple[Candidate, ...]) -> None:
        self._request = request
        self._users = Resources(request).users(found)
        self.model = cp_model.CpModel()
        self.meets = {one: self.model.new_bool_var("") for one in found}
        self._slots: dict[Candidate, dict[int, cp_model.IntVar]] = {}
        self._ranks: dict[Candidate, list[cp_model.IntVar]] = {}
        self._served: dict[str, cp_model.IntVar] = {}
        self._keep_limits()
        self._set_objective()

    def _keep_limits(self) -> None:
        for team in self._request.teams:
            chosen = [self.meets[one] for one in self._users.get(("team", team.id), [])]
            if len(chosen) > (most := most_of_team(self._request, team)):
                self.model.add(sum(chosen) <= most)
        for one, meets in self.meets.items():
            if one.is_pinned:
                self.model.add(meets == 1)

    def _set_objective(self) -> None:
        best = 0
        for firm in self._request.firms:
            wanted = self._users.get(("firm", firm.id), [])
            most = min(most_of_firm(self._request, firm), len(wanted))
            self._rank(firm.id, wanted, most)
            best += sum(value(1.0, nth) for nth in range(1, most + 1))
        total = sum(
            value(one.fit, nth) * ranked
            for one, as_nth in self._ranks.items()
            for nth, ranked in enumerate(as_nth, start=1)
        )
        self.model.maximize((best + 1) * sum(self._served.values()) + total)

    def _rank(self, firm: str, wanted: list[Candidate], most: int) -> None:
        """Each meeting of a firm is its first, its second, ... at most one of each.

        The greatest total puts the best fit first by itself, since the weights fall.
        """
        ranks = {one: [self.model.new_bool_var("") for _ in range(most)] for one in wanted}
        for one, as_nth in ranks.items():
            self.model.add(sum(as_nth) == self.meets[one])
        for nth in range(most):
            self.model.add_at_most_one(as_nth[nth] for as_nth in ranks.values())
        if most and wanted:
            self._served[firm] = self.model.new_bool_var("")
            firsts = sum(as_nth[0] for as_nth in ranks.values())
            self.model.add(firsts == self._served[firm])
        self._ranks |= ranks

    def count_tables(self) -> None:
        """No more meetings than all tables hold in all slots."""
        rules = self._request.rules
        room = len(rules.tables) * len(rules.slots)
        if len(self.meets) > room:
            self.model.add(sum(self.meets.values()) <= room)

    def count_slots(self, pairs: tuple[Candidate, ...]) -> bool:
        """Forbid what leaves a party short of slots in these pairs; whether there was any."""
        chosen = set(pairs)
        is_short = False
        for users in self._users.values():
            slots = short_slots([one.slots for one in users if one in chosen])
            if slots:
                within = [self.meets[one] for one in users if slots.issuperset(one.slots)]
                self.model.add(sum(within) <= len(slots))
                is_short = True
        return is_short

    def place(self) -> None:
        """Whoever meets does so in one slot, nobody in two places, no more than the tables."""
        at_once: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for one, meets in self.meets.items():
            chosen = {slot: self.model.new_bool_var("") for slot in one.slots}
            self.model.add(sum(chosen.values()) == meets)
            self._slots[one] = chosen
            for slot, here in chosen.items():
                at_once[slot].append(here)
        for users in self._users.values():
            for slot in at_once:
                places = (self._slots[one].get(slot) for one in users)
                self.model.add_at_most_one(place for place in places if place is not None)
        for together in at_once.values():
            self.model.add(sum(together) <= len(self._request.rules.tables))

    def start_from(self, start: Times) -> None:
        """Hint at every variable, so that the search has this plan before it looks for more."""
        for firm, served in self._served.items():
            own = [one for one in self._users["firm", firm] if one.pair in start]
            own.sort(key=lambda one: -one.fit)
            self.model.add_hint(served, bool(own))
            for one in self._users["firm", firm]:
                self.model.add_hint(self.meets[one], one in own)
                for nth, ranked in enumerate(self._ranks[one]):
                    self.model.add_hint(ranked, one in own and own.index(one) == nth)
                for slot, here in self._slots[one].items():
                    self.model.add_hint(here, start.get(one.pair) == slot)

    def solve(self, effort: float) -> Assignment:
        """The best assignment."""
        solver = new_solver(effort)
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise NoPlanFoundError(
                "no plan of meetings was found before the search ended: allow it more effort"
            )
        pairs = tuple(one for one, meets in self.meets.items() if solver.boolean_value(meets))
        times = {
            one.pair: slot
            for one in pairs
            for slot, here in self._slots.get(one, {}).items()
            if solver.boolean_value(here)
        }
        return Assignment(pairs, status == cp_model.OPTIMAL, times if self._slots else None)
