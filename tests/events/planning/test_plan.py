"""The plan: by hand, against every other plan, and by what must never happen."""

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
    value,
)
from matcher.events.planning.candidates import Resources, best_fits, candidates
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
from matcher.events.planning.validation import ordered
from tests.support.meetings import (
    best_worth,
    held,
    request,
    requests,
    worth,
)

T = TypeVar("T")


def plan_or_none(asked: MeetingRequest) -> Plan | None:
    try:
        return plan_meetings(asked)
    except PinsConflictError:
        return None


def test_a_firms_first_meeting_is_worth_more_than_anothers_second() -> None:
    asked = request([("a", "X", 0.9), ("a", "Y", 0.8), ("b", "Y", 0.3)], team_most=1)
    assert held(plan_meetings(asked)).keys() == {("a", "X"), ("b", "Y")}


def test_serving_a_firm_comes_before_any_fit() -> None:
    fits = [("a", "X", 1.0), ("a", "Y", 0.3), ("b", "X", 0.3)]
    asked = request(fits, team_most=1, firm_most=1)
    assert held(plan_meetings(asked)).keys() == {("a", "Y"), ("b", "X")}


def test_a_firms_second_meeting_counts_half_of_its_fit() -> None:
    """X has one meeting left. As a's second it counts 0.9 / 2, as b's second 0.8 / 2."""
    fits = [("a", "Y", 0.9), ("b", "Z", 0.9), ("a", "X", 0.9), ("b", "X", 0.8)]
    assert held(plan_meetings(request(fits, team_most=1))).keys() == {
        ("a", "Y"),
        ("b", "Z"),
        ("a", "X"),
    }
    assert value(0.9, 2) == FIT_UNITS * 0.45


def test_nobody_meets_below_the_line_unless_pinned() -> None:
    fits = [("a", "X", 0.2), ("b", "X", 0.25)]
    assert held(plan_meetings(request(fits))).keys() == {("b", "X")}
    pinned = plan_meetings(request(fits, pins=[Pin("a", "X", 1), Pin("a", "Y")]))
    assert held(pinned)["a", "X"] == 1
    assert held(pinned).keys() == {("a", "X"), ("a", "Y"), ("b", "X")}
    assert {one.fit for one in pinned.meetings if one.is_pinned} == {0.2, 0.0}


def test_pairs_that_cannot_all_be_held_are_chosen_again_with_the_slots() -> None:
    """Teams X, Y and Z share persons two by two: no two of them meet at once, so two slots hold
    two of the three best meetings. Counting alone does not see it."""
    teams = [
        TeamOfEvent("X", "团队X", ("P", "Q")),
        TeamOfEvent("Y", "团队Y", ("Q", "R")),
        TeamOfEvent("Z", "团队Z", ("R", "P")),
    ]
    asked = request([("a", "X", 0.9), ("b", "Y", 0.8), ("c", "Z", 0.7)], teams=teams)
    counted = assign(ordered(asked), candidates(ordered(asked)))
    start = schedule(ordered(asked), counted.pairs)
    assert len(counted.pairs) == 3 and start.keys() == {("a", "X"), ("b", "Y")}
    kept = assign_in_time(ordered(asked), candidates(ordered(asked)), start, effort=0.0)
    assert kept.times == start and not kept.is_best
    plan = plan_meetings(asked)
    assert held(plan).keys() == {("a", "X"), ("b", "Y")} and plan.is_best
    assert len(set(held(plan).values())) == 2
    (left,) = [one for one in plan.left_out if one.kind == "firm"]
    assert (left.id, left.hurdle) == ("c", Hurdle.SLOTS_TAKEN)


def test_a_representative_of_two_firms_is_in_one_place() -> None:
    firms = [Firm("a", "企业a", ("P",)), Firm("b", "企业b", ("P",))]
    asked = request([("a", "X", 0.9), ("b", "Y", 0.9)], firms=firms)
    times = held(plan_meetings(asked))
    assert sorted(times.values()) == [0, 1]


def test_whoever_leads_a_firm_and_a_team_can_still_meet_itself() -> None:
    asked = request(
        [("a", "X", 0.9)],
        slots=1,
        firms=[Firm("a", "企业a", ("P",))],
        teams=[TeamOfEvent("X", "团队X", ("P",))],
    )
    assert held(plan_meetings(asked)) == {("a", "X"): 0}


def test_the_tables_of_all_slots_are_not_enough() -> None:
    fits = [("a", "X", 0.9), ("b", "Y", 0.8), ("c", "Z", 0.7)]
    plan = plan_meetings(request(fits, slots=2, tables=1))
    assert held(plan).keys() == {("a", "X"), ("b", "Y")}
    assert {one.table for one in plan.meetings} == {"桌1"}


def test_each_team_has_a_table_of_its_own_and_the_one_it_wants() -> None:
    teams = [TeamOfEvent("Y", "团队Y", table="桌1")]
    fits = [(firm, team, 0.9) for firm in "ab" for team in "XYZ"]
    plan = plan_meetings(request(fits, tables=3, team_most=2, firm_most=3, slots=3, teams=teams))
    tables = {team: {one.table for one in plan.meetings if one.team == team} for team in "XYZ"}
    assert tables == {"X": {"桌2"}, "Y": {"桌1"}, "Z": {"桌3"}} and plan.moves == ()


def test_a_team_moves_where_two_teams_want_one_table_at_once() -> None:
    teams = [TeamOfEvent(name, f"团队{name}", table="桌1") for name in "XY"]
    plan = plan_meetings(request([("a", "X", 0.9), ("b", "Y", 0.9)], slots=1, teams=teams))
    assert [(one.team, one.table) for one in plan.meetings] == [("X", "桌1"), ("Y", "桌2")]
    assert [one.team for one in plan.moves] == ["Y"]


def test_reserves_are_free_pairs_then_whoever_takes_the_place_of_one_that_stays_away() -> None:
    fits = [("a", "X", 0.9), ("b", "X", 0.8), ("c", "X", 0.7), ("c", "Y", 0.6), ("d", "Y", 0.9)]
    asked = request(fits, slots=1, firm_most=1)
    plan = plan_meetings(asked)
    assert held(plan).keys() == {("a", "X"), ("d", "Y")} or plan.left_out
    served = {one.firm: one.team for one in plan.meetings}
    assert len(served) == 2
    for one in plan.reserves:
        assert one.firm not in served and served[one.instead_of or ""] == one.team


def test_reserves_by_hand() -> None:
    """In slot 0, a meets X. Free then are b and Y, of 0.4; and b would take a's place."""
    b_only_first = Firm("b", "企业b", most=0)
    fits = [("a", "X", 0.9), ("b", "X", 0.8), ("b", "Y", 0.4)]
    plan = plan_meetings(request(fits, slots=1, tables=2, firms=[b_only_first]))
    assert held(plan) == {("a", "X"): 0}
    listed = [(one.firm, one.team, one.table, one.instead_of) for one in plan.reserves]
    assert listed == [("b", "Y", "桌2", None), ("b", "X", "桌1", "a")]
    one_table = plan_meetings(request(fits, slots=1, tables=1, firms=[b_only_first]))
    assert [(one.firm, one.instead_of) for one in one_table.reserves] == [("b", "a")]


def test_an_event_without_wishes_has_an_empty_plan() -> None:
    nobody = MeetingRequest(Rules(("上午",), ("桌1",)), (), (), ())
    plan = plan_meetings(nobody)
    assert plan == Plan((), (), (), (), True)


def test_a_search_that_has_no_time_says_so() -> None:
    asked = request([(firm, team, 0.9) for firm in "abc" for team in "XYZ"])
    with pytest.raises(NoPlanFoundError, match="no plan of meetings was found"):
        plan_meetings(asked, effort=0.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"firms": (Firm("a", "一"), Firm("a", "二"))}, "the firm a is given twice"),
        ({"wishes": (Wish("z", "X", 0.5, "n", "p"),)}, "the firm z is not at the event"),
        ({"pins": (Pin("a", "Z"),)}, "the team Z is not at the event"),
        ({"exclusions": (Exclusion("z", "X", ""),)}, "the firm z is not at the event"),
        ({"wishes": (Wish("a", "X", 1.5, "n", "p"),)}, "must lie between 0 and 1"),
        ({"wishes": (Wish("a", "X", float("nan"), "n", "p"),)}, "must lie between 0 and 1"),
        ({"pins": (Pin("a", "X", 0), Pin("a", "X", 1))}, "pinned to two slots"),
        ({"pins": (Pin("a", "X", 2),)}, "slot 2, but the event's slots are 0 to 1"),
        ({"firms": (Firm("a", "一", slots=frozenset({9})),)}, "names slot 9"),
        ({"firms": (Firm("a", "一", most=-1),)}, "fewer than 0 meetings"),
        ({"teams": (TeamOfEvent("X", "团", table="桌12"),)}, "wants table 桌12"),
        ({"rules": Rules((), ("桌1",))}, "at least one slot"),
        ({"rules": Rules(("上午", "上午"), ("桌1",))}, "the slot 上午 is given twice"),
        ({"rules": Rules(("上午",), ("桌1",), most_per_firm=0)}, "at least one meeting each"),
        ({"rules": Rules(("上午",), ("桌1",), line=2)}, "between 0 and 1"),
    ],
)
def test_a_request_that_contradicts_itself_is_told(change: dict[str, object], words: str) -> None:
    asked = request([("a", "X", 0.9)])
    with pytest.raises(InputError, match=words):
        plan_meetings(replace(asked, **change))  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(requests())
def test_no_other_plan_is_better(asked: MeetingRequest) -> None:
    plan, best = plan_or_none(asked), best_worth(asked)
    assert (plan is None) == (best is None)
    if plan is not None:
        assert plan.is_best and worth(best_fits(asked), held(plan)) == best


@settings(max_examples=40, deadline=None)
@given(requests(4))
def test_what_must_never_happen(asked: MeetingRequest) -> None:
    plan = plan_or_none(asked)
    if plan is None:
        return
    meetings, rules = plan.meetings, asked.rules
    pairs = [(one.firm, one.team) for one in meetings]
    assert len(set(pairs)) == len(pairs)
    assert {(pin.firm, pin.team) for pin in asked.pins} <= set(pairs)
    assert all(held(plan)[p.firm, p.team] == p.slot for p in asked.pins if p.slot is not None)
    assert not {(one.firm, one.team) for one in asked.exclusions} & set(pairs)
    assert all(one.fit >= rules.line or one.is_pinned for one in meetings)
    for kind, parties, most in (
        ("firm", [(firm.id, firm.most) for firm in asked.firms], rules.most_per_firm),
        ("team", [(team.id, team.most) for team in asked.teams], rules.most_per_team),
    ):
        count = Counter(getattr(one, kind) for one in meetings)
        for name, own in parties:
            assert count[name] <= (most if own is None else own)
    for one in meetings:
        for free in (asked.firm(one.firm).slots, asked.team(one.team).slots):
            assert free is None or one.slot in free
    seats = [(one.slot, one.table) for one in meetings]
    assert len(set(seats)) == len(seats) and {one.table for one in meetings} <= set(rules.tables)
    for _, at_once in groupby(meetings, key=lambda one: one.slot):
        persons = [
            person
            for one in at_once
            for person in {
                one.firm,
                one.team,
                *asked.firm(one.firm).representatives,
                *asked.team(one.team).members,
            }
        ]
        assert len(set(persons)) == len(persons)


@settings(max_examples=40, deadline=None)
@given(requests(4))
def test_reserves_could_be_held(asked: MeetingRequest) -> None:
    plan = plan_or_none(asked)
    if plan is None:
        return
    resources, times = Resources(asked), held(plan)
    fits = best_fits(asked)
    for one in plan.reserves:
        assert (one.firm, one.team) not in times and fits[one.firm, one.team] == one.fit
        others = [pair for pair, slot in times.items() if slot == one.slot]
        if one.instead_of is not None:
            others.remove((one.instead_of, one.team))
        taken = {resource for pair in others for resource in resources.of(*pair)}
        assert not taken & resources.of(one.firm, one.team)
        tables = {(m.firm, m.team): m.table for m in plan.meetings if m.slot == one.slot}
        assert one.table not in {tables[pair] for pair in others}


@settings(max_examples=30, deadline=None)
@given(requests(4), randoms(use_true_random=False))
def test_the_order_of_the_request_changes_nothing(asked: MeetingRequest, by: Random) -> None:
    def shuffled(items: tuple[T, ...]) -> tuple[T, ...]:
        mixed = list(items)
        by.shuffle(mixed)
        return tuple(mixed)

    mixed = replace(
        asked,
        firms=shuffled(asked.firms),
        teams=shuffled(asked.teams),
        wishes=shuffled(asked.wishes),
        pins=shuffled(asked.pins),
        exclusions=shuffled(asked.exclusions),
    )
    assert plan_or_none(asked) == plan_or_none(mixed) == plan_or_none(asked)
