"""Validation and sorting of a planning request, so that the order of its parts has no effect."""

from collections.abc import Iterable
from dataclasses import replace
from math import isfinite

from matcher.errors import InputError
from matcher.events.planning.model import (
    Firm,
    MeetingRequest,
    Pair,
    Pin,
    Rules,
    Standing,
    TeamOfEvent,
    Wish,
)
from matcher.language.messages import _


def validate_and_sort(request: MeetingRequest) -> MeetingRequest:
    """Check a request and return it with every part in the order of ids.

    Raises InputError for ids that are given twice or not known, fits outside 0 to 1, slots that
    the event does not have, and limits below the possible minimum.
    """
    _check_rules(request.rules)
    _check_pairs(request)
    _check_parties(request)
    return replace(
        request,
        firms=tuple(sorted(request.firms, key=lambda firm: firm.id)),
        teams=tuple(sorted(request.teams, key=lambda team: team.id)),
        wishes=tuple(sorted(request.wishes, key=_wish_order)),
        pins=_pins_once(request.pins),
        exclusions=tuple(sorted(request.exclusions, key=lambda e: (e.firm, e.team, e.reason))),
        standing=_standing_possible(request),
    )


def _wish_order(wish: Wish) -> tuple[str, str, float, str, str]:
    return wish.firm, wish.team, -wish.fit, wish.need, wish.patent


def _check_rules(rules: Rules) -> None:
    if not rules.slots or not rules.tables:
        raise InputError(_("an event needs at least one slot and one table"))
    for names in (rules.slots, rules.tables):
        _unique(names)
    if rules.max_per_firm < 1 or rules.max_per_team < 1:
        raise InputError(_("firms and teams must be allowed at least one meeting each"))
    if not (isfinite(rules.min_fit) and 0 <= rules.min_fit <= 1):
        raise InputError(_("the least fit of a meeting must lie between 0 and 1"))


def _check_pairs(request: MeetingRequest) -> None:
    firms = _unique(firm.id for firm in request.firms)
    teams = _unique(team.id for team in request.teams)
    pairs = [(wish.firm, wish.team) for wish in request.wishes]
    pairs += [(pin.firm, pin.team) for pin in request.pins]
    pairs += [(exclusion.firm, exclusion.team) for exclusion in request.exclusions]
    for firm, team in pairs:
        if firm not in firms or team not in teams:
            unknown = firm if firm not in firms else team
            raise InputError(_("{name} is not at the event: add it, or leave it out", name=unknown))
    for wish in request.wishes:
        if not (isfinite(wish.fit) and 0 <= wish.fit <= 1):
            raise InputError(
                _(
                    "the fit of {firm} and {team} must lie between 0 and 1",
                    firm=wish.firm,
                    team=wish.team,
                )
            )
    for pin in request.pins:
        if pin.table is not None and pin.table not in request.rules.tables:
            raise InputError(
                _("a pin wants table {table}, which the event does not have", table=pin.table)
            )
    for pair, slots in _pinned_slots(request.pins).items():
        if len(slots) > 1:
            raise InputError(
                _(
                    "{firm} and {team} are pinned to two slots: keep one",
                    firm=pair[0],
                    team=pair[1],
                )
            )


def _check_parties(request: MeetingRequest) -> None:
    every = range(len(request.rules.slots))
    parties: list[Firm | TeamOfEvent] = [*request.firms, *request.teams]
    timed = [(party.name, party.slots) for party in parties if party.slots is not None]
    timed += [(pin.firm, frozenset({pin.slot})) for pin in request.pins if pin.slot is not None]
    for name, slots in timed:
        if unknown := [slot for slot in sorted(slots) if slot not in every]:
            raise InputError(
                _(
                    "{name} names slot {slot}, but the event's slots are 0 to {last}",
                    name=name,
                    slot=unknown[0],
                    last=every[-1],
                )
            )
    for team in request.teams:
        if team.table is not None and team.table not in request.rules.tables:
            raise InputError(
                _(
                    "{team} wants table {table}, which the event does not have",
                    team=team.name,
                    table=team.table,
                )
            )
    for party in parties:
        if party.max_meetings is not None and party.max_meetings < 0:
            raise InputError(_("{name} cannot have fewer than 0 meetings", name=party.name))


def _unique(ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise InputError(_("{name} is given twice: each needs its own name", name=name))
        seen.add(name)
    return seen


def _pinned_slots(pins: tuple[Pin, ...]) -> dict[Pair, set[int]]:
    slots: dict[Pair, set[int]] = {}
    for pin in pins:
        named = slots.setdefault((pin.firm, pin.team), set())
        if pin.slot is not None:
            named.add(pin.slot)
    return slots


def _pins_once(pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
    """Return each pinned pair once, with the slot and the table of any of its pins that has one."""
    once: dict[Pair, Pin] = {}
    for pin in pins:
        known = once.get((pin.firm, pin.team), pin)
        once[pin.firm, pin.team] = replace(
            known,
            slot=known.slot if pin.slot is None else pin.slot,
            table=known.table or pin.table,
            is_forced=known.is_forced or pin.is_forced,
        )
    return tuple(once[pair] for pair in sorted(once))


def _standing_possible(request: MeetingRequest) -> tuple[Standing, ...]:
    """Return the earlier meetings whose slot, table and parties the event still has."""
    firms, teams = ({party.id for party in side} for side in (request.firms, request.teams))
    rules = request.rules
    return tuple(
        sorted(
            (
                held
                for held in set(request.standing)
                if held.firm in firms
                and held.team in teams
                and held.table in rules.tables
                and held.slot in range(len(rules.slots))
            ),
            key=lambda held: (held.firm, held.team, held.slot, held.table, held.is_published),
        )
    )
