"""Waits of firms between their meetings, and their changes of table."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from matcher.events.planning.model import Meeting, MeetingRequest, PlanFigures

_SLOT = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def slot_times(slots: Sequence[str]) -> list[tuple[int, int]]:
    """Return begin and end of each slot, in minutes; slots of other names take a minute each."""
    times = [_SLOT.fullmatch(slot) for slot in slots]
    if not all(times):
        return [(number, number + 1) for number in range(len(slots))]
    minutes = [[int(part) for part in time.groups()] for time in times if time]
    return [(60 * hour + minute, 60 * to + end) for hour, minute, to, end in minutes]


def plan_figures(request: MeetingRequest, meetings: Iterable[Meeting]) -> PlanFigures:
    """Return the figures of these meetings."""
    times = slot_times(request.rules.slots)
    seats = {(meeting.firm, meeting.team): meeting for meeting in meetings}
    of_firm: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in sorted(seats.values(), key=lambda meeting: meeting.slot):
        of_firm[meeting.firm].append(meeting)
    steps = [step for own in of_firm.values() for step in pairwise(own)]
    waits = [times[after.slot][0] - times[before.slot][1] for before, after in steps]
    return PlanFigures(
        meetings=len(seats),
        longest_wait=max(waits, default=0),
        mean_wait=round(sum(waits) / len(waits), 1) if waits else 0.0,
        table_changes=sum(before.table != after.table for before, after in steps),
    )
