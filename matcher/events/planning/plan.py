"""The plan of an event in two steps: first the pairs, then their slots and tables.

Where the pairs of the first step cannot all be held, pairs and slots are decided together (see
matcher.events.planning.assignment), so that every plan can be held and, unless `is_best` is False,
no plan is better. Among plans with the best fits, what stands is kept and waits are short (see
matcher.events.planning.arrangement). The same request gives the same plan, in whatever order its
parts come.
"""

from collections.abc import Iterable

from matcher.events.planning.arrangement import arrange
from matcher.events.planning.assignment import (
    Assignment,
    Times,
    assign,
    assign_in_time,
)
from matcher.events.planning.candidates import Candidate, best_fits, candidate_pairs
from matcher.events.planning.check import Placement
from matcher.events.planning.conflicts import PinsConflictError, pin_conflicts
from matcher.events.planning.model import Meeting, MeetingRequest, Plan
from matcher.events.planning.reasons import left_out
from matcher.events.planning.reserves import reserves
from matcher.events.planning.schedule import schedule
from matcher.events.planning.seating import Seating
from matcher.events.planning.solver import EFFORT
from matcher.events.planning.validation import validate_and_sort
from matcher.events.planning.waits import plan_figures


def plan_meetings(request: MeetingRequest, effort: float = EFFORT) -> Plan:
    """Plan the meetings. `effort` bounds each search (see matcher.events.planning.solver).

    Raises InputError for a request that contradicts itself, PinsConflictError if not all pins can
    be kept (it names them and the limits in the way), and NoPlanFoundError.
    """
    request = validate_and_sort(request)
    if conflicts := pin_conflicts(request):
        raise PinsConflictError(request, conflicts)
    candidates = candidate_pairs(request)
    assignment, times = _decide(request, candidates, effort)
    return _plan(request, candidates, times, Seating(request, times), is_best=assignment.is_best)


def plan_as_placed(request: MeetingRequest, placements: Iterable[Placement]) -> Plan:
    """Return the plan of these meetings as they are, with its reserves and figures.

    They must hold together (see matcher.events.planning.check). Raises InputError.
    """
    request = validate_and_sort(request)
    slots = request.rules.slots
    seats = {here.pair: (slots.index(here.slot), here.table) for here in placements}
    times = {pair: slot for pair, (slot, _) in seats.items()}
    seating = Seating(request, times, {pair: table for pair, (_, table) in seats.items()})
    return _plan(request, candidate_pairs(request), times, seating, is_best=False)


def _plan(
    request: MeetingRequest,
    candidates: tuple[Candidate, ...],
    times: Times,
    seating: Seating,
    *,
    is_best: bool,
) -> Plan:
    meetings = _meetings(request, times, seating)
    return Plan(
        meetings=meetings,
        reserves=reserves(request, candidates, times, seating),
        left_out=left_out(request, times),
        moves=tuple(
            meeting for meeting in meetings if meeting.table != seating.homes[meeting.team]
        ),
        is_best=is_best,
        figures=plan_figures(request, meetings),
    )


def _decide(
    request: MeetingRequest, candidates: tuple[Candidate, ...], effort: float
) -> tuple[Assignment, Times]:
    assignment = assign(request, candidates, effort)
    times = schedule(request, assignment.pairs, effort)
    if len(times) < len(assignment.pairs):
        assignment = assign_in_time(request, candidates, times, effort)
        times = assignment.times or {}
    return arrange(request, candidates, assignment, times, effort)


def _meetings(request: MeetingRequest, times: Times, seating: Seating) -> tuple[Meeting, ...]:
    fits = best_fits(request)
    pinned = {(pin.firm, pin.team) for pin in request.pins}
    meetings = [
        Meeting(slot, seating.table_of(pair[1], slot), *pair, fits.get(pair, 0.0), pair in pinned)
        for pair, slot in times.items()
    ]
    return tuple(
        sorted(meetings, key=lambda meeting: (meeting.slot, seating.table_index(meeting.table)))
    )
