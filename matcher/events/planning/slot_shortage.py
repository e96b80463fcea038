"""Whether the meetings of one party can all have a slot of their own."""

from collections.abc import Sequence


def short_slots(meetings: Sequence[Sequence[int]]) -> frozenset[int]:
    """Slots in which more of the meetings must lie than there are of them; empty where none.

    `meetings` gives the slots of each. By Hall's theorem such slots exist exactly where the
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
    """Give the meeting a slot, moving others where they have another; collects what it tried."""
    for slot in meetings[meeting]:
        if slot in tried:
            continue
        tried.add(slot)
        if slot not in holder or _has_slot(holder[slot], meetings, holder, tried):
            holder[slot] = meeting
            return True
    return False
