"""The choice of the pairs that meet: exact, by CP-SAT.

First as many firms as possible get a meeting. Then the sum of fits is the greatest, where a firm's
nth best meeting counts 1/n of its fit: its first meeting is worth more than another's fourth unless
that one fits four times as well. Each pair meets at most once, pins are kept, exclusions are out.

Time comes in twice. `assign` knows of it only what can be counted: all tables together hold
tables x slots, and of the meetings of one party (or person) that must lie in some slots no more are
chosen than these are, so that each party's own meetings have slots (`short_slots`).
That is a relaxation: where its pairs can be scheduled (see matcher.events.planning.schedule),
nothing is better. Where not, `assign_in_time` decides pairs and slots in one model, which is exact,
and slower. It begins with those pairs that can be scheduled, and keeps them if its search ends
before it finds better ones; so there always is a plan, and it can be held.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from matcher.errors import MatcherError
from matcher.events.planning.candidates import (
    Candidate,
    Resources,
    max_meetings_of_firm,
    max_meetings_of_team,
)
from matcher.events.planning.model import MeetingRequest, Pair
from matcher.events.planning.solver import EFFORT, new_solver
from matcher.language.messages import _

FIT_UNITS = 2520
"""Units of a fit of 1 in the whole numbers of the solver; divisible by 1 to 10."""

MAX_ROUNDS = 12
"""Rounds of `assign`, each of which forbids the slot shortages of the round before."""

Times = dict[Pair, int]
"""The slot of each pair that meets."""


class NoPlanFoundError(MatcherError):
    """The search ended before it found any plan."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The pairs that meet."""

    pairs: tuple[Candidate, ...]
    is_best: bool
    """True if it is proven that no choice is better."""
    times: Times | None = None
    """The slots, if they were decided together with the pairs."""


def assign(
    request: MeetingRequest,
    candidates: tuple[Candidate, ...],
    effort: float = EFFORT,
    stand_in_for: tuple[tuple[Candidate, ...], Mapping[Pair, int]] | None = None,
) -> Assignment:
    """Choose the best pairs by the relaxation of time. The pins must not contradict each other.

    `stand_in_for` are pairs and weights: then pairs of the same value are chosen whose weights
    are greatest. Raises NoPlanFoundError.
    """
    model = AssignmentModel(request, candidates)
    model.limit_tables()
    if stand_in_for is not None:
        pairs, weights = stand_in_for
        model.keep_value(pairs)
        model.prefer(weights)
    for _round in range(MAX_ROUNDS):
        assignment = model.solve(effort)
        if not model.forbid_shortages(assignment.pairs):
            break
    return assignment


def assign_in_time(
    request: MeetingRequest,
    candidates: tuple[Candidate, ...],
    start: Times,
    effort: float = EFFORT,
) -> Assignment:
    """Choose the best pairs that can be held, and their slots; never worse than `start`.

    Raises NoPlanFoundError if the search ended too early and `start` does not keep the pins.
    """
    model = AssignmentModel(request, candidates)
    model.add_slots()
    model.start_from(start)
    try:
        return model.solve(effort)
    except NoPlanFoundError:
        if any(pair.is_pinned and pair.pair not in start for pair in candidates):
            raise
    pairs = tuple(pair for pair in candidates if pair.pair in start)
    return Assignment(pairs, is_best=False, times=start)


def meeting_value(fit: float, nth: int) -> int:
    """Return the value of a firm's nth best meeting, in units; at least 1."""
    return max(1, round(FIT_UNITS * fit / nth))


def short_slots(meetings: Sequence[Sequence[int]]) -> frozenset[int]:
    """Return slots in which more of the meetings must lie than there are of them, or none.

    `meetings` gives the possible slots of each. By Hall's theorem such slots exist exactly if the
    meetings cannot have a slot each; Kuhn's search for a matching finds them where it fails.
    """
    holder: dict[int, int] = {}
    for meeting in range(len(meetings)):
        tried: set[int] = set()
        if not _has_slot(meeting, meetings, holder, tried):
            return frozenset(tried)
    return frozenset()


def _has_slot(
    meeting: int, meetings: Sequence[Sequence[int]], holder: dict[int, int], tried: set[int]
) -> bool:
    """Give the meeting a slot, moving others where they have another; collects the tried slots."""
    for slot in meetings[meeting]:
        if slot in tried:
            continue
        tried.add(slot)
        if slot not in holder or _has_slot(holder[slot], meetings, holder, tried):
            holder[slot] = meeting
            return True
    return False


class AssignmentModel:
    """The model: a variable for each pair, for its rank among its firm's meetings, and its slot."""

    def __init__(self, request: MeetingRequest, candidates: tuple[Candidate, ...]) -> None:
        self._request = request
        self._users = Resources(request).users(candidates)
        self.model = cp_model.CpModel()
        self.meets = {pair: self.model.new_bool_var("") for pair in candidates}
        self.slots: dict[Candidate, dict[int, cp_model.IntVar]] = {}
        self._ranks: dict[Candidate, list[cp_model.IntVar]] = {}
        self._served: dict[str, cp_model.IntVar] = {}
        self._keep_limits()
        self._set_objective()

    def _keep_limits(self) -> None:
        for team in self._request.teams:
            chosen = [self.meets[pair] for pair in self._users.get(("team", team.id), [])]
            limit = max_meetings_of_team(self._request, team)
            if len(chosen) > limit:
                self.model.add(sum(chosen) <= limit)
        for pair, meets in self.meets.items():
            if pair.is_pinned:
                self.model.add(meets == 1)

    def _set_objective(self) -> None:
        best = 0
        for firm in self._request.firms:
            wanted = self._users.get(("firm", firm.id), [])
            limit = min(max_meetings_of_firm(self._request, firm), len(wanted))
            self._rank(firm.id, wanted, limit)
            best += sum(meeting_value(1.0, nth) for nth in range(1, limit + 1))
        self._total = sum(
            meeting_value(pair.fit, nth) * ranked
            for pair, as_nth in self._ranks.items()
            for nth, ranked in enumerate(as_nth, start=1)
        )
        self.model.maximize((best + 1) * sum(self._served.values()) + self._total)

    def _rank(self, firm: str, wanted: list[Candidate], limit: int) -> None:
        """Give each meeting of a firm a rank: first, second, ... at most one of each.

        The greatest total puts the best fit first by itself, since the weights fall.
        """
        ranks = {pair: [self.model.new_bool_var("") for _ in range(limit)] for pair in wanted}
        for pair, as_nth in ranks.items():
            self.model.add(sum(as_nth) == self.meets[pair])
        for nth in range(limit):
            self.model.add_at_most_one(as_nth[nth] for as_nth in ranks.values())
        if limit and wanted:
            self._served[firm] = self.model.new_bool_var("")
            firsts = sum(as_nth[0] for as_nth in ranks.values())
            self.model.add(firsts == self._served[firm])
        self._ranks |= ranks

    def limit_tables(self) -> None:
        """Limit the meetings to the room of all tables in all slots."""
        rules = self._request.rules
        room = len(rules.tables) * len(rules.slots)
        if len(self.meets) > room:
            self.model.add(sum(self.meets.values()) <= room)

    def forbid_shortages(self, pairs: tuple[Candidate, ...]) -> bool:
        """Forbid the slot shortages of parties in these pairs; True if there were any."""
        chosen = set(pairs)
        is_short = False
        for users in self._users.values():
            slots = short_slots([pair.slots for pair in users if pair in chosen])
            if slots:
                within = [self.meets[pair] for pair in users if slots.issuperset(pair.slots)]
                self.model.add(sum(within) <= len(slots))
                is_short = True
        return is_short

    def add_slots(self) -> None:
        """Add the slots: one for each meeting, nobody in two places, no more than the tables."""
        at_once: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for pair, meets in self.meets.items():
            slot_vars = {slot: self.model.new_bool_var("") for slot in pair.slots}
            self.model.add(sum(slot_vars.values()) == meets)
            self.slots[pair] = slot_vars
            for slot, meets_here in slot_vars.items():
                at_once[slot].append(meets_here)
        for users in self._users.values():
            for slot in at_once:
                here = (self.slots[user].get(slot) for user in users)
                self.model.add_at_most_one(meets for meets in here if meets is not None)
        for together in at_once.values():
            self.model.add(sum(together) <= len(self._request.rules.tables))

    def keep_value(self, pairs: Iterable[Candidate]) -> None:
        """Allow only choices that serve as many firms as these pairs, with as good fits."""
        fits: dict[str, list[float]] = defaultdict(list)
        for pair in pairs:
            fits[pair.firm].append(pair.fit)
        total = sum(
            meeting_value(fit, nth)
            for own in fits.values()
            for nth, fit in enumerate(sorted(own, reverse=True), start=1)
        )
        self.model.add(sum(self._served.values()) >= len(fits))
        self.model.add(self._total >= total)

    def prefer(self, weights: Mapping[Pair, int]) -> None:
        """Choose the pairs whose weights are greatest, instead of the best fits."""
        self.model.maximize(
            sum(weights.get(pair.pair, 0) * meets for pair, meets in self.meets.items())
        )

    def start_from(self, start: Times) -> None:
        """Hint at every variable, so that the search has this plan before it looks for more."""
        for firm, served in self._served.items():
            own = [pair for pair in self._users["firm", firm] if pair.pair in start]
            own.sort(key=lambda pair: -pair.fit)
            self.model.add_hint(served, bool(own))
            for pair in self._users["firm", firm]:
                self.model.add_hint(self.meets[pair], pair in own)
                for nth, ranked in enumerate(self._ranks[pair]):
                    self.model.add_hint(ranked, pair in own and own.index(pair) == nth)
                for slot, meets_here in self.slots.get(pair, {}).items():
                    self.model.add_hint(meets_here, start.get(pair.pair) == slot)

    def solve(self, effort: float, *, is_flow: bool = True) -> Assignment:
        """Return the best assignment. Raises NoPlanFoundError."""
        solver = new_solver(effort, is_flow=is_flow)
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise NoPlanFoundError(
                _("no plan of meetings was found before the search ended: allow it more effort")
            )
        pairs = tuple(pair for pair, meets in self.meets.items() if solver.boolean_value(meets))
        times = {
            pair.pair: slot
            for pair in pairs
            for slot, meets_here in self.slots.get(pair, {}).items()
            if solver.boolean_value(meets_here)
        }
        return Assignment(pairs, status == cp_model.OPTIMAL, times if self.slots else None)
