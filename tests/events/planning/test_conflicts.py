"""Pins that cannot all be kept are named, with what stands in the way, and nothing else is."""

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
from matcher.events.planning.validation import ordered
from tests.support.meetings import best_worth, request, requests


def conflicts(asked: MeetingRequest) -> tuple[PinConflict, ...]:
    return pin_conflicts(ordered(asked))


def pins(*pairs: str) -> list[Pin]:
    return [Pin(*pair) for pair in pairs]


def told(asked: MeetingRequest) -> str:
    with pytest.raises(PinsConflictError) as refused:
        plan_meetings(asked)
    return str(refused.value)


def test_more_pins_than_a_team_may_have() -> None:
    asked = request([("d", "X", 0.9)], pins=pins("aX", "bX", "cX", "aY"), slots=5)
    assert conflicts(asked) == (
        PinConflict(tuple(pins("aX", "bX", "cX")), (Limit("team_most", "X"),)),
    )
    assert told(asked) == (
        "these pinned meetings cannot all be held: 企业a with 团队X, 企业b with 团队X, "
        "企业c with 团队X; 团队X may have at most 2 meetings: remove a pin, or change that"
    )


def test_more_pins_than_a_firm_may_have() -> None:
    lone = [Firm("a", "企业a", most=1)]
    asked = request([], pins=pins("aX", "aY", "bX"), firms=lone, slots=5)
    assert conflicts(asked) == (PinConflict(tuple(pins("aX", "aY")), (Limit("firm_most", "a"),)),)
    assert "企业a may have at most 1 meeting:" in told(asked)


def test_a_pin_of_an_excluded_pair() -> None:
    asked = request([], pins=pins("aX", "bX"), exclusions=[Exclusion("a", "X", "已合作")])
    assert conflicts(asked) == (PinConflict((Pin("a", "X"),), (Limit("excluded", "a", "X"),)),)
    assert told(asked) == (
        "a pinned meeting cannot be: 企业a with 团队X; that meeting is excluded (已合作): "
        "remove a pin, or change that"
    )


def test_a_pin_of_two_who_are_never_there_together() -> None:
    firms = [Firm("a", "企业a", slots=frozenset({0}))]
    teams = [TeamOfEvent("X", "团队X", slots=frozenset({1, 2}))]
    asked = request([], pins=pins("aX"), firms=firms, teams=teams, slots=3)
    (found,) = conflicts(asked)
    assert found == PinConflict(
        (Pin("a", "X"),), (Limit("firm_slots", "a"), Limit("team_slots", "X"))
    )
    words = told(asked)
    assert "企业a can only come at 时段0 and 团队X can only come at 时段1, 时段2" in words
    nowhere = request([], pins=pins("aX"), firms=[Firm("a", "企业a", slots=frozenset())])
    assert "企业a can come at no time" in told(nowhere)


def test_a_person_in_two_teams_at_the_same_time() -> None:
    teams = [TeamOfEvent(name, f"团队{name}", ("王教授（样例）",)) for name in "XY"]
    asked = request([], pins=[Pin("a", "X", 1), Pin("b", "Y", 1), Pin("c", "Y", 0)], teams=teams)
    (found,) = conflicts(asked)
    assert found.pins == (Pin("a", "X", 1), Pin("b", "Y", 1))
    assert found.limits == (Limit("one_place", "person:王教授（样例）"),)
    assert "企业a with 团队X at 时段1" in told(asked)
    assert "王教授（样例） cannot be in two places at once" in told(asked)


def test_pins_that_only_together_have_too_few_slots() -> None:
    """X is there in two slots and may have three meetings: the third has no slot left."""
    teams = [TeamOfEvent("X", "团队X", slots=frozenset({0, 1}), most=3)]
    asked = request([], pins=pins("aX", "bX", "cX"), teams=teams, slots=3)
    (found,) = conflicts(asked)
    assert found.pins == tuple(pins("aX", "bX", "cX"))
    assert found.limits == (Limit("one_place", "team:X"), Limit("team_slots", "X"))
    assert "团队X cannot be in two places at once and 团队X can only come at" in told(asked)


def test_too_few_tables_for_the_pins_of_a_slot() -> None:
    asked = request([], pins=[Pin("a", "X", 0), Pin("b", "Y", 0), Pin("c", "Z", 1)], tables=1)
    (found,) = conflicts(asked)
    assert found == PinConflict((Pin("a", "X", 0), Pin("b", "Y", 0)), (Limit("tables"),))
    assert "there is 1 table" in told(asked)


def test_several_conflicts_are_told_at_once() -> None:
    excluded = [Exclusion("a", "X", "已合作"), Exclusion("b", "Y", "同行")]
    asked = request([], pins=pins("aX", "bY", "cZ"), exclusions=excluded)
    assert [found.pins for found in conflicts(asked)] == [(Pin("a", "X"),), (Pin("b", "Y"),)]
    assert told(asked).count("已合作") == told(asked).count("同行") == 1


def test_many_pins_of_one_team_are_told_quickly() -> None:
    """Twenty pinned meetings and nineteen slots: a search that counts one by one takes ages."""
    teams = [TeamOfEvent("X", "团队X", most=99)]
    firms = "abcdefghijklmnopqrst"
    asked = request([], pins=pins(*(f"{firm}X" for firm in firms)), teams=teams, slots=19)
    (found,) = conflicts(asked)
    assert len(found.pins) == 20 and found.limits == (Limit("one_place", "team:X"),)


def only(asked: MeetingRequest, kept: Sequence[Pin]) -> MeetingRequest:
    return request(
        [],
        slots=len(asked.rules.slots),
        tables=len(asked.rules.tables),
        firm_most=asked.rules.most_per_firm,
        team_most=asked.rules.most_per_team,
        firms=asked.firms,
        teams=asked.teams,
        pins=kept,
        exclusions=asked.exclusions,
    )


@settings(max_examples=25, deadline=None)
@given(requests(4))
def test_a_conflict_is_one_and_each_of_its_pins_belongs_to_it(asked: MeetingRequest) -> None:
    found = conflicts(asked)
    named = [pin for one in found for pin in one.pins]
    assert len(set(named)) == len(named) and set(named) <= set(ordered(asked).pins)
    for one in found:
        assert best_worth(only(asked, one.pins)) is None and one.limits
        for left in one.pins:
            assert best_worth(only(asked, [pin for pin in one.pins if pin != left])) is not None
    rest = [pin for pin in ordered(asked).pins if pin not in named]
    assert best_worth(only(asked, rest)) is not None
