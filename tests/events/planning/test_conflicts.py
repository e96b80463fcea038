"""Conflicts of pins: exactly the pins and limits that contradict each other are named."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from matcher.events.planning.conflicts import (
    Limit,
    PinConflict,
    PinsConflictError,
    pin_conflicts,
)
from matcher.events.planning.model import (
    Exclusion,
    Firm,
    MeetingRequest,
    Pin,
    TeamOfEvent,
)
from matcher.events.planning.plan import plan_meetings
from matcher.events.planning.validation import validate_and_sort
from tests.support.meetings import best_worth, request, requests


def conflicts(event: MeetingRequest) -> tuple[PinConflict, ...]:
    return pin_conflicts(validate_and_sort(event))


def pins(*pairs: str) -> list[Pin]:
    return [Pin(*pair) for pair in pairs]


def conflict_message(event: MeetingRequest) -> str:
    with pytest.raises(PinsConflictError) as refused:
        plan_meetings(event)
    return str(refused.value)


def test_more_pins_than_a_team_may_have() -> None:
    event = request([("d", "X", 0.9)], pins=pins("aX", "bX", "cX", "aY"), slots=5)
    assert conflicts(event) == (
        PinConflict(tuple(pins("aX", "bX", "cX")), (Limit("team_max", "X"),)),
    )
    assert conflict_message(event) == (
        "these pinned meetings cannot all be held: 企业a with 团队X, 企业b with 团队X, "
        "企业c with 团队X; 团队X may have at most 2 meetings: remove a pin, or change that"
    )


def test_more_pins_than_a_firm_may_have() -> None:
    lone = [Firm("a", "企业a", max_meetings=1)]
    event = request([], pins=pins("aX", "aY", "bX"), firms=lone, slots=5)
    assert conflicts(event) == (PinConflict(tuple(pins("aX", "aY")), (Limit("firm_max", "a"),)),)
    assert "企业a may have at most 1 meeting:" in conflict_message(event)


def test_a_pin_of_an_excluded_pair() -> None:
    event = request([], pins=pins("aX", "bX"), exclusions=[Exclusion("a", "X", "已合作")])
    assert conflicts(event) == (PinConflict((Pin("a", "X"),), (Limit("excluded", "a", "X"),)),)
    assert conflict_message(event) == (
        "a pinned meeting cannot be held: 企业a with 团队X; that meeting is excluded (已合作): "
        "remove a pin, or change that"
    )


def test_a_pin_of_two_parties_without_a_common_slot() -> None:
    firms = [Firm("a", "企业a", slots=frozenset({0}))]
    teams = [TeamOfEvent("X", "团队X", slots=frozenset({1, 2}))]
    event = request([], pins=pins("aX"), firms=firms, teams=teams, slots=3)
    (conflict,) = conflicts(event)
    assert conflict == PinConflict(
        (Pin("a", "X"),), (Limit("firm_slots", "a"), Limit("team_slots", "X"))
    )
    message = conflict_message(event)
    assert "企业a can only come at 时段0 and 团队X can only come at 时段1, 时段2" in message
    nowhere = request([], pins=pins("aX"), firms=[Firm("a", "企业a", slots=frozenset())])
    assert "企业a can come at no time" in conflict_message(nowhere)


def test_a_person_in_two_teams_at_the_same_time() -> None:
    teams = [TeamOfEvent(name, f"团队{name}", ("王教授（样例）",)) for name in "XY"]
    event = request([], pins=[Pin("a", "X", 1), Pin("b", "Y", 1), Pin("c", "Y", 0)], teams=teams)
    (conflict,) = conflicts(event)
    assert conflict.pins == (Pin("a", "X", 1), Pin("b", "Y", 1))
    assert conflict.limits == (Limit("one_place", "person:王教授（样例）"),)
    assert "企业a with 团队X at 时段1" in conflict_message(event)
    assert "王教授（样例） cannot be in two places at once" in conflict_message(event)


def test_pins_that_together_have_too_few_slots() -> None:
    """X is present in two slots and may have three meetings: the third has no slot left."""
    teams = [TeamOfEvent("X", "团队X", slots=frozenset({0, 1}), max_meetings=3)]
    event = request([], pins=pins("aX", "bX", "cX"), teams=teams, slots=3)
    (conflict,) = conflicts(event)
    assert conflict.pins == tuple(pins("aX", "bX", "cX"))
    assert conflict.limits == (Limit("one_place", "team:X"), Limit("team_slots", "X"))
    assert "团队X cannot be in two places at once and 团队X can only come at" in conflict_message(
        event
    )


def test_too_few_tables_for_the_pins_of_a_slot() -> None:
    event = request([], pins=[Pin("a", "X", 0), Pin("b", "Y", 0), Pin("c", "Z", 1)], tables=1)
    (conflict,) = conflicts(event)
    assert conflict == PinConflict((Pin("a", "X", 0), Pin("b", "Y", 0)), (Limit("tables"),))
    assert "there is 1 table" in conflict_message(event)


def test_several_conflicts_are_reported_at_once() -> None:
    excluded = [Exclusion("a", "X", "已合作"), Exclusion("b", "Y", "同行")]
    event = request([], pins=pins("aX", "bY", "cZ"), exclusions=excluded)
    assert [conflict.pins for conflict in conflicts(event)] == [(Pin("a", "X"),), (Pin("b", "Y"),)]
    assert conflict_message(event).count("已合作") == conflict_message(event).count("同行") == 1


def test_a_conflict_of_many_pins_is_found_quickly() -> None:
    """Twenty pinned meetings and nineteen slots: a search that counts one by one takes ages."""
    teams = [TeamOfEvent("X", "团队X", max_meetings=99)]
    firms = "abcdefghijklmnopqrst"
    event = request([], pins=pins(*(f"{firm}X" for firm in firms)), teams=teams, slots=19)
    (conflict,) = conflicts(event)
    assert len(conflict.pins) == 20 and conflict.limits == (Limit("one_place", "team:X"),)


def only(event: MeetingRequest, pinned: Sequence[Pin]) -> MeetingRequest:
    """Build the same event with these pins and without wishes."""
    return request(
        [],
        slots=len(event.rules.slots),
        tables=len(event.rules.tables),
        max_per_firm=event.rules.max_per_firm,
        max_per_team=event.rules.max_per_team,
        firms=event.firms,
        teams=event.teams,
        pins=pinned,
        exclusions=event.exclusions,
    )


@settings(max_examples=25, deadline=None)
@given(requests(4))
def test_every_pin_of_a_conflict_is_needed_and_the_rest_can_be_kept(
    event: MeetingRequest,
) -> None:
    all_conflicts = conflicts(event)
    named = [pin for conflict in all_conflicts for pin in conflict.pins]
    assert len(set(named)) == len(named) and set(named) <= set(validate_and_sort(event).pins)
    for conflict in all_conflicts:
        assert best_worth(only(event, conflict.pins)) is None and conflict.limits
        for left in conflict.pins:
            others = [pin for pin in conflict.pins if pin != left]
            assert best_worth(only(event, others)) is not None
    rest = [pin for pin in validate_and_sort(event).pins if pin not in named]
    assert best_worth(only(event, rest)) is not None
