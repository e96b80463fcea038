"""Who was left out, and why a pair does not meet."""

import pytest
from hypothesis import given, settings

from matcher.events.planning.conflicts import PinsConflictError
from matcher.events.planning.model import (
    Exclusion,
    Firm,
    Hurdle,
    LeftOut,
    MeetingRequest,
    Pin,
    Refusal,
    TeamOfEvent,
)
from matcher.events.planning.plan import plan_meetings
from matcher.events.planning.reasons import hurdle_words, refusal_words, why_not
from tests.support.meetings import held, request, requests


def left(asked: MeetingRequest) -> dict[str, LeftOut]:
    return {one.id: one for one in plan_meetings(asked).left_out}


def test_each_reason_by_hand() -> None:
    asked = request(
        [
            *(("a", "X", 0.9), ("b", "X", 0.8), ("c", "Y", 0.2), ("d", "Z", 0.9)),
            *(("e", "V", 0.9), ("g", "X", 0.3), ("g", "Y", 0.1)),
        ],
        team_most=2,
        firms=[Firm("e", "企业e", slots=frozenset({0})), Firm("f", "企业f")],
        teams=[TeamOfEvent("V", "团队V", slots=frozenset({1}))],
        exclusions=[Exclusion("d", "Z", "已合作")],
        pins=[Pin("b", "X")],
    )
    found = left(asked)
    assert {name: one.hurdle for name, one in found.items()} == {
        "c": Hurdle.BELOW_LINE,
        "d": Hurdle.EXCLUDED,
        "e": Hurdle.NO_COMMON_SLOT,
        "f": Hurdle.NO_WISH,
        "g": Hurdle.TEAM_FULL,
        "V": Hurdle.NO_COMMON_SLOT,
        "Y": Hurdle.BELOW_LINE,
        "Z": Hurdle.EXCLUDED,
    }
    assert [one.hurdle for one in found["g"].refusals] == [Hurdle.TEAM_FULL, Hurdle.BELOW_LINE]
    assert found["g"].refusals[0].pins == (Pin("b", "X"),)
    assert found["f"].refusals == () and found["d"].refusals[0].reason == "已合作"
    words = {name: refusal_words(asked, found[name].refusals[0]) for name in "dg"}
    assert words == {
        "d": "企业d–团队Z：已被工作人员排除（已合作）",
        "g": "企业g–团队X：团队的洽谈场次已满；其中钉住：企业b–团队X",
    }
    assert refusal_words(asked, found["g"].refusals[0], "en") == (
        "企业g–团队X: the team has all its meetings; pinned of these: 企业b–团队X"
    )
    assert refusal_words(asked, found["d"].refusals[0], "en").endswith("the staff (已合作)")


def test_a_firm_that_is_full_and_a_pair_that_nobody_wished() -> None:
    asked = request([("a", "X", 0.9), ("a", "Y", 0.5)], firm_most=1, pins=[Pin("a", "X")])
    times = held(plan_meetings(asked))
    full = why_not(asked, times, "a", "Y")
    assert full == Refusal("a", "Y", Hurdle.FIRM_FULL, 0.5, None, (Pin("a", "X"),))
    other = request([("a", "X", 0.9), ("b", "Y", 0.9)])
    assert why_not(other, held(plan_meetings(other)), "a", "Y").hurdle is Hurdle.NO_WISH


def test_a_search_that_ended_early_is_told_as_that() -> None:
    """An empty plan is what a search has that found nothing better in its time."""
    assert why_not(request([("a", "X", 0.9)]), {}, "a", "X").hurdle is Hurdle.SEARCH_ENDED


def test_a_pin_that_takes_the_common_slot() -> None:
    firms = [Firm("a", "企业a", slots=frozenset({0}))]
    asked = request([("a", "X", 0.9)], firms=firms, pins=[Pin("b", "X", 0)])
    (gone,) = left(asked)["a"].refusals
    assert gone.hurdle is Hurdle.SLOTS_TAKEN and gone.pins == (Pin("b", "X", 0),)


@pytest.mark.parametrize("hurdle", Hurdle)
def test_every_hurdle_has_words(hurdle: Hurdle) -> None:
    assert hurdle_words(hurdle) and hurdle_words(hurdle, "en").isascii()


@settings(max_examples=40, deadline=None)
@given(requests(4))
def test_everybody_meets_or_is_left_out_for_a_reason(asked: MeetingRequest) -> None:
    try:
        plan = plan_meetings(asked)
    except PinsConflictError:
        return
    meeting = {one.firm for one in plan.meetings} | {one.team for one in plan.meetings}
    everybody = {firm.id for firm in asked.firms} | {team.id for team in asked.teams}
    assert meeting | {one.id for one in plan.left_out} == everybody
    for one in plan.left_out:
        assert one.id not in meeting and one.hurdle is not Hurdle.SEARCH_ENDED
        assert (one.hurdle is Hurdle.NO_WISH) == (one.refusals == ())
