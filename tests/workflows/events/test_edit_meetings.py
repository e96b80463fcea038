"""Meetings moved, cancelled and added by hand: checked, kept in every plan, and in the history."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from matcher.errors import ConflictError, InputError, MatcherError
from matcher.events.decision import DecisionKind
from matcher.events.planning.plan import plan_meetings
from matcher.events.record import EventFirm, EventState
from matcher.store import event_decisions, event_edits, events
from matcher.workflows.events.edit import undo_edit
from matcher.workflows.events.edit_meetings import EditedMeeting, MeetingEdit, edit_meeting
from matcher.workflows.events.event_view import read_event_view
from matcher.workflows.events.meeting_requests import meeting_request, plan_json
from matcher.workflows.events.plan_state import standing_of
from matcher.workflows.events.version_contents import contents, difference
from matcher.workflows.events.versions import advance
from tests.support import small_event
from tests.support.small_event import EVENT, MOMENT, NAME
from tests.support.spoken import in_chinese

FIRM, LASER_FIRM, DRUG_FIRM = "甲能源公司（样例）", "乙装备公司（样例）", "丙医药公司（样例）"
TEAM, LASER_TEAM = "甲大学（样例）/储能材料团队（样例）", "甲大学（样例）/激光团队（样例）"
DRUG_TEAM = "乙研究院（样例）/药物团队（样例）"
ADD, MOVE, CANCEL = DecisionKind.ADD, DecisionKind.MOVE, DecisionKind.CANCEL


@pytest.fixture
def planned(connection: Connection) -> Connection:
    small_event.make(connection)
    return connection


def edit(
    connection: Connection, kind: DecisionKind, firm: str, team: str, **more: Any
) -> EditedMeeting:
    made = MeetingEdit(kind, firm, team, **more)
    return edit_meeting(connection, NAME, made, by="样例员", moment=MOMENT)


def seats(connection: Connection) -> dict[tuple[str, str], tuple[str, str]]:
    plan = read_event_view(connection, NAME).plan
    assert plan is not None
    return {(m["firm"], m["team"]): (m["slot"], m["table"]) for m in plan["meetings"]}


def plan_again(connection: Connection) -> None:
    view = read_event_view(connection, NAME)
    request = meeting_request(view)
    stood = events.plan_of(connection, NAME)
    request = replace(request, standing=standing_of(request, stood, None))
    events.set_plan(connection, NAME, plan_json(plan_meetings(request), request), MOMENT)


def test_a_moved_meeting_stays_in_every_plan_and_in_the_difference(planned: Connection) -> None:
    advance(planned, NAME, EventState.REVIEWED, by="样例员", moment=MOMENT)
    before = seats(planned)[FIRM, TEAM]
    moved = edit(planned, MOVE, "甲能源公司(样例)", "储能材料", slot="14:40", reason="客户晚到")
    assert (moved.before and moved.before.slot, moved.after and moved.after.slot) == (
        before[0],
        "14:40-15:00",
    )
    after = ("14:40-15:00", before[1])
    assert seats(planned)[FIRM, TEAM] == after
    assert read_event_view(planned, NAME).is_plan_current
    assert events.by_name(planned, NAME).state is EventState.DRAFT
    plan_again(planned)
    assert seats(planned)[FIRM, TEAM] == after
    now = contents(read_event_view(planned, NAME))
    (line,) = in_chinese(difference(event_edits.version(planned, NAME, 1), now))
    assert line == (
        f"改期 {FIRM} – {TEAM}：{before[0]} {before[1]}号桌 → 14:40-15:00 {before[1]}号桌"
        "（手工：客户晚到）"
    )
    assert advance(planned, NAME, EventState.REVIEWED, by="样例员", moment=MOMENT) == 2


def test_a_cancelled_meeting_stays_out_until_it_is_undone(planned: Connection) -> None:
    with pytest.raises(InputError, match="say why"):
        edit(planned, CANCEL, LASER_FIRM, LASER_TEAM, reason=" ")
    edit(planned, CANCEL, "乙装备", "激光", reason="团队临时出差")
    assert (LASER_FIRM, LASER_TEAM) not in seats(planned)
    plan_again(planned)
    assert (LASER_FIRM, LASER_TEAM) not in seats(planned)
    plan = events.plan_of(planned, NAME)
    assert plan is not None
    refusals = [
        r for party in plan["left_out"] for r in party["refusals"] if r["team"] == LASER_TEAM
    ]
    assert {(r["hurdle"], r["reason"]) for r in refusals} >= {("excluded", "团队临时出差")}
    undone = undo_edit(planned, NAME, MOMENT)
    assert undone.kind == "cancel_meeting"
    assert not read_event_view(planned, NAME).is_plan_current
    plan_again(planned)
    assert (LASER_FIRM, LASER_TEAM) in seats(planned)


def test_a_meeting_is_added_beside_the_shortlists(planned: Connection) -> None:
    added = edit(planned, ADD, DRUG_FIRM, "药物")
    assert added.after is not None
    assert [each.obstacle.value for each in added.set_aside] == ["below_line"]
    plan_again(planned)
    assert seats(planned)[DRUG_FIRM, DRUG_TEAM] == (added.after.slot, added.after.table)
    with pytest.raises(ConflictError, match="already; matcher event move"):
        edit(planned, ADD, DRUG_FIRM, DRUG_TEAM)
    stranger = edit(planned, ADD, DRUG_FIRM, LASER_TEAM)
    assert [each.obstacle.value for each in stranger.set_aside] == ["not_matched"]
    assert [kept.kind for kept in event_decisions.decisions_of(planned, NAME)] == [
        "add_meeting"
    ] * 2


@pytest.mark.parametrize(
    ("parties", "more", "said"),
    [
        ((FIRM, LASER_TEAM), {"slot": "14:00"}, f"{FIRM} meets {TEAM} then"),
        ((LASER_FIRM, TEAM), {"slot": "14:00"}, f"{TEAM} meets {FIRM} then"),
        ((DRUG_FIRM, DRUG_TEAM), {"slot": "14:00", "table": "A1"}, f"table A1 is taken by {TEAM}"),
        ((DRUG_FIRM, DRUG_TEAM), {"slot": "15:00"}, "no slot '15:00'; it has 14:00-14:20"),
        ((DRUG_FIRM, DRUG_TEAM), {"table": "Z"}, "no table 'Z'; it has A1, A2"),
        (("戊公司", DRUG_TEAM), {}, "no firm '戊公司'; it has 丙医药公司"),
        ((DRUG_FIRM, "甲大学"), {}, "'甲大学' can be 甲大学（样例）/储能"),
    ],
)
def test_what_cannot_be_held_is_refused_by_name(
    planned: Connection, parties: tuple[str, str], more: dict[str, Any], said: str
) -> None:
    edit(planned, MOVE, FIRM, TEAM, slot="14:00", table="A1")
    edit(planned, MOVE, LASER_FIRM, LASER_TEAM, slot="14:20", table="A2")
    for force in (False, True):
        with pytest.raises(MatcherError) as refused:
            edit(planned, ADD, *parties, reason="试试", force=force, **more)
        assert said in str(refused.value)
    assert len(event_decisions.decisions_of(planned, NAME)) == 2


def test_two_who_can_meet_in_no_slot_are_told_why_for_each(planned: Connection) -> None:
    events.save(planned, replace(EVENT, slots=EVENT.slots[:2], tables=("A1",)))
    small_event.plan(planned)
    with pytest.raises(ConflictError) as refused:
        edit(planned, ADD, DRUG_FIRM, DRUG_TEAM)
    assert str(refused.value).splitlines() == [
        f"{DRUG_FIRM} and {DRUG_TEAM} cannot meet:",
        "- 14:00-14:20: no table is free then",
        "- 14:20-14:40: no table is free then",
    ]


def test_presence_and_limits_yield_to_force_with_a_reason_only(planned: Connection) -> None:
    events.set_firms(planned, NAME, [EventFirm(DRUG_FIRM, slots=("14:00-14:20",))])
    small_event.plan(planned)
    with pytest.raises(ConflictError, match=r"--force with a --reason(?s:.*)comes at 14:00-14:20"):
        edit(planned, ADD, DRUG_FIRM, DRUG_TEAM, slot="14:40")
    with pytest.raises(InputError, match="needs a reason"):
        edit(planned, ADD, DRUG_FIRM, DRUG_TEAM, slot="14:40", force=True)
    edit(planned, ADD, DRUG_FIRM, DRUG_TEAM, slot="14:40", force=True, reason="电话确认")
    options = replace(EVENT.options, meetings_per_firm=1)
    events.save(planned, replace(events.by_name(planned, NAME), options=options))
    plan_again(planned)
    assert seats(planned)[DRUG_FIRM, DRUG_TEAM][0] == "14:40-15:00"
    with pytest.raises(ConflictError, match=r"as many meetings as it may have \(1\)"):
        edit(planned, ADD, FIRM, LASER_TEAM)
    edit(planned, ADD, FIRM, LASER_TEAM, force=True, reason="双方要求")
    plan_again(planned)
    assert {(FIRM, LASER_TEAM), (DRUG_FIRM, DRUG_TEAM)} <= seats(planned).keys()


def test_a_decision_whose_slot_is_gone_keeps_the_pair(planned: Connection) -> None:
    edit(planned, MOVE, FIRM, TEAM, slot="14:40")
    slots = ("15:00-15:20", "15:20-15:40")
    events.save(planned, replace(events.by_name(planned, NAME), slots=slots))
    plan_again(planned)
    assert seats(planned)[FIRM, TEAM][0] in slots


def test_other_changes_stay_to_be_told_after_a_move(planned: Connection) -> None:
    events.save(planned, replace(EVENT, tables=("A1", "A2", "A3")))
    edit(planned, MOVE, FIRM, TEAM, slot="14:40")
    changes = [line["en"] for line in read_event_view(planned, NAME).changes]
    assert changes == ["tables: A1, A2 became A1, A2, A3"]


def test_without_a_plan_nothing_is_moved(connection: Connection) -> None:
    small_event.make(connection, planned=False)
    with pytest.raises(ConflictError, match="run matcher event plan first"):
        edit(connection, MOVE, FIRM, TEAM, slot="14:40")
