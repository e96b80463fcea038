"""The plan: worked out by hand, against every other plan, and against all limits."""

from collections import Counter
from dataclasses import replace
from itertools import groupby
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis.strategies import randoms

from matcher.errors import InputError
from matcher.events.planning.assignment import (
    FIT_UNITS,
    NoPlanFoundError,
    assign,
    assign_in_time,
    meeting_value,
)
from matcher.events.planning.candidates import Resources, best_fits, candidate_pairs
from matcher.events.planning.conflicts import PinsConflictError
from matcher.events.planning.model import (
    Exclusion,
    Firm,
    Hurdle,
    MeetingRequest,
    Pin,
    Plan,
    Rules,
    TeamOfEvent,
    Wish,
)
from matcher.events.planning.plan import plan_meetings
from matcher.events.planning.schedule import schedule
from matcher.events.planning.validation import validate_and_sort
from tests.support.meetings import (
    best_worth,
    held,
    request,
    requests,
    worth,
)

T = TypeVar("T")


def plan_or_none(event: MeetingRequest) -> Plan | None:
    try:
        return plan_meetings(event)
    except PinsConflictError:
        return None


def test_a_firms_first_meeting_is_worth_more_than_anothers_second() -> None:
    event = request([("a", "X", 0.9), ("a", "Y", 0.8), ("b", "Y", 0.3)], max_per_team=1)
    assert held(plan_meetings(event)).keys() == {("a", "X"), ("b", "Y")}


def test_serving_a_firm_comes_before_any_fit() -> None:
    fits = [("a", "X", 1.0), ("a", "Y", 0.3), ("b", "X", 0.3)]
    event = request(fits, max_per_team=1, max_per_firm=1)
    assert held(plan_meetings(event)).keys() == {("a", "Y"), ("b", "X")}


def test_a_firms_second_meeting_counts_half_of_its_fit() -> None:
    """X has one meeting left. As a's second it counts 0.9 / 2, as b's second 0.8 / 2."""
    fits = [("a", "Y", 0.9), ("b", "Z", 0.9), ("a", "X", 0.9), ("b", "X", 0.8)]
    assert held(plan_meetings(request(fits, max_per_team=1))).keys() == {
        ("a", "Y"),
        ("b", "Z"),
        ("a", "X"),
    }
    assert meeting_value(0.9, 2) == FIT_UNITS * 0.45


def test_nobody_meets_below_the_line_unless_pinned() -> None:
    fits = [("a", "X", 0.2), ("b", "X", 0.25)]
    assert held(plan_meetings(request(fits))).keys() == {("b", "X")}
    pinned = plan_meetings(request(fits, pins=[Pin("a", "X", 1), Pin("a", "Y")]))
    assert held(pinned)["a", "X"] == 1
    assert held(pinned).keys() == {("a", "X"), ("a", "Y"), ("b", "X")}
    assert {meeting.fit for meeting in pinned.meetings if meeting.is_pinned} == {0.2, 0.0}


def test_pairs_that_cannot_all_be_held_are_chosen_again_together_with_slots() -> None:
    """Teams X, Y and Z share persons two by two: no two of them meet at once, so two slots hold
    two of the three best meetings. Counting alone does not see it."""
    teams = [
        TeamOfEvent("X", "团队X", ("P", "Q")),
        TeamOfEvent("Y", "团队Y", ("Q", "R")),
        TeamOfEvent("Z", "团队Z", ("R", "P")),
    ]
    event = request([("a", "X", 0.9), ("b", "Y", 0.8), ("c", "Z", 0.7)], teams=teams)
    valid = validate_and_sort(event)
    counted = assign(valid, candidate_pairs(valid))
    start = schedule(valid, counted.pairs)
    assert len(counted.pairs) == 3 and start.keys() == {("a", "X"), ("b", "Y")}
    fallback = assign_in_time(
        validate_and_sort(event), candidate_pairs(validate_and_sort(event)), start, effort=0.0
    )
    assert fallback.times == start and not fallback.is_best
    plan = plan_meetings(event)
    assert held(plan).keys() == {("a", "X"), ("b", "Y")} and plan.is_best
    assert len(set(held(plan).values())) == 2
    (left,) = [party for party in plan.left_out if party.kind == "firm"]
    assert (left.id, left.hurdle) == ("c", Hurdle.SLOTS_TAKEN)


def test_a_representative_of_two_firms_is_in_one_place() -> None:
    firms = [Firm("a", "企业a", ("P",)), Firm("b", "企业b", ("P",))]
    event = request([("a", "X", 0.9), ("b", "Y", 0.9)], firms=firms)
    times = held(plan_meetings(event))
    assert sorted(times.values()) == [0, 1]


def test_a_firm_and_a_team_with_the_same_person_can_meet() -> None:
    event = request(
        [("a", "X", 0.9)],
        slots=1,
        firms=[Firm("a", "企业a", ("P",))],
        teams=[TeamOfEvent("X", "团队X", ("P",))],
    )
    assert held(plan_meetings(event)) == {("a", "X"): 0}


def test_no_more_meetings_than_all_tables_hold_in_all_slots() -> None:
    fits = [("a", "X", 0.9), ("b", "Y", 0.8), ("c", "Z", 0.7)]
    plan = plan_meetings(request(fits, slots=2, tables=1))
    assert held(plan).keys() == {("a", "X"), ("b", "Y")}
    assert {meeting.table for meeting in plan.meetings} == {"桌1"}


def test_each_team_has_its_own_table_and_gets_the_one_it_asked_for() -> None:
    teams = [TeamOfEvent("Y", "团队Y", table="桌1")]
    fits = [(firm, team, 0.9) for firm in "ab" for team in "XYZ"]
    plan = plan_meetings(
        request(fits, tables=3, max_per_team=2, max_per_firm=3, slots=3, teams=teams)
    )
    tables: dict[str, set[str]] = {}
    for meeting in plan.meetings:
        tables.setdefault(meeting.team, set()).add(meeting.table)
    assert tables == {"X": {"桌2"}, "Y": {"桌1"}, "Z": {"桌3"}} and plan.moves == ()


def test_a_team_moves_where_two_teams_want_one_table_at_once() -> None:
    teams = [TeamOfEvent(name, f"团队{name}", table="桌1") for name in "XY"]
    plan = plan_meetings(request([("a", "X", 0.9), ("b", "Y", 0.9)], slots=1, teams=teams))
    assert [(meeting.team, meeting.table) for meeting in plan.meetings] == [
        ("X", "桌1"),
        ("Y", "桌2"),
    ]
    assert [meeting.team for meeting in plan.moves] == ["Y"]


def test_a_reserve_of_a_busy_team_replaces_the_firm_that_meets_it() -> None:
    fits = [("a", "X", 0.9), ("b", "X", 0.8), ("c", "X", 0.7), ("c", "Y", 0.6), ("d", "Y", 0.9)]
    event = request(fits, slots=1, max_per_firm=1)
    plan = plan_meetings(event)
    assert held(plan).keys() == {("a", "X"), ("d", "Y")} or plan.left_out
    served = {meeting.firm: meeting.team for meeting in plan.meetings}
    assert len(served) == 2
    for reserve in plan.reserves:
        assert reserve.firm not in served and served[reserve.instead_of or ""] == reserve.team


def test_reserves_list_free_pairs_before_stand_ins() -> None:
    """In slot 0, a meets X. Free then are b and Y, of 0.4; and b would take a's place."""
    b_without_meetings = Firm("b", "企业b", max_meetings=0)
    fits = [("a", "X", 0.9), ("b", "X", 0.8), ("b", "Y", 0.4)]
    plan = plan_meetings(request(fits, slots=1, tables=2, firms=[b_without_meetings]))
    assert held(plan) == {("a", "X"): 0}
    listed = [(r.firm, r.team, r.table, r.instead_of) for r in plan.reserves]
    assert listed == [("b", "Y", "桌2", None), ("b", "X", "桌1", "a")]
    one_table = plan_meetings(request(fits, slots=1, tables=1, firms=[b_without_meetings]))
    assert [(r.firm, r.instead_of) for r in one_table.reserves] == [("b", "a")]


def test_an_event_without_wishes_has_an_empty_plan() -> None:
    nobody = MeetingRequest(Rules(("上午",), ("桌1",)), (), (), ())
    plan = plan_meetings(nobody)
    assert plan == Plan((), (), (), (), True)


def test_a_search_without_time_finds_no_plan() -> None:
    event = request([(firm, team, 0.9) for firm in "abc" for team in "XYZ"])
    with pytest.raises(NoPlanFoundError, match="no plan of meetings was found"):
        plan_meetings(event, effort=0.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"firms": (Firm("a", "一"), Firm("a", "二"))}, "a is given twice"),
        ({"wishes": (Wish("z", "X", 0.5, "n", "p"),)}, "z is not at the event"),
        ({"pins": (Pin("a", "Z"),)}, "Z is not at the event"),
        ({"exclusions": (Exclusion("z", "X", ""),)}, "z is not at the event"),
        ({"wishes": (Wish("a", "X", 1.5, "n", "p"),)}, "must lie between 0 and 1"),
        ({"wishes": (Wish("a", "X", float("nan"), "n", "p"),)}, "must lie between 0 and 1"),
        ({"pins": (Pin("a", "X", 0), Pin("a", "X", 1))}, "pinned to two slots"),
        ({"pins": (Pin("a", "X", 2),)}, "slot 2, but the event's slots are 0 to 1"),
        ({"firms": (Firm("a", "一", slots=frozenset({9})),)}, "names slot 9"),
        ({"firms": (Firm("a", "一", max_meetings=-1),)}, "fewer than 0 meetings"),
        ({"teams": (TeamOfEvent("X", "团", table="桌12"),)}, "wants table 桌12"),
        ({"rules": Rules((), ("桌1",))}, "at least one slot"),
        ({"rules": Rules(("上午", "上午"), ("桌1",))}, "上午 is given twice"),
        ({"rules": Rules(("上午",), ("桌1",), max_per_firm=0)}, "at least one meeting each"),
        ({"rules": Rules(("上午",), ("桌1",), min_fit=2)}, "between 0 and 1"),
    ],
)
def test_a_request_that_contradicts_itself_is_refused(
    change: dict[str, object], message: str
) -> None:
    event = request([("a", "X", 0.9)])
    with pytest.raises(InputError, match=message):
        plan_meetings(replace(event, **change))  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(requests())
def test_no_other_plan_is_better(event: MeetingRequest) -> None:
    plan, best = plan_or_none(event), best_worth(event)
    assert (plan is None) == (best is None)
    if plan is not None:
        assert plan.is_best and worth(best_fits(event), held(plan)) == best


@settings(max_examples=40, deadline=None)
@given(requests(4))
def test_every_plan_keeps_all_limits(event: MeetingRequest) -> None:
    plan = plan_or_none(event)
    if plan is None:
        return
    meetings, rules = plan.meetings, event.rules
    pairs = [(meeting.firm, meeting.team) for meeting in meetings]
    assert len(set(pairs)) == len(pairs)
    assert {(pin.firm, pin.team) for pin in event.pins} <= set(pairs)
    assert all(held(plan)[p.firm, p.team] == p.slot for p in event.pins if p.slot is not None)
    assert not {(exclusion.firm, exclusion.team) for exclusion in event.exclusions} & set(pairs)
    assert all(meeting.fit >= rules.min_fit or meeting.is_pinned for meeting in meetings)
    for kind, parties, limit in (
        ("firm", [(firm.id, firm.max_meetings) for firm in event.firms], rules.max_per_firm),
        ("team", [(team.id, team.max_meetings) for team in event.teams], rules.max_per_team),
    ):
        count = Counter(getattr(meeting, kind) for meeting in meetings)
        for name, own in parties:
            assert count[name] <= (limit if own is None else own)
    for meeting in meetings:
        for free in (event.firm(meeting.firm).slots, event.team(meeting.team).slots):
            assert free is None or meeting.slot in free
    seats = [(meeting.slot, meeting.table) for meeting in meetings]
    assert len(set(seats)) == len(seats) and {table for _, table in seats} <= set(rules.tables)
    for _, at_once in groupby(meetings, key=lambda meeting: meeting.slot):
        persons = [
            person
            for meeting in at_once
            for person in {
                meeting.firm,
                meeting.team,
                *event.firm(meeting.firm).representatives,
                *event.team(meeting.team).members,
            }
        ]
        assert len(set(persons)) == len(persons)


@settings(max_examples=40, deadline=None)
@given(requests(4))
def test_every_reserve_could_be_held(event: MeetingRequest) -> None:
    plan = plan_or_none(event)
    if plan is None:
        return
    resources, times = Resources(event), held(plan)
    fits = best_fits(event)
    for reserve in plan.reserves:
        pair = reserve.firm, reserve.team
        assert pair not in times and fits[pair] == reserve.fit
        others = [other for other, slot in times.items() if slot == reserve.slot]
        if reserve.instead_of is not None:
            others.remove((reserve.instead_of, reserve.team))
        taken = {resource for other in others for resource in resources.of(*other)}
        assert not taken & resources.of(*pair)
        tables = {(m.firm, m.team): m.table for m in plan.meetings if m.slot == reserve.slot}
        assert reserve.table not in {tables[other] for other in others}


@settings(max_examples=30, deadline=None)
@given(requests(4), randoms(use_true_random=False))
def test_the_order_of_the_request_changes_nothing(event: MeetingRequest, by: Random) -> None:
    def shuffled(items: tuple[T, ...]) -> tuple[T, ...]:
        mixed = list(items)
        by.shuffle(mixed)
        return tuple(mixed)

    mixed = replace(
        event,
        firms=shuffled(event.firms),
        teams=shuffled(event.teams),
        wishes=shuffled(event.wishes),
        pins=shuffled(event.pins),
        exclusions=shuffled(event.exclusions),
    )
    assert plan_or_none(event) == plan_or_none(mixed) == plan_or_none(event)
