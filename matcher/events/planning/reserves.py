"""Reserve pairs of each slot: about a quarter of planned meetings do not happen."""

from collections import Counter
from collections.abc import Iterable, Mapping

from matcher.events.planning.assignment import Times
from matcher.events.planning.candidates import Candidate, Resource, Resources
from matcher.events.planning.model import MeetingRequest, Pair, Reserve
from matcher.events.planning.seating import Seating

MAX_RESERVES = 5
"""Pairs with both sides free that are listed for a slot; and as many stand-ins."""


def reserves(
    request: MeetingRequest,
    candidates: Iterable[Candidate],
    times: Times,
    seating: Seating,
    max_reserves: int = MAX_RESERVES,
) -> tuple[Reserve, ...]:
    """Return for each slot the next best pairs that do not meet in the plan, and could then.

    First pairs with both sides free and a table; then, for busy teams, the firm that would replace
    an absent one; at most `max_reserves` of each. A pair is ranked by its fit divided by one more
    than its firm's planned meetings, as in the plan itself. A reserve that was held in one slot
    has to be struck out by hand in the later ones.
    """
    resources = Resources(request)
    planned = Counter(firm for firm, _ in times)
    spare = [candidate for candidate in candidates if candidate.pair not in times]
    spare.sort(key=lambda pair: (-pair.fit / (planned[pair.firm] + 1), pair.pair))
    listed: list[Reserve] = []
    for slot in range(len(request.rules.slots)):
        present = [candidate for candidate in spare if slot in candidate.slots]
        meeting = {pair for pair, at in times.items() if at == slot}
        busy = _busy(resources, meeting)
        listed += _both_free(resources, present, busy, seating, slot)[:max_reserves]
        listed += _stand_ins(resources, present, busy, seating, slot)[:max_reserves]
    return tuple(listed)


def _busy(resources: Resources, meeting: Iterable[Pair]) -> dict[Resource, Pair]:
    return {resource: pair for pair in meeting for resource in resources.of(*pair)}


def _both_free(
    resources: Resources,
    present: list[Candidate],
    busy: Mapping[Resource, Pair],
    seating: Seating,
    slot: int,
) -> list[Reserve]:
    return [
        Reserve(slot, table, candidate.firm, candidate.team, candidate.fit)
        for candidate in present
        if not resources.of(*candidate.pair) & busy.keys()
        and (table := seating.free_table(candidate.team, slot)) is not None
    ]


def _stand_ins(
    resources: Resources,
    present: list[Candidate],
    busy: Mapping[Resource, Pair],
    seating: Seating,
    slot: int,
) -> list[Reserve]:
    """Return for each busy team the best firm that only this one meeting keeps away."""
    best: dict[str, Reserve] = {}
    for candidate in present:
        taken = resources.of(*candidate.pair) & busy.keys()
        in_the_way = {busy[resource] for resource in taken}
        if len(in_the_way) != 1 or candidate.team in best:
            continue
        firm, team = in_the_way.pop()
        if team == candidate.team and firm != candidate.firm:
            table = seating.table_of(team, slot)
            best[team] = Reserve(slot, table, candidate.firm, team, candidate.fit, instead_of=firm)
    return list(best.values())
