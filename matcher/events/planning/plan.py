"""The plan of an event, in two steps: who meets whom, then when and where.

Where the pairs of the first step cannot all be held, pairs and slots are decided together (see
matcher.events.assignment), so that every plan can be held and, unless it says otherwise, no plan
is better. The same request gives the same plan, in whatever order its parts come.
"""

from matcher.events.planning.assignment import (
    Assignment,
    Times,
    assign,
    assign_in_time,
)
from matcher.events.planning.candidates import Candidate, candidates
from matcher.events.planning.conflicts import PinsConflictError, pin_conflicts
from matcher.events.planning.model import Meeting, MeetingRequest, Plan
from matcher.events.planning.reasons import left_out
from matcher.events.planning.reserves import reserves
from matcher.events.planning.schedule import schedule
from matcher.events.planning.seating import Seating
from matcher.events.planning.solver import EFFORT
from matcher.events.planning.validation import ordered


def plan_meetings(request: MeetingRequest, effort: float = EFFORT) -> Plan:
    """The plan. `effort` bounds each search (see matcher.events.solving).

    Raises InputError for a request that contradicts itself, PinsConflictError where the pins
    cannot all be kept (it names them and what stands in the way), and NoPlanFoundError.
    """
    request = ordered(request)
    if conflicts := pin_conflicts(request):
        raise PinsConflictError(request, conflicts)
    found = candidates(request)
    assignment, times = _decide(request, found, effort)
    seating = Seating(request, times)
    meetings = _meetings(assignment, times, seating)
    return Plan(
        meetings=meetings,
        reserves=reserves(request, found, times, seating),
        left_out=left_out(request, times),
        moves=tuple(one for one in meetings if one.table != seating.homes[one.team]),
        is_best=assignment.is_best,
    )


def _decide(
    request: MeetingRequest, found: tuple[Candidate, ...], effort: float
) -> tuple[Assignment, Times]:
    assignment = assign(request, found, effort)
    times = schedule(request, assignment.pairs, effort)
    if len(times) < len(assignment.pairs):
        assignment = assign_in_time(request, found, times, effort)
        times = assignment.times or {}
    return assignment, times


def _meetings(assignment: Assignment, times: Times, seating: Seating) -> tuple[Meeting, ...]:
    meetings = []
    for one in assignment.pairs:
        slot = times[one.pair]
        table = seating.of(one.team, slot)
        meetings.append(Meeting(slot, table, one.firm, one.team, one.fit, one.is_pinned))
    return tuple(sorted(meetings, key=lambda one: (one.slot, seating.place(one.table))))
