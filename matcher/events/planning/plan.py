"""The plan of an event in two steps: first the pairs, then their slots and tables.

Where the pairs of the first step cannot all be held, pairs and slots are decided together (see
matcher.events.planning.assignment), so that every plan can be held and, unless `is_best` is False,
no plan is better. The same request gives the same plan, in whatever order its parts come.
"""

from matcher.events.planning.assignment import (
    Assignment,
    Times,
    assign,
    assign_in_time,
)
from matcher.events.planning.candidates import Candidate, candidate_pairs
from matcher.events.planning.conflicts import PinsConflictError, pin_conflicts
from matcher.events.planning.model import Meeting, MeetingRequest, Plan
from matcher.events.planning.reasons import left_out
from matcher.events.planning.reserves import reserves
from matcher.events.planning.schedule import schedule
from matcher.events.planning.seating import Seating
from matcher.events.planning.solver import EFFORT
from matcher.events.planning.validation import validate_and_sort


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
    seating = Seating(request, times)
    meetings = _meetings(assignment, times, seating)
    return Plan(
        meetings=meetings,
        reserves=reserves(request, candidates, times, seating),
        left_out=left_out(request, times),
        moves=tuple(
            meeting for meeting in meetings if meeting.table != seating.homes[meeting.team]
        ),
        is_best=assignment.is_best,
    )


def _decide(
    request: MeetingRequest, candidates: tuple[Candidate, ...], effort: float
) -> tuple[Assignment, Times]:
    assignment = assign(request, candidates, effort)
    times = schedule(request, assignment.pairs, effort)
    if len(times) < len(assignment.pairs):
        assignment = assign_in_time(request, candidates, times, effort)
        times = assignment.times or {}
    return assignment, times


def _meetings(assignment: Assignment, times: Times, seating: Seating) -> tuple[Meeting, ...]:
    meetings = []
    for pair in assignment.pairs:
        slot = times[pair.pair]
        table = seating.table_of(pair.team, slot)
        meetings.append(Meeting(slot, table, pair.firm, pair.team, pair.fit, pair.is_pinned))
    return tuple(
        sorted(meetings, key=lambda meeting: (meeting.slot, seating.table_index(meeting.table)))
    )
