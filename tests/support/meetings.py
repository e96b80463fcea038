"""Small events to plan, and the value of a plan, computed without a solver."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, product

from hypothesis import strategies

from matcher.events.planning.candidates import Candidate, Resources, candidate_pairs
from matcher.events.planning.model import (
    Exclusion,
    Firm,
    MeetingRequest,
    Pair,
    Pin,
    Plan,
    Rules,
    TeamOfEvent,
    Wish,
)
from matcher.events.planning.validation import validate_and_sort

Worth = tuple[int, Fraction]
"""Number of firms with a meeting, and the sum of fits, a firm's nth best counting 1/n."""


def request(
    fits: Iterable[tuple[str, str, float]],
    *,
    slots: int = 2,
    tables: int = 9,
    max_per_firm: int = 2,
    max_per_team: int = 2,
    firms: Sequence[Firm] = (),
    teams: Sequence[TeamOfEvent] = (),
    pins: Sequence[Pin] = (),
    exclusions: Sequence[Exclusion] = (),
) -> MeetingRequest:
    """Build an event of one-letter firms and teams; those not described are always present."""
    wishes = tuple(Wish(firm, team, fit, "need", "patent") for firm, team, fit in fits)
    described = {firm.id for firm in firms} | {team.id for team in teams}
    pairs = [(wish.firm, wish.team) for wish in wishes]
    pairs += [(pin.firm, pin.team) for pin in pins]
    pairs += [(exclusion.firm, exclusion.team) for exclusion in exclusions]
    others = sorted({firm for firm, _ in pairs} - described)
    seated = sorted({team for _, team in pairs} - described)
    return MeetingRequest(
        rules=Rules(
            tuple(f"时段{slot}" for slot in range(slots)),
            tuple(f"桌{table}" for table in range(1, tables + 1)),
            max_per_firm=max_per_firm,
            max_per_team=max_per_team,
        ),
        firms=(*firms, *(Firm(name, f"企业{name}") for name in others)),
        teams=(*teams, *(TeamOfEvent(name, f"团队{name}") for name in seated)),
        wishes=wishes,
        pins=tuple(pins),
        exclusions=tuple(exclusions),
    )


def worth(fits: dict[Pair, float], pairs: Iterable[Pair]) -> Worth:
    """Return the value of these meetings, by the definition."""
    of_firm: dict[str, list[Fraction]] = {}
    for firm, team in pairs:
        fit = Fraction(fits.get((firm, team), 0.0)).limit_denominator(1000)
        of_firm.setdefault(firm, []).append(fit)
    total = sum(
        (fit / nth for own in of_firm.values() for nth, fit in enumerate(sorted(own)[::-1], 1)),
        start=Fraction(0),
    )
    return len(of_firm), total


def can_be_held(event: MeetingRequest, pairs: Sequence[Candidate]) -> bool:
    """True if some choice of slots puts nobody in two places, by trying all of them."""
    resources = Resources(event)
    for slots in product(*(pair.slots for pair in pairs)):
        taken = [
            (slot, resource)
            for pair, slot in zip(pairs, slots, strict=True)
            for resource in resources.of(*pair.pair)
        ]
        crowded = any(slots.count(slot) > len(event.rules.tables) for slot in slots)
        if len(taken) == len(set(taken)) and not crowded:
            return True
    return False


def best_worth(event: MeetingRequest) -> Worth | None:
    """Return the best value of all valid plans, by trying all of them; None if there is none."""
    event = validate_and_sort(event)
    excluded = {(exclusion.firm, exclusion.team) for exclusion in event.exclusions}
    candidates = [pair for pair in candidate_pairs(event) if pair.pair not in excluded]
    pinned = {(pin.firm, pin.team) for pin in event.pins}
    fits = {pair.pair: pair.fit for pair in candidates}
    best: Worth | None = None
    for count in range(len(candidates) + 1):
        for chosen in combinations(candidates, count):
            pairs = [pair.pair for pair in chosen]
            if not pinned <= set(pairs) or not _within_limits(event, pairs):
                continue
            value = worth(fits, pairs)
            if (best is None or value > best) and can_be_held(event, chosen):
                best = value
    return best


def _within_limits(event: MeetingRequest, pairs: Sequence[Pair]) -> bool:
    firms, teams = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return all(
        firms.count(firm.id)
        <= (event.rules.max_per_firm if firm.max_meetings is None else firm.max_meetings)
        for firm in event.firms
    ) and all(
        teams.count(team.id)
        <= (event.rules.max_per_team if team.max_meetings is None else team.max_meetings)
        for team in event.teams
    )


def held(plan: Plan) -> dict[Pair, int]:
    """Return the slot of each pair that meets."""
    return {(meeting.firm, meeting.team): meeting.slot for meeting in plan.meetings}


_FITS = strategies.integers(0, 10).map(lambda tenths: tenths / 10)
_LIMIT = strategies.none() | strategies.integers(0, 2)


def _few_slots(slots: int) -> strategies.SearchStrategy[frozenset[int] | None]:
    return strategies.none() | strategies.frozensets(strategies.integers(0, slots - 1))


@strategies.composite
def requests(draw: strategies.DrawFn, size: int = 3, *, pins: bool = True) -> MeetingRequest:
    """Generate events small enough to try every plan, with every kind of rule and limit."""
    slots = draw(strategies.integers(1, size))
    persons = strategies.lists(strategies.sampled_from("PQR"), max_size=2, unique=True).map(tuple)
    firms = [
        Firm(name, f"企业{name}", draw(persons), draw(_few_slots(slots)), draw(_LIMIT))
        for name in "abcd"[: draw(strategies.integers(1, size))]
    ]
    wanted = strategies.none() | strategies.just("桌1")
    teams = [
        TeamOfEvent(
            name, f"团队{name}", draw(persons), draw(_few_slots(slots)), draw(_LIMIT), draw(wanted)
        )
        for name in "XYZW"[: draw(strategies.integers(1, size))]
    ]
    pairs = [(firm.id, team.id) for firm in firms for team in teams]
    subset = strategies.lists(strategies.sampled_from(pairs), unique=True, max_size=size)
    wishes = draw(strategies.lists(strategies.sampled_from(pairs), max_size=8))
    slot_of_pin = strategies.none() | strategies.integers(0, slots - 1)
    pinned = [Pin(*pair, slot=draw(slot_of_pin)) for pair in draw(subset)] if pins else []
    return request(
        [(*pair, draw(_FITS)) for pair in wishes],
        slots=slots,
        tables=draw(strategies.integers(1, size)),
        max_per_firm=draw(strategies.integers(1, 3)),
        max_per_team=draw(strategies.integers(1, 3)),
        firms=firms,
        teams=teams,
        pins=pinned,
        exclusions=[Exclusion(*pair, "已合作") for pair in draw(subset)[:1]],
    )
