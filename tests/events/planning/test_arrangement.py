"""Among plans with the best fits: what stands is kept, firms wait little, tables change seldom."""

from dataclasses import replace
from itertools import product

from hypothesis import given, settings

from matcher.events.planning.candidates import Resources, best_fits, candidate_pairs
from matcher.events.planning.conflicts import PinsConflictError
from matcher.events.planning.model import (
    Firm,
    MeetingRequest,
    Pair,
    Pin,
    Plan,
    Standing,
    TeamOfEvent,
)
from matcher.events.planning.plan import plan_meetings
from matcher.events.planning.validation import validate_and_sort
from matcher.events.planning.waits import slot_times
from tests.support.meetings import held, request, requests, worth


def standing(plan: Plan, *, is_published: bool = False) -> tuple[Standing, ...]:
    return tuple(
        Standing(meeting.firm, meeting.team, meeting.slot, meeting.table, is_published)
        for meeting in plan.meetings
    )


def seats(plan: Plan) -> dict[Pair, tuple[int, str]]:
    return {(m.firm, m.team): (m.slot, m.table) for m in plan.meetings}


FITS = [(firm, team, 0.9) for firm in "abc" for team in "XYZ"]


def test_a_plan_made_again_from_the_same_event_is_the_same() -> None:
    event = request(FITS, slots=4, max_per_firm=3, max_per_team=3)
    before = plan_meetings(event)
    again = plan_meetings(replace(event, standing=standing(before)))
    assert again.meetings == before.meetings and len(again.meetings) == 9


def test_only_what_has_to_move_moves() -> None:
    event = request(FITS, slots=6, max_per_firm=3, max_per_team=3)
    before = plan_meetings(event)
    first = next(meeting for meeting in before.meetings if meeting.firm == "a")
    free = frozenset(range(6)) - {first.slot}
    later = replace(
        event,
        firms=(Firm("a", "企业a", slots=free), *event.firms[1:]),
        standing=standing(before),
    )
    after = plan_meetings(later)
    assert len(after.meetings) == 9
    assert seats(after).items() - seats(before).items() == {
        (("a", first.team), seats(after)["a", first.team])
    }


def test_a_better_fit_comes_before_what_stands() -> None:
    event = request([("a", "X", 0.5), ("a", "Y", 0.9)], slots=1, max_per_firm=1)
    old = Standing("a", "X", 0, "桌1", is_published=True)
    plan = plan_meetings(replace(event, standing=(old,)))
    assert held(plan) == {("a", "Y"): 0}


def test_equal_fits_keep_the_pair_that_stands() -> None:
    for team in "XYZ":
        event = request([("a", name, 0.9) for name in "XYZ"], slots=3, max_per_firm=1)
        plan = plan_meetings(replace(event, standing=(Standing("a", team, 2, "桌5"),)))
        assert seats(plan) == {("a", team): (2, "桌5")}


def test_published_meetings_are_kept_before_others() -> None:
    """a meets X and Y in the two slots: either a–X stays where it was published, or the two others
    stay where the last plan has them."""
    event = request([("a", "X", 0.9), ("a", "Y", 0.9), ("b", "Y", 0.9)], slots=2)
    draft = (
        Standing("a", "X", 1, "桌1"),
        Standing("a", "Y", 0, "桌2"),
        Standing("b", "Y", 1, "桌2"),
    )
    published = (Standing("a", "X", 0, "桌1", is_published=True),)
    assert held(plan_meetings(replace(event, standing=draft))) == {
        ("a", "X"): 1,
        ("a", "Y"): 0,
        ("b", "Y"): 1,
    }
    assert held(plan_meetings(replace(event, standing=(*draft, *published)))) == {
        ("a", "X"): 0,
        ("a", "Y"): 1,
        ("b", "Y"): 0,
    }


def test_a_standing_meeting_of_a_lost_slot_or_table_is_no_hindrance() -> None:
    lost = (
        Standing("a", "X", 9, "桌1"),
        Standing("a", "X", 0, "桌99"),
        Standing("z", "X", 0, "桌1"),
    )
    plan = plan_meetings(replace(request([("a", "X", 0.9)]), standing=lost))
    assert held(plan).keys() == {("a", "X")}


def test_firms_do_not_wait_where_they_need_not() -> None:
    """Each firm meets all teams in six slots: nobody has to wait."""
    event = request(FITS, slots=6, max_per_firm=3, max_per_team=3)
    figures = plan_meetings(event).figures
    assert (figures.meetings, figures.longest_wait, figures.mean_wait) == (9, 0, 0.0)


def test_waits_are_told_in_minutes() -> None:
    slots = ("14:00-14:20", "14:20-14:40", "15:00-15:20")
    teams = (
        TeamOfEvent("X", "X", slots=frozenset({0})),
        TeamOfEvent("Y", "Y", slots=frozenset({2})),
    )
    event = request([("a", "X", 0.9), ("a", "Y", 0.9)], slots=3, teams=teams)
    event = replace(event, rules=replace(event.rules, slots=slots))
    figures = plan_meetings(event).figures
    assert (figures.longest_wait, figures.mean_wait, figures.table_changes) == (40, 40.0, 1)
    assert slot_times(("上午", "14:00-14:20")) == [(0, 1), (1, 2)]


def test_teams_that_share_a_table_are_those_that_a_firm_meets_in_turn() -> None:
    """Two tables for three teams: X and Z, whom a meets one after the other, share one."""
    teams = [
        TeamOfEvent("X", "X", slots=frozenset({0})),
        TeamOfEvent("Z", "Z", slots=frozenset({1})),
        TeamOfEvent("Y", "Y", slots=frozenset({0, 1, 2})),
    ]
    fits = [("a", "X", 0.9), ("a", "Z", 0.9), ("b", "Y", 0.9), ("c", "Y", 0.9), ("d", "Y", 0.9)]
    plan = plan_meetings(request(fits, slots=3, tables=2, max_per_team=3, teams=teams))
    assert plan.figures.table_changes == 0 and plan.moves == ()


def test_a_pinned_table_is_kept_and_others_go_round_it() -> None:
    event = request([("a", "X", 0.9), ("b", "Y", 0.9)], slots=1, tables=2)
    plan = plan_meetings(replace(event, pins=(Pin("b", "Y", 0, "桌1"),)))
    assert seats(plan) == {("a", "X"): (0, "桌2"), ("b", "Y"): (0, "桌1")}


def test_a_forced_pin_stands_beyond_presence_and_limits() -> None:
    firms = [Firm("a", "企业a", slots=frozenset({0}), max_meetings=1)]
    event = request([("a", "X", 0.9), ("a", "Y", 0.9)], firms=firms)
    pins = (Pin("a", "X", 1, "桌1", is_forced=True),)
    assert held(plan_meetings(replace(event, pins=pins))) == {("a", "X"): 1}


@settings(max_examples=25, deadline=None)
@given(requests(3, pins=False))
def test_no_plan_of_the_same_value_moves_less(event: MeetingRequest) -> None:
    try:
        plan = plan_meetings(event)
    except PinsConflictError:
        return
    moved = tuple(
        replace(each, slot=(each.slot + 1) % len(event.rules.slots)) for each in standing(plan)[:2]
    )
    event = replace(event, standing=moved)
    kept = {(each.firm, each.team): each.slot for each in moved}
    best = max(_score(kept, times) for times in _best_plans(event))
    assert _score(kept, held(plan_meetings(event))) == best


def _score(kept: dict[Pair, int], times: dict[Pair, int]) -> int:
    return sum((pair in times) + (times.get(pair) == slot) for pair, slot in kept.items())


def _best_plans(event: MeetingRequest) -> list[dict[Pair, int]]:
    """Return all plans of the greatest value, by trying every choice of slots."""
    event = validate_and_sort(event)
    pool, fits, resources = candidate_pairs(event), best_fits(event), Resources(event)
    plans = []
    for slots in product(*((None, *pair.slots) for pair in pool)):
        times = {p.pair: s for p, s in zip(pool, slots, strict=True) if s is not None}
        taken = [(slot, used) for pair, slot in times.items() for used in resources.of(*pair)]
        if len(taken) != len(set(taken)) or not _within(event, times):
            continue
        plans.append((worth(fits, times), times))
    top = max(value for value, _ in plans)
    return [times for value, times in plans if value == top]


def _within(event: MeetingRequest, times: dict[Pair, int]) -> bool:
    rules, slots = event.rules, list(times.values())
    firms, teams = [pair[0] for pair in times], [pair[1] for pair in times]
    return (
        all(slots.count(slot) <= len(rules.tables) for slot in slots)
        and all(
            firms.count(f.id) <= (rules.max_per_firm if f.max_meetings is None else f.max_meetings)
            for f in event.firms
        )
        and all(
            teams.count(t.id) <= (rules.max_per_team if t.max_meetings is None else t.max_meetings)
            for t in event.teams
        )
    )
