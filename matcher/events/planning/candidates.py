"""Which pairs may meet, in which slots, and what two meetings in one slot must not share."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Literal

from matcher.events.planning.model import (
    Firm,
    MeetingRequest,
    Pair,
    TeamOfEvent,
)

Resource = tuple[Literal["firm", "team", "person"], str]
"""Somebody who is in one place at a time."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm and a team that may meet, once."""

    firm: str
    team: str
    fit: float
    slots: tuple[int, ...]
    """Those in which both can, or the one that its pin names; in order."""
    is_pinned: bool

    @property
    def pair(self) -> Pair:
        """The ids of both."""
        return self.firm, self.team


def best_fits(request: MeetingRequest) -> dict[Pair, float]:
    """The best fit of each pair that has a wish."""
    best: dict[Pair, float] = {}
    for wish in request.wishes:
        pair = wish.firm, wish.team
        best[pair] = max(wish.fit, best.get(pair, 0.0))
    return best


def candidates(request: MeetingRequest) -> tuple[Candidate, ...]:
    """The pairs that may meet, in order of ids.

    Pinned ones, whatever their fit, and those that reach the line, are not excluded and have a
    slot in common.
    """
    fits = best_fits(request)
    excluded = {(one.firm, one.team) for one in request.exclusions}
    pinned = {(pin.firm, pin.team): pin.slot for pin in request.pins}
    firms = {firm.id: free_slots(request, firm) for firm in request.firms}
    teams = {team.id: free_slots(request, team) for team in request.teams}
    found = []
    for pair in sorted(fits.keys() | pinned.keys()):
        slots = firms[pair[0]] & teams[pair[1]]
        if (slot := pinned.get(pair)) is not None:
            slots &= {slot}
        fit = fits.get(pair, 0.0)
        may = slots and pair not in excluded and fit >= request.rules.line
        if may or pair in pinned:
            found.append(Candidate(*pair, fit, tuple(sorted(slots)), pair in pinned))
    return tuple(found)


def free_slots(request: MeetingRequest, party: Firm | TeamOfEvent) -> frozenset[int]:
    """The slots in which a firm or a team can."""
    return frozenset(range(len(request.rules.slots))) if party.slots is None else party.slots


def most_of_firm(request: MeetingRequest, firm: Firm) -> int:
    """How many meetings a firm may have."""
    return request.rules.most_per_firm if firm.most is None else firm.most


def most_of_team(request: MeetingRequest, team: TeamOfEvent) -> int:
    """How many meetings a team may have."""
    return request.rules.most_per_team if team.most is None else team.most


class Resources:
    """What a meeting of two parties takes up: both, and each person who is also elsewhere."""

    def __init__(self, request: MeetingRequest) -> None:
        """Persons of one party only are nowhere else, so the party speaks for them."""
        parties = [*((set(firm.representatives)) for firm in request.firms)]
        parties += [*((set(team.members)) for team in request.teams)]
        count = Counter(person for persons in parties for person in persons)
        shared = {person for person, parties_of in count.items() if parties_of > 1}
        self._firms = {one.id: shared & set(one.representatives) for one in request.firms}
        self._teams = {one.id: shared & set(one.members) for one in request.teams}

    def of(self, firm: str, team: str) -> frozenset[Resource]:
        """Everybody whom a meeting of this pair takes up."""
        both = self._firms[firm] | self._teams[team]
        return frozenset({("firm", firm), ("team", team), *(("person", one) for one in both)})

    def users(self, found: tuple[Candidate, ...]) -> dict[Resource, list[Candidate]]:
        """The candidates that take up each resource, in order of resources."""
        users: dict[Resource, list[Candidate]] = defaultdict(list)
        for candidate in found:
            for resource in self.of(*candidate.pair):
                users[resource].append(candidate)
        return dict(sorted(users.items()))
