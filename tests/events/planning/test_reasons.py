"""Parties without a meeting, and the reasons for which a pair does not meet."""

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
from matcher.events.planning.reasons import HURDLE, find_refusal, refusal_text
from tests.support.meetings import held, request, requests


def left(event: MeetingRequest) -> dict[str, LeftOut]:
    return {party.id: party for party in plan_meetings(event).left_out}


def test_each_party_without_a_meeting_has_its_hurdle() -> None:
    event = request(
        [
            *(("a", "X", 0.9), ("b", "X", 0.8), ("c", "Y", 0.2), ("d", "Z", 0.9)),
            *(("e", "V", 0.9), ("g", "X", 0.3), ("g", "Y", 0.1)),
        ],
        max_per_team=2,
        firms=[Firm("e", "企业e", slots=frozenset({0})), Firm("f", "企业f")],
        teams=[TeamOfEvent("V", "团队V", slots=frozenset({1}))],
        exclusions=[Exclusion("d", "Z", "已合作")],
        pins=[Pin("b", "X")],
    )
    parties = left(event)
    assert {name: party.hurdle for name, party in parties.items()} == {
        "c": Hurdle.BELOW_LINE,
        "d": Hurdle.EXCLUDED,
        "e": Hurdle.NO_COMMON_SLOT,
        "f": Hurdle.NO_WISH,
        "g": Hurdle.TEAM_FULL,
        "V": Hurdle.NO_COMMON_SLOT,
        "Y": Hurdle.BELOW_LINE,
        "Z": Hurdle.EXCLUDED,
    }
    assert [refusal.hurdle for refusal in parties["g"].refusals] == [
        Hurdle.TEAM_FULL,
        Hurdle.BELOW_LINE,
    ]
    assert parties["g"].refusals[0].pins == (Pin("b", "X"),)
    assert parties["f"].refusals == () and parties["d"].refusals[0].reason == "已合作"
    texts = {name: refusal_text(event, parties[name].refusals[0]) for name in "dg"}
    assert texts == {
        "d": "企业d–团队Z：已被工作人员排除（已合作）",
        "g": "企业g–团队X：团队的洽谈场次已满；其中手工安排：企业b–团队X",
    }
    assert refusal_text(event, parties["g"].refusals[0], "en") == (
        "企业g–团队X: the team has all its meetings; pinned of these: 企业b–团队X"
    )
    assert refusal_text(event, parties["d"].refusals[0], "en").endswith("the staff (已合作)")


def test_a_full_firm_and_a_pair_without_a_wish_are_refused() -> None:
    event = request([("a", "X", 0.9), ("a", "Y", 0.5)], max_per_firm=1, pins=[Pin("a", "X")])
    times = held(plan_meetings(event))
    full = find_refusal(event, times, "a", "Y")
    assert full == Refusal("a", "Y", Hurdle.FIRM_FULL, 0.5, None, (Pin("a", "X"),))
    other = request([("a", "X", 0.9), ("b", "Y", 0.9)])
    assert find_refusal(other, held(plan_meetings(other)), "a", "Y").hurdle is Hurdle.NO_WISH


def test_a_pair_that_the_search_did_not_reach_has_its_own_hurdle() -> None:
    """A search that ended early may leave an empty plan."""
    assert find_refusal(request([("a", "X", 0.9)]), {}, "a", "X").hurdle is Hurdle.SEARCH_ENDED


def test_a_pin_in_the_common_slot_is_named() -> None:
    firms = [Firm("a", "企业a", slots=frozenset({0}))]
    event = request([("a", "X", 0.9)], firms=firms, pins=[Pin("b", "X", 0)])
    (gone,) = left(event)["a"].refusals
    assert gone.hurdle is Hurdle.SLOTS_TAKEN and gone.pins == (Pin("b", "X", 0),)


@pytest.mark.parametrize("hurdle", Hurdle)
def test_every_hurdle_has_labels_in_both_languages(hurdle: Hurdle) -> None:
    assert HURDLE[hurdle]["zh"] and HURDLE[hurdle]["en"].isascii()


@settings(max_examples=40, deadline=None)
@given(requests(4))
def test_every_party_meets_or_is_left_out_with_a_reason(event: MeetingRequest) -> None:
    try:
        plan = plan_meetings(event)
    except PinsConflictError:
        return
    meeting = {party for m in plan.meetings for party in (m.firm, m.team)}
    everybody = {firm.id for firm in event.firms} | {team.id for team in event.teams}
    assert meeting | {party.id for party in plan.left_out} == everybody
    for party in plan.left_out:
        assert party.id not in meeting and party.hurdle is not Hurdle.SEARCH_ENDED
        assert (party.hurdle is Hurdle.NO_WISH) == (party.refusals == ())
