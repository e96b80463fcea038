"""A plan knows what it was made from: what changed is named, and what no longer holds is out."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from matcher.errors import ConflictError
from matcher.events.record import Event, EventFirm, EventState, KeptEdit
from matcher.events.shortlist import Edit, EditKind
from matcher.needs.record import NeedRecord
from matcher.store import event_edits, events, needs, patents
from matcher.types import LegalStatus, PatentId
from matcher.workflows.events.event_view import EventView, read_event_view
from matcher.workflows.events.version_contents import contents, difference
from matcher.workflows.events.versions import advance, store_state
from tests.support import small_event
from tests.support.samples import SEPARATOR
from tests.support.small_event import DRUG, EVENT, LASER, MEMBRANE, MOMENT, NAME, TEAMS
from tests.support.spoken import in_chinese

FIRM, LASER_FIRM = "甲能源公司（样例）", "乙装备公司（样例）"
TEAM, LASER_TEAM = "甲大学（样例）/储能材料团队（样例）", "甲大学（样例）/激光团队（样例）"


@pytest.fixture
def planned(connection: Connection) -> Connection:
    small_event.make(connection)
    return connection


def view(connection: Connection) -> EventView:
    return read_event_view(connection, NAME)


def meetings(connection: Connection) -> set[tuple[str, str]]:
    plan = view(connection).plan or {"meetings": []}
    return {(meeting["firm"], meeting["team"]) for meeting in plan["meetings"]}


def exclude(connection: Connection, need: str, patent: str) -> None:
    edit = Edit(EditKind.EXCLUDE, PatentId(patent), "已合作")
    event_edits.add(connection, NAME, KeptEdit(0, need, edit, MOMENT, "样例员"))


def review(connection: Connection, to: EventState = EventState.REVIEWED) -> int:
    return advance(connection, NAME, to, by="样例员", moment=MOMENT)


def save(connection: Connection, **facts: object) -> None:
    event: Event = replace(EVENT, **facts)  # type: ignore[arg-type]
    events.save(connection, event)


def test_a_plan_that_holds_is_reviewed_and_published(planned: Connection) -> None:
    before = view(planned)
    assert before.is_plan_current and meetings(planned) == {(FIRM, TEAM), (LASER_FIRM, LASER_TEAM)}
    assert (review(planned), review(planned, EventState.PUBLISHED)) == (1, 2)


@pytest.mark.parametrize(
    ("change", "said", "lost"),
    [
        ("shortlist", f"{LASER_FIRM} – {LASER_TEAM}", {(LASER_FIRM, LASER_TEAM)}),
        ("firm", f"{FIRM}: slots: – became 14:40-15:00", {(FIRM, TEAM)}),
        ("team", f"{LASER_TEAM} does not come", {(LASER_FIRM, LASER_TEAM)}),
        ("slots", "slots: 14:00-14:20, 14:20-14:40, 14:40-15:00 became 16:00-16:20", None),
        ("tables", "tables: A1, A2 became B1", None),
        ("limits", "meetings of a firm at most: 4 became 1", set()),
        ("line", "least fit of a meeting: some fit became good fit", {(LASER_FIRM, LASER_TEAM)}),
        ("need", "the firm 丁公司（样例） is new", set()),
    ],
)
def test_each_change_is_named_and_refused(
    planned: Connection, change: str, said: str, lost: set[tuple[str, str]] | None
) -> None:
    before = meetings(planned)
    slot = next(m["slot"] for m in view(planned).plan["meetings"] if m["firm"] == FIRM)  # type: ignore[index]
    assert slot != "14:40-15:00"
    match change:
        case "shortlist":
            exclude(planned, LASER, "CN3")
        case "firm":
            events.set_firms(planned, NAME, [EventFirm(FIRM, slots=("14:40-15:00",))])
        case "team":
            events.set_teams(planned, NAME, [TEAMS[0], TEAMS[2]])
        case "slots":
            save(planned, slots=("16:00-16:20",))
        case "tables":
            save(planned, tables=("B1",))
        case "limits":
            save(planned, options=replace(EVENT.options, meetings_per_firm=1))
        case "line":
            save(planned, options=replace(EVENT.options, line="strong"))
        case "need":
            small_event.add(planned, small_event.need(5, "丁公司（样例）", title="另一需求"))
            events.set_answer(planned, NAME, "need_5", problem="empty")
    changed = view(planned)
    assert meetings(planned) == before - (before if lost is None else lost)
    assert {out.placement.pair for out in changed.broken} == (before if lost is None else lost)
    with pytest.raises(ConflictError, match="matcher event plan") as refused:
        review(planned)
    assert str(refused.value).count(said) == 1
    small_event.plan(planned)
    assert review(planned) == 1


def test_a_meeting_that_no_longer_holds_says_why(planned: Connection) -> None:
    exclude(planned, LASER, "CN3")
    (out,) = view(planned).broken
    assert out.text["zh"] == (
        f"{LASER_FIRM} – {LASER_TEAM}（{out.placement.slot}，A2号桌）：入选专利中没有该团队的专利"
    )
    assert "no shortlist of the firm has a patent" in out.text["en"]


def test_a_changed_published_event_is_a_draft_and_the_change_is_in_the_difference(
    planned: Connection,
) -> None:
    review(planned)
    review(planned, EventState.PUBLISHED)
    event = events.by_name(planned, NAME)
    events.save(planned, replace(event, place="河北（样例）", tables=("A1", "A2", "A3")))
    teams = [replace(TEAMS[0], slots=("14:00-14:20",), persons=("赵样例",)), *TEAMS[1:]]
    events.set_teams(planned, NAME, teams)
    store_state(planned, NAME, MOMENT)
    assert events.by_name(planned, NAME).state is EventState.DRAFT
    published = event_edits.version(planned, NAME, 2)
    lines = set(in_chinese(difference(published, contents(view(planned)))))
    assert lines >= {
        "地点由 天津（样例） 改为 河北（样例）",
        "桌由 A1、A2 改为 A1、A2、A3",
        f"{TEAM}：可到场时段由 全天 改为 14:00-14:20",
        f"{TEAM}：参会人有变化",
    }
    assert "张样例" not in str(published) and "赵样例" not in str(contents(view(planned)))
    with pytest.raises(ConflictError, match=r"is draft.*; changed since version 2:\n- place: "):
        review(planned, EventState.PUBLISHED)


def test_a_need_changed_elsewhere_makes_the_event_a_draft_too(planned: Connection) -> None:
    review(planned)
    record: NeedRecord = small_event.NEEDS[2]
    needs.save(planned, replace(record, details=replace(record.details, goal="新的目标")))
    assert view(planned).event.state is EventState.DRAFT
    (line,) = in_chinese(difference(event_edits.version(planned, NAME, 1), contents(view(planned))))
    assert line == "需求 3 缓释制剂：需求内容有变化"
    # Its shortlist answers the old text: it is matched again before the event goes on.
    with pytest.raises(ConflictError, match=r"1 needs have no shortlist yet \(3\)"):
        review(planned)


def test_a_patent_that_lapses_is_shown_so_and_makes_the_event_a_draft(
    planned: Connection,
) -> None:
    review(planned)
    lapsed = replace(
        SEPARATOR, id=PatentId("CN1"), legal_status=LegalStatus.LAPSED, legal_status_text="终止"
    )
    patents.save(planned, [lapsed])
    now = view(planned)
    shown = next(own.shown for own in now.needs[0].listed if own.entry.patent == "CN1")
    assert shown is not None and (shown.status, shown.status_text) == (LegalStatus.LAPSED, "终止")
    assert now.event.state is EventState.DRAFT
    changes = in_chinese(difference(event_edits.version(planned, NAME, 1), contents(now)))
    assert any("法律状态由“有权”变为“失效”" in change for change in changes)


def test_nothing_changed_is_no_draft(planned: Connection) -> None:
    review(planned)
    store_state(planned, NAME, MOMENT)
    assert view(planned).event.state is EventState.REVIEWED
    assert list(difference(event_edits.version(planned, NAME, 1), contents(view(planned)))) == []


def test_a_version_of_an_earlier_program_says_what_it_can(planned: Connection) -> None:
    old = contents(view(planned))
    for key in ("event", "teams", "firms", "decisions"):
        del old[key]
    for item in old["needs"]:
        del item["text"]
    event_edits.add_version(planned, NAME, EventState.REVIEWED, old, moment=MOMENT, by="样例员")
    save(planned, state=EventState.REVIEWED)
    assert view(planned).event.state is EventState.REVIEWED
    exclude(planned, MEMBRANE, "CN1")
    assert view(planned).event.state is EventState.DRAFT
    assert any("移出" in line for line in in_chinese(difference(old, contents(view(planned)))))


def test_a_plan_of_an_earlier_program_is_checked_meeting_by_meeting(planned: Connection) -> None:
    plan = events.plan_of(planned, NAME)
    assert plan is not None
    for key in ("made_from", "stamp", "figures"):
        del plan[key]
    events.set_plan(planned, NAME, plan, MOMENT)
    assert view(planned).is_plan_current
    exclude(planned, LASER, "CN3")
    assert meetings(planned) == {(FIRM, TEAM)}


def test_a_need_that_waits_again_is_not_reviewed(planned: Connection) -> None:
    events.reset_answers(planned, NAME, [DRUG])
    with pytest.raises(ConflictError, match=r"1 needs have no shortlist yet \(3\)"):
        review(planned)
