"""The report of a small event: the contents of its papers, worked out by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from matcher.events.record import EventState, KeptEdit
from matcher.events.shortlist import Edit, EditKind
from matcher.reporting.event.labels import contact_line
from matcher.reporting.event.model import EventReport, ReportNeed, Seat
from matcher.reporting.event.report import read_report
from matcher.settings import Settings
from matcher.store import event_edits, events
from matcher.store.database import Store
from matcher.store.schema.needs import shown
from matcher.types import PatentId
from tests.support import small_event


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    url = Settings(home=tmp_path, database_url=None).url
    with Store(url) as store, store.writing() as connection:
        small_event.make(connection)
        yield connection


@pytest.fixture
def report(connection: Connection) -> EventReport:
    return read_report(connection, small_event.NAME, small_event.TODAY)


def kinds(report: EventReport) -> set[tuple[str, str]]:
    return {(problem.kind, problem.subject) for problem in report.problems}


def edit(connection: Connection, need: str, made: Edit) -> None:
    event_edits.add(
        connection, small_event.NAME, KeptEdit(0, need, made, small_event.MOMENT, "staff")
    )


def need(report: EventReport, name: str) -> ReportNeed:
    return next(need for need in report.needs if need.id == name)


def test_a_need_is_restated_and_its_lines_have_the_shown_facts(
    report: EventReport,
) -> None:
    membrane = need(report, small_event.MEMBRANE)
    assert [part.label for part in membrane.parts] == ["主要问题", "技术关键与指标", "预期目标"]
    assert membrane.terms == ("预算：80万元", "合作方式：许可")
    assert [line.patent for line in membrane.lines] == ["CN1", "CN2"]
    first = membrane.lines[0]
    assert (first.fit_label, first.status.label) == ("契合度较高", "有权")
    assert first.status.as_of == date(2026, 10, 1)
    assert first.terms == ("已声明开放许可", "许可方式：普通", "许可费：5万元/年")
    assert first.unanswered == ("预期目标",) and first.unknown == ()
    assert first.meeting == Seat("14:00-14:20", "A1")
    assert contact_line(first.contact) == "技术转移中心（样例） 022-00000000"
    assert membrane.lines[1].unknown == ("法律状态", "许可或转让条件", "技术成熟度")


def test_a_quote_is_the_sentence_that_answers_with_its_marks(report: EventReport) -> None:
    (quote,) = need(report, small_event.MEMBRANE).lines[0].quotes
    assert quote.source == "权利要求 1" and quote.answers == ("主要问题",)
    assert quote.text == "其在150℃的收缩率为1.5%，厚度12 μm。"
    assert [quote.text[start:end] for start, end in quote.marks] == ["150℃", "收缩率", "厚度"]


def test_meetings_are_listed_by_slot_and_table(report: EventReport) -> None:
    meetings = [(meeting.table, meeting.firm, meeting.team) for meeting in report.meetings]
    assert meetings == [
        ("A1", "甲能源公司（样例）", "储能材料团队（样例）"),
        ("A2", "乙装备公司（样例）", "激光团队（样例）"),
    ]
    assert [line.patent for line in report.meetings[0].subjects] == ["CN1", "CN2"]
    assert report.meetings[0].questions[0] == "能否做到：150℃收缩率≤2%？"
    assert report.tables == ("A1", "A2") and len(report.slots) == 3
    assert [(line.line and line.line.patent, line.is_reserve) for line in report.follow_up] == [
        ("CN1", False),
        ("CN2", False),
        ("CN3", False),
    ]


def test_needs_firms_and_teams_without_a_meeting_have_reasons(report: EventReport) -> None:
    unmatched = {row.need.id: (row.kind, row.reasons) for row in report.unmatched}
    assert unmatched == {
        small_event.DRUG: ("无契合专利", ("入选专利的契合度均较弱",)),
        small_event.FAILED: ("未匹配", ("the need is empty",)),
    }
    (team,) = report.unassigned
    assert team.name == "药物团队（样例）" and team.reasons[0] == "契合度不足"
    assert [firm.name for firm in report.firms if not firm.meetings] == ["丙医药公司（样例）"]


def test_a_need_can_be_unmatched_although_its_firm_has_a_meeting(
    connection: Connection,
) -> None:
    """The firm's second need finds another team, for which it has no meeting left."""
    options = replace(small_event.EVENT.options, meetings_per_firm=1)
    events.save(connection, replace(small_event.EVENT, options=options))
    edit(connection, small_event.FAILED, Edit(EditKind.ADD, PatentId("CN3")))
    small_event.show(connection, small_event.FAILED, "CN3", "fair")
    small_event.plan(connection)
    report = read_report(connection, small_event.NAME, small_event.TODAY)
    (failed,) = (row for row in report.unmatched if row.need.id == small_event.FAILED)
    assert failed.kind == "未安排洽谈"
    assert failed.reasons == ("甲能源公司（样例）–激光团队（样例）：企业的洽谈场次已满",)


def test_data_problems_of_the_small_event(report: EventReport) -> None:
    assert kinds(report) == {
        ("匹配失败", "4 +空需求"),
        ("法律状态未知", "=陶瓷涂覆隔膜 CN201710117022.7"),
        ("法律状态未知", "激光焊接头的在线测厚装置 CN201710117013.7"),
        ("法律状态未知", "药物缓释微球 CN201710117015.7"),
        ("缺少技术转移机构联系方式", "乙研究院（样例）"),
    }


def test_old_status_absent_team_and_stale_plan_are_problems(connection: Connection) -> None:
    double = small_event.need(
        5, "甲能源公司（样例）", title="动力电池隔膜耐热", problem="隔膜在高温下会收缩，电池短路"
    )
    small_event.add(connection, double)
    edit(connection, small_event.LASER, Edit(EditKind.EXCLUDE, PatentId("CN3"), "已合作"))
    edit(connection, small_event.MEMBRANE, Edit(EditKind.PIN, PatentId("CN4")))
    late = read_report(connection, small_event.NAME, date(2027, 12, 1))
    late_kinds = {kind for kind, _ in kinds(late)}
    assert late_kinds >= {"法律状态日期较早", "专利团队未到会", "日程早于最近的修改", "尚未匹配"}
    assert "法律状态日期较早" not in {
        kind for kind, _ in kinds(read_report(connection, small_event.NAME, small_event.TODAY))
    }


def test_a_legal_status_without_a_day_is_a_problem_of_its_own(connection: Connection) -> None:
    undated = small_event.result("CN1", 1, "strong") | {"status_as_of": None}
    connection.execute(update(shown).values(result=undated))
    report = read_report(connection, small_event.NAME, small_event.TODAY)
    details = [each.detail for each in report.problems if each.kind == "法律状态日期不详"]
    assert details and "None" not in str(details)
    assert "法律状态日期较早" not in {kind for kind, _ in kinds(report)}


def test_near_duplicate_needs_are_problems_within_one_firm_only(connection: Connection) -> None:
    text = "现有隔膜在高温下收缩明显，造成电池短路，需要耐高温的隔膜材料与涂覆工艺"
    for number, firm in ((5, "甲"), (6, "甲"), (7, "乙")):
        small_event.add(connection, small_event.need(number, firm, title="耐热隔膜", problem=text))
    problems = read_report(connection, small_event.NAME, small_event.TODAY).problems
    duplicates = [problem for problem in problems if problem.kind == "疑似重复需求"]
    assert [(problem.subject, problem.detail) for problem in duplicates] == [
        ("6 耐热隔膜", "≈ 5 耐热隔膜 (100%)")
    ]


def test_without_a_plan_every_line_is_to_be_followed_up(connection: Connection) -> None:
    events.set_plan(connection, small_event.NAME, None, small_event.MOMENT)
    report = read_report(connection, small_event.NAME, small_event.TODAY)
    assert not report.has_plan and report.slots == () and report.meetings == ()
    assert len(report.follow_up) == 5
    assert {team.reasons for team in report.teams} == {("日程尚未安排",)}


def test_an_english_report_has_english_labels_and_its_sources(connection: Connection) -> None:
    events.save(connection, replace(small_event.EVENT, state=EventState.PUBLISHED))
    report = read_report(connection, small_event.NAME, small_event.TODAY, "en")
    first = need(report, small_event.MEMBRANE).lines[0]
    assert (first.fit_label, first.status.label, first.state) == (
        "good fit",
        "in force",
        "recommended",
    )
    assert report.state == "published" and report.version is None
    assert [(source.model, source.index, source.needs) for source in report.sources] == [
        ("样例模型", "index-1", 3)
    ]
