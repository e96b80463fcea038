"""Who stands by in each slot: about a quarter of planned meetings do not happen."""

from collections import Counter
from collections.abc import Iterable, Mapping

from matcher.events.planning.assignment import Times
from matcher.events.planning.candidates import Candidate, Resource, Resources
from matcher.events.planning.model import MeetingRequest, Pair, Reserve
from matcher.events.planning.seating import Seating

FREE_PAIRS = 5
"""How many pairs with both sides free are listed for a slot; and as many tables' stand-ins."""


def reserves(
    request: MeetingRequest,
    found: Iterable[Candidate],
    times: Times,
    seating: Seating,
    most: int = FREE_PAIRS,
) -> tuple[Reserve, ...]:
    """For each slot the next best pairs that do not meet in the plan, and could then.

    First pairs whose both sides are free and that have a table, then for tables whose team is
    busy the firm that would take the place of one that stays away; at most `most` of each. A pair
    counts its fit over one more than its firm's planned meetings, as in the plan itself. What has
    been held in one slot has to be struck out by hand in the later ones.
    """
    resources = Resources(request)
    planned = Counter(firm for firm, _ in times)
    spare = [one for one in found if one.pair not in times]
    spare.sort(key=lambda one: (-one.fit / (planned[one.firm] + 1), one.pair))
    listed: list[Reserve] = []
    for slot in range(len(request.rules.slots)):
        now = [one for one in spare if slot in one.slots]
        meeting = {pair for pair, at in times.items() if at == slot}
        busy = _busy(resources, meeting)
        listed += _both_free(resources, now, busy, seating, slot)[:most]
        listed += _stand_ins(resources, now, busy, seating, slot)[:most]
    return tuple(listed)


def _busy(resources: Resources, meeting: Iterable[Pair]) -> dict[Resource, Pair]:
    return {resource: pair for pair in meeting for resource in resources.of(*pair)}


def _both_free(
    resources: Resources,
    now: list[Candidate],
    busy: Mapping[Resource, Pair],
    seating: Seating,
    slot: int,
) -> list[Reserve]:
    return [
        Reserve(slot, table, one.firm, one.team, one.fit)
        for one in now
        if not resources.of(*one.pair) & busy.keys()
        and (table := seating.free(one.team, slot)) is not None
    ]


def _stand_ins(
    resources: Resources,
    now: list[Candidate],
    busy: Mapping[Resource, Pair],
    seating: Seating,
    slot: int,
) -> list[Reserve]:
    """For each busy team the best firm that only this one meeting keeps away."""
    best: dict[str, Reserve] = {}
    for one in now:
        in_the_way = {busy[resource] for resource in resources.of(*one.pair) & busy.keys()}
        if len(in_the_way) != 1 or one.team in best:
            continue
        firm, team = in_the_way.pop()
        if team == one.team and firm != one.firm:
            table = seating.of(team, slot)
            best[team] = Reserve(slot, table, one.firm, team, one.fit, instead_of=firm)
    return list(best.values())
