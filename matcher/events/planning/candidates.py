"""Candidate pairs of a plan, their slots, and the resources that a meeting takes up."""

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
"""A party or a person, which can be in one place at a time."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm and a team that may meet, once."""

    firm: str
    team: str
    fit: float
    slots: tuple[int, ...]
    """The slots in which both are present, or the slot of the pin; in order."""
    is_pinned: bool

    @property
    def pair(self) -> Pair:
        """The ids of the firm and of the team."""
        return self.firm, self.team


def best_fits(request: MeetingRequest) -> dict[Pair, float]:
    """Return the best fit of each pair that has a wish."""
    best: dict[Pair, float] = {}
    for wish in request.wishes:
        pair = wish.firm, wish.team
        best[pair] = max(wish.fit, best.get(pair, 0.0))
    return best


def candidate_pairs(request: MeetingRequest) -> tuple[Candidate, ...]:
    """Return the pairs that may meet, in order of ids.

    These are all pinned pairs, whatever their fit, and the pairs that reach the minimum fit, are
    not excluded and have a slot in common.
    """
    fits = best_fits(request)
    excluded = {(exclusion.firm, exclusion.team) for exclusion in request.exclusions}
    pinned = {(pin.firm, pin.team): pin for pin in request.pins}
    firms = {firm.id: free_slots(request, firm) for firm in request.firms}
    teams = {team.id: free_slots(request, team) for team in request.teams}
    candidates = []
    for pair in sorted(fits.keys() | pinned.keys()):
        slots = firms[pair[0]] & teams[pair[1]]
        if (pin := pinned.get(pair)) is not None and pin.slot is not None:
            slots = frozenset({pin.slot}) if pin.is_forced else slots & {pin.slot}
        fit = fits.get(pair, 0.0)
        is_possible = slots and pair not in excluded and fit >= request.rules.min_fit
        if is_possible or pair in pinned:
            candidates.append(Candidate(*pair, fit, tuple(sorted(slots)), pair in pinned))
    return tuple(candidates)


def free_slots(request: MeetingRequest, party: Firm | TeamOfEvent) -> frozenset[int]:
    """Return the slots in which a firm or a team is present."""
    return frozenset(range(len(request.rules.slots))) if party.slots is None else party.slots


def max_meetings_of_firm(request: MeetingRequest, firm: Firm) -> int:
    """Return the limit of meetings of a firm; forced ones may exceed it."""
    limit = request.rules.max_per_firm if firm.max_meetings is None else firm.max_meetings
    return max(limit, sum(pin.is_forced and pin.firm == firm.id for pin in request.pins))


def max_meetings_of_team(request: MeetingRequest, team: TeamOfEvent) -> int:
    """Return the limit of meetings of a team; forced ones may exceed it."""
    limit = request.rules.max_per_team if team.max_meetings is None else team.max_meetings
    return max(limit, sum(pin.is_forced and pin.team == team.id for pin in request.pins))


class Resources:
    """The resources of each meeting: both parties, and each person who belongs to several."""

    def __init__(self, request: MeetingRequest) -> None:
        """Find the shared persons; a person of one party only is covered by the party itself."""
        parties = [*((set(firm.representatives)) for firm in request.firms)]
        parties += [*((set(team.members)) for team in request.teams)]
        count = Counter(person for persons in parties for person in persons)
        shared = {person for person, parties_of in count.items() if parties_of > 1}
        self._firms = {firm.id: shared & set(firm.representatives) for firm in request.firms}
        self._teams = {team.id: shared & set(team.members) for team in request.teams}

    def of(self, firm: str, team: str) -> frozenset[Resource]:
        """Return the resources that a meeting of this pair takes up."""
        persons = self._firms[firm] | self._teams[team]
        return frozenset({("firm", firm), ("team", team), *(("person", name) for name in persons)})

    def users(self, candidates: tuple[Candidate, ...]) -> dict[Resource, list[Candidate]]:
        """Return the candidates that take up each resource, in order of resources."""
        users: dict[Resource, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            for resource in self.of(*candidate.pair):
                users[resource].append(candidate)
        return dict(sorted(users.items()))
