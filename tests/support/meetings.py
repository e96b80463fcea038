"""Small events to plan, and what a plan is worth, computed without a solver."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, product

from hypothesis import strategies

from matcher.events.planning.candidates import Candidate, Resources, candidates
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
from matcher.events.planning.validation import ordered

Worth = tuple[int, Fraction]
"""Firms with a meeting, and the sum of all fits, a firm's nth best counting 1/n."""


def request(
    fits: Iterable[tuple[str, str, float]],
    *,
    slots: int = 2,
    tables: int = 9,
    firm_most: int = 2,
    team_most: int = 2,
    firms: Sequence[Firm] = (),
    teams: Sequence[TeamOfEvent] = (),
    pins: Sequence[Pin] = (),
    exclusions: Sequence[Exclusion] = (),
) -> MeetingRequest:
    """An event of one-letter firms and teams; whoever is not described is always there."""
    wishes = tuple(Wish(firm, team, fit, "need", "patent") for firm, team, fit in fits)
    described = {firm.id for firm in firms} | {team.id for team in teams}
    pairs = [(wish.firm, wish.team) for wish in wishes]
    pairs += [(pin.firm, pin.team) for pin in pins]
    pairs += [(one.firm, one.team) for one in exclusions]
    others = sorted({firm for firm, _ in pairs} - described)
    seated = sorted({team for _, team in pairs} - described)
    return MeetingRequest(
        rules=Rules(
            tuple(f"时段{slot}" for slot in range(slots)),
            tuple(f"桌{table}" for table in range(1, tables + 1)),
            most_per_firm=firm_most,
            most_per_team=team_most,
        ),
        firms=(*firms, *(Firm(one, f"企业{one}") for one in others)),
        teams=(*teams, *(TeamOfEvent(one, f"团队{one}") for one in seated)),
        wishes=wishes,
        pins=tuple(pins),
        exclusions=tuple(exclusions),
    )


def worth(fits: dict[Pair, float], pairs: Iterable[Pair]) -> Worth:
    """What these meetings are worth, by the definition."""
    of_firm: dict[str, list[Fraction]] = {}
    for firm, team in pairs:
        fit = Fraction(fits.get((firm, team), 0.0)).limit_denominator(1000)
        of_firm.setdefault(firm, []).append(fit)
    total = sum(
        (fit / nth for own in of_firm.values() for nth, fit in enumerate(sorted(own)[::-1], 1)),
        start=Fraction(0),
    )
    return len(of_firm), total


def can_be_held(asked: MeetingRequest, pairs: Sequence[Candidate]) -> bool:
    """Whether some choice of slots puts nobody in two places, by trying all of them."""
    resources = Resources(asked)
    for slots in product(*(one.slots for one in pairs)):
        taken = [
            (slot, resource)
            for one, slot in zip(pairs, slots, strict=True)
            for resource in resources.of(*one.pair)
        ]
        crowded = any(slots.count(slot) > len(asked.rules.tables) for slot in slots)
        if len(taken) == len(set(taken)) and not crowded:
            return True
    return False


def best_worth(asked: MeetingRequest) -> Worth | None:
    """The best of all plans that keep everything, by trying all of them; None for none."""
    asked = ordered(asked)
    excluded = {(one.firm, one.team) for one in asked.exclusions}
    found = [one for one in candidates(asked) if one.pair not in excluded]
    pinned = {(pin.firm, pin.team) for pin in asked.pins}
    fits = {one.pair: one.fit for one in found}
    best: Worth | None = None
    for count in range(len(found) + 1):
        for chosen in combinations(found, count):
            pairs = [one.pair for one in chosen]
            if not pinned <= set(pairs) or not _within_limits(asked, pairs):
                continue
            value = worth(fits, pairs)
            if (best is None or value > best) and can_be_held(asked, chosen):
                best = value
    return best


def _within_limits(asked: MeetingRequest, pairs: Sequence[Pair]) -> bool:
    firms, teams = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return all(
        firms.count(firm.id) <= (asked.rules.most_per_firm if firm.most is None else firm.most)
        for firm in asked.firms
    ) and all(
        teams.count(team.id) <= (asked.rules.most_per_team if team.most is None else team.most)
        for team in asked.teams
    )


def held(plan: Plan) -> dict[Pair, int]:
    """The slot of each pair that meets."""
    return {(one.firm, one.team): one.slot for one in plan.meetings}


_FITS = strategies.integers(0, 10).map(lambda tenths: tenths / 10)
_MOST = strategies.none() | strategies.integers(0, 2)


def _few_slots(slots: int) -> strategies.SearchStrategy[frozenset[int] | None]:
    return strategies.none() | strategies.frozensets(strategies.integers(0, slots - 1))


@strategies.composite
def requests(draw: strategies.DrawFn, size: int = 3, *, pins: bool = True) -> MeetingRequest:
    """Events small enough to try every plan, with all that can be said about one."""
    slots = draw(strategies.integers(1, size))
    persons = strategies.lists(strategies.sampled_from("PQR"), max_size=2, unique=True).map(tuple)
    firms = [
        Firm(name, f"企业{name}", draw(persons), draw(_few_slots(slots)), draw(_MOST))
        for name in "abcd"[: draw(strategies.integers(1, size))]
    ]
    wanted = strategies.none() | strategies.just("桌1")
    teams = [
        TeamOfEvent(
            name, f"团队{name}", draw(persons), draw(_few_slots(slots)), draw(_MOST), draw(wanted)
        )
        for name in "XYZW"[: draw(strategies.integers(1, size))]
    ]
    pairs = [(firm.id, team.id) for firm in firms for team in teams]
    subset = strategies.lists(strategies.sampled_from(pairs), unique=True, max_size=size)
    wished = draw(strategies.lists(strategies.sampled_from(pairs), max_size=8))
    slot_of_pin = strategies.none() | strategies.integers(0, slots - 1)
    pinned = [Pin(*pair, slot=draw(slot_of_pin)) for pair in draw(subset)] if pins else []
    return request(
        [(*pair, draw(_FITS)) for pair in wished],
        slots=slots,
        tables=draw(strategies.integers(1, size)),
        firm_most=draw(strategies.integers(1, 3)),
        team_most=draw(strategies.integers(1, 3)),
        firms=firms,
        teams=teams,
        pins=pinned,
        exclusions=[Exclusion(*pair, "已合作") for pair in draw(subset)[:1]],
    )
