"""The choice among plans with the best fits: first few moves, then short waits.

The pairs and slots that `matcher.events.planning.assignment` found are one of many plans of the
same value. Of these the one is taken that moves fewest of the meetings that stand: those that were
published first, then those of the last plan. Among them, the firms wait least between meetings.

A small event is decided whole, which is exact. In a large one the pairs are chosen first, those
that stand before others, and then their slots.
"""

from collections.abc import Iterable, Mapping

from ortools.sat.python import cp_model

from matcher.events.planning.assignment import (
    Assignment,
    AssignmentModel,
    NoPlanFoundError,
    Times,
    assign,
)
from matcher.events.planning.candidates import Candidate
from matcher.events.planning.model import MeetingRequest, Pair
from matcher.events.planning.schedule import schedule
from matcher.events.planning.waits import slot_times

WHOLE = 400
"""Possible seats (pairs times their slots) up to which pairs and slots are decided together."""
WAIT_EFFORT = 0.125
"""Part of the effort of a search that goes into shorter waits, which are seldom proven shortest."""


def arrange(
    request: MeetingRequest,
    candidates: tuple[Candidate, ...],
    assignment: Assignment,
    times: Times,
    effort: float,
) -> tuple[Assignment, Times]:
    """Return a plan of the same value in which little moves and the firms wait little."""
    if not times:
        return assignment, times
    is_whole = sum(len(pair.slots) for pair in candidates) <= WHOLE and assignment.is_best
    if not is_whole and request.standing:
        assignment, times = _choose_standing(request, candidates, assignment, times, effort)
    pool = candidates if is_whole else assignment.pairs
    arrangement = _Arrangement(request, pool, assignment, times)
    if request.standing:
        arrangement.keep_standing(effort)
    arrangement.shorten_waits(effort * WAIT_EFFORT)
    return arrangement.assignment, arrangement.times


def _choose_standing(
    request: MeetingRequest,
    candidates: tuple[Candidate, ...],
    assignment: Assignment,
    times: Times,
    effort: float,
) -> tuple[Assignment, Times]:
    """Choose pairs of the same value, as many as possible that stand, if they have slots."""
    weights = _pair_weights(standing_weights(request))
    try:
        chosen = assign(request, candidates, effort, (assignment.pairs, weights))
    except NoPlanFoundError:
        return assignment, times
    chosen_times = schedule(request, chosen.pairs, effort)
    if len(chosen_times) < len(chosen.pairs):
        return assignment, times
    return Assignment(chosen.pairs, assignment.is_best), chosen_times


def standing_weights(request: MeetingRequest) -> dict[tuple[Pair, int], int]:
    """Return the weight of keeping each pair in its slot: any published one before all others."""
    others = sum(not held.is_published for held in request.standing)
    weights: dict[tuple[Pair, int], int] = {}
    for held in request.standing:
        seat = (held.firm, held.team), held.slot
        weights[seat] = weights.get(seat, 0) + (2 * others + 1 if held.is_published else 1)
    return weights


class _Arrangement:
    """A plan that is improved stage by stage; a stage keeps what those before it reached."""

    def __init__(
        self,
        request: MeetingRequest,
        pool: tuple[Candidate, ...],
        assignment: Assignment,
        times: Times,
    ) -> None:
        self._request = request
        self.assignment, self.times = assignment, times
        self._builder = AssignmentModel(request, pool)
        self._builder.add_slots()
        self._model = self._builder.model
        if set(pool) == set(assignment.pairs):
            for meets in self._builder.meets.values():
                self._model.add(meets == 1)
        else:
            self._builder.keep_value(assignment.pairs)

    def keep_standing(self, effort: float) -> None:
        """Keep as many standing meetings as possible: in their slot, or else at all."""
        weights = standing_weights(self._request)
        pairs = _pair_weights(weights)
        slots = [
            (weights[pair.pair, slot], meets_here)
            for pair, own in self._builder.slots.items()
            for slot, meets_here in own.items()
            if (pair.pair, slot) in weights
        ]
        meets = [
            (pairs[pair.pair], meets)
            for pair, meets in self._builder.meets.items()
            if pair.pair in pairs
        ]
        kept = sum(weight * variable for weight, variable in (*slots, *meets))
        self._model.maximize(kept)
        self._solve(effort)
        reached = sum(
            pairs.get(pair, 0) + weights.get((pair, slot), 0) for pair, slot in self.times.items()
        )
        self._model.add(kept >= reached)

    def shorten_waits(self, effort: float) -> None:
        """Let the firms wait as little as possible, all together."""
        waits = [wait for own in self._by_firm().values() for wait in self._waits(own)]
        if waits:
            self._model.minimize(sum(length * waiting for length, waiting in waits))
            self._solve(effort, is_flow=False)

    def _by_firm(self) -> Mapping[str, list[Candidate]]:
        firms: dict[str, list[Candidate]] = {}
        for pair in self._builder.meets:
            firms.setdefault(pair.firm, []).append(pair)
        return {firm: own for firm, own in firms.items() if len(own) > 1}

    def _waits(self, own: list[Candidate]) -> Iterable[tuple[int, cp_model.IntVar]]:
        """Yield for each slot, and each break between slots, whether the firm waits in it.

        It waits where it has a meeting before and one after, and none there.
        """
        model, slots = self._model, self._builder.slots
        times = slot_times(self._request.rules.slots)
        here = [[slots[pair][n] for pair in own if n in slots[pair]] for n in range(len(times))]
        came = [model.new_bool_var("") for _ in times]
        stays = [model.new_bool_var("") for _ in times]
        for number, meeting in enumerate(here):
            for meets_here in meeting:
                model.add_implication(meets_here, came[number])
                model.add_implication(meets_here, stays[number])
            if number:
                model.add_implication(came[number - 1], came[number])
                model.add_implication(stays[number], stays[number - 1])
        for number, (begin, end) in enumerate(times):
            waiting = model.new_bool_var("")
            model.add(came[number] + stays[number] - 1 <= waiting + sum(here[number]))
            yield end - begin, waiting
            if number and (rest := begin - times[number - 1][1]) > 0:
                resting = model.new_bool_var("")
                model.add_bool_or([came[number - 1].negated(), stays[number].negated(), resting])
                yield rest, resting

    def _solve(self, effort: float, *, is_flow: bool = True) -> None:
        self._model.clear_hints()  # type: ignore[no-untyped-call]
        self._builder.start_from(self.times)
        try:
            found = self._builder.solve(effort, is_flow=is_flow)
        except NoPlanFoundError:
            return  # what stood before stays
        self.assignment = Assignment(found.pairs, self.assignment.is_best, found.times)
        self.times = found.times or {}


def _pair_weights(weights: Mapping[tuple[Pair, int], int]) -> dict[Pair, int]:
    pairs: dict[Pair, int] = {}
    for (pair, _), weight in weights.items():
        pairs[pair] = max(weight, pairs.get(pair, 0))
    return pairs
