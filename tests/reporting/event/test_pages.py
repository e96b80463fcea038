"""The printable papers of an event: the contents of each, and HTML in the data stays text."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup

from matcher.labels import Language
from matcher.reporting.event.model import (
    EventReport,
    Quote,
    ReportMeeting,
    ReportReserve,
)
from matcher.reporting.event.page_words import table_label, version_label
from matcher.reporting.event.pages import (
    PrintContext,
    clip,
    css_string,
    file_name,
    firm_page,
    index_page,
    marked,
    tables_page,
    team_page,
)
from matcher.reporting.event.report import read_report
from matcher.settings import Settings
from matcher.store.database import Store
from tests.support import small_event

ZH = PrintContext("值班员（样例）", small_event.MOMENT)
EN = replace(ZH, language="en")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(Settings(home=tmp_path, database_url=None).url) as store:
        with store.writing() as connection:
            small_event.make(connection)
        yield store


def report_of(store: Store, language: Language = "zh") -> EventReport:
    with store.reading() as connection:
        return read_report(connection, small_event.NAME, small_event.TODAY, language)


def with_reserve(report: EventReport) -> EventReport:
    """Return the report with a reserve in place of the first firm."""
    (meeting,) = report.firms[0].meetings
    reserve = ReportReserve(
        slot=meeting.slot,
        table=meeting.table,
        firm="丙医药公司（样例）",
        team_id="乙研究院（样例）/药物团队（样例）",
        team="药物团队（样例）",
        institution="乙研究院（样例）",
        instead_of=meeting.firm,
        subjects=(),
    )
    slots = tuple(
        replace(slot, reserves=(reserve,) if slot.slot == meeting.slot else ())
        for slot in report.slots
    )
    return replace(report, slots=slots)


def test_the_page_of_an_enterprise_has_need_patents_terms_and_seat(store: Store) -> None:
    report = report_of(store)
    page = firm_page(report, report.firms[0], ZH)
    assert page.name == "enterprise-001-甲能源公司-样例"
    (meeting,) = report.firms[0].meetings
    for text in (
        "甲能源公司（样例）",
        "隔膜在高温下收缩，电池短路",
        "150℃收缩率≤2%",
        "预算：80万元",
        "一种耐热电池隔膜及其制备方法",
        "契合度较高",
        "隔膜受热收缩",
        "耐热性好",
        "其在<mark>150℃</mark>的<mark>收缩率</mark>为1.5%",
        "权利要求 1",
        "有权",
        "截至 2026-10-01",
        "5万元/年",
        '技术转移中心（样例） <span class="nowrap">022-00000000</span>',
        "未回应</b> 预期目标",
        meeting.slot,
        meeting.table,
        "有意向",
        "再了解",
        "无意向",
        "备注",
    ):
        assert text in page.html, text
    assert "%" not in page.html.split("<body>")[1].replace("2%", "").replace("1.5%", "")


def test_unknown_facts_are_named_on_the_page(store: Store) -> None:
    report = report_of(store)
    page = firm_page(report, report.firms[0], ZH)
    second = report.firms[0].needs[0].lines[1]
    assert len(second.unknown) >= 3
    for text in ("尚不清楚", "；".join(second.unknown), "日期不详"):
        assert text in page.html
    # The third patent of the proposal is not in the shortlist of two.
    assert "高温隔膜闭孔检测方法" not in page.html


def test_a_page_states_missing_patents_and_missing_meetings(store: Store) -> None:
    report = report_of(store)
    assert "目前没有找到可推荐的专利" in firm_page(report, report.firms[0], ZH).html
    unplaced = next(firm for firm in report.firms if not firm.meetings)
    page = firm_page(report, unplaced, ZH)
    assert "本次未安排洽谈" in page.html and unplaced.reasons[0] in page.html
    assert "契合度均较弱" in page.html
    unplanned = firm_page(replace(report, has_plan=False), unplaced, ZH)
    assert "日程尚未安排" in unplanned.html and "本次未安排洽谈" not in unplanned.html


def test_the_page_of_a_team_has_firms_needs_and_questions_but_no_budget(store: Store) -> None:
    report = report_of(store)
    team = next(team for team in report.teams if team.name.startswith("储能"))
    page = team_page(report, team, ZH)
    meeting = team.meetings[0]
    for text in (team.name, team.institution, "张样例", meeting.slot, meeting.firm):
        assert text in page.html
    assert meeting.questions and all(
        str(Markup.escape(question)) in page.html for question in meeting.questions
    )
    assert "隔膜在高温下收缩" in page.html
    assert "80万元" not in page.html


def test_each_table_has_its_timetable_with_reserves(store: Store) -> None:
    report = with_reserve(report_of(store))
    html = tables_page(report, ZH).html
    planned: list[ReportMeeting | ReportReserve] = []
    for slot in report.slots:
        planned += [*slot.meetings, *slot.reserves]
    used = {meeting.table for meeting in planned}
    assert html.count('<section class="sheet">') == len(used) > 0
    for slot in report.slots:
        assert html.count(slot.slot) >= len(used)
    assert all(meeting.firm in html and meeting.team in html for meeting in planned)
    assert "候补 1" in html and "“甲能源公司（样例）”缺席时" in html
    (team,) = (team for team in report.teams if team.name == "药物团队（样例）")
    assert "“甲能源公司（样例）”缺席时" in team_page(report, team, ZH).html
    (other,) = (team for team in report.teams if team.name == "储能材料团队（样例）")
    assert "缺席时" not in team_page(report, other, ZH).html


def test_the_index_links_every_page(store: Store) -> None:
    report = report_of(store)
    firms = [firm_page(report, firm, ZH) for firm in report.firms]
    teams = [team_page(report, team, ZH) for team in report.teams]
    html = index_page(report, ZH, firms, teams, with_pdf=True).html
    for page in (*firms, *teams):
        assert f'href="{page.name}.html"' in html and f'href="{page.name}.pdf"' in html
    assert 'href="tables.html"' in html
    assert ".pdf" not in index_page(report, ZH, firms, teams, with_pdf=False).html


def test_the_english_page_has_english_words_around_the_texts(store: Store) -> None:
    report = report_of(store, "en")
    html = firm_page(report, report.firms[0], EN).html
    for text in (
        'lang="en"',
        "Sheet for the enterprise",
        "good fit",
        "Not answered",
        "expected goal",
        "claim 1",
        "as of 2026-10-01",
        "tell me more",
        "Exported by",
    ):
        assert text in html, text
    body = html.split("<body>")[1]
    for text in ("契合度", "有意向", "未回应", "法律状态", "备注"):
        assert text not in body, text


def test_footers_have_event_version_data_model_author_and_time(store: Store) -> None:
    report = replace(report_of(store), version=3)
    html = firm_page(report, report.firms[0], ZH).html
    footer = html.split("<footer>")[1].split("</footer>")[0]
    for text in (
        small_event.NAME,
        "草稿（上一版：第3版）",
        "2026-10-01",
        "样例模型 / index-1",
        "导出：值班员（样例） 2026-11-24 08:30 UTC",
    ):
        assert text in footer, text
    assert "counter(page)" in html and css_string(footer) in html


@pytest.mark.parametrize(
    ("version", "language", "label"),
    [(None, "zh", "草稿"), (2, "zh", "草稿（上一版：第2版）"), (2, "en", "草稿 (after version 2)")],
)
def test_a_draft_names_the_version_before_it(
    store: Store, version: int | None, language: Language, label: str
) -> None:
    assert version_label(replace(report_of(store), version=version), language) == label


def test_html_in_the_data_stays_text(store: Store) -> None:
    bad = "</style><script>alert('x')</script><img src=http://sample.example/x>"
    report = report_of(store)
    firm = report.firms[0]
    need = firm.needs[0]
    quote = Quote(bad, bad, ((0, 8),), (bad,))
    line = replace(need.lines[0], title=bad, terms=(bad,), quotes=(quote,), unknown=(bad,))
    need = replace(need, title=bad, lines=(line,))
    meeting = replace(firm.meetings[0], firm=bad, subjects=(line,))
    firm = replace(firm, name=bad, needs=(need,), meetings=(meeting,))
    team = replace(report.teams[0], name=bad, persons=(bad,), meetings=(meeting,))
    slot = replace(report.slots[0], meetings=(meeting,))
    report = replace(
        report,
        event=replace(report.event, name=bad, place=bad),
        firms=(firm,),
        teams=(team,),
        needs=(need,),
        slots=(slot,),
    )
    context = replace(ZH, exported_by=bad)
    firms, teams = [firm_page(report, firm, context)], [team_page(report, team, context)]
    index = index_page(report, context, firms, teams, with_pdf=True)
    for page in (*firms, *teams, index, tables_page(report, context)):
        assert "<script" not in page.html and "<img" not in page.html
        assert page.html.count("</style>") == 1


def test_a_number_of_our_own_is_not_called_an_application_number(store: Store) -> None:
    report = report_of(store)
    firm = report.firms[0]
    before = firm_page(report, firm, ZH).html
    assert "申请号" in before and "本库编号" not in before
    needs = tuple(
        replace(
            need, lines=tuple(replace(line, number="local:60a80302786c5748") for line in need.lines)
        )
        for need in firm.needs
    )
    changed = replace(firm, needs=needs)
    after = firm_page(replace(report, firms=(changed,)), changed, ZH).html
    assert "本库编号（无申请号） local:60a80302786c5748" in " ".join(after.split())


def test_file_names_of_teams_begin_with_the_institution(store: Store) -> None:
    report = report_of(store)
    team = report.teams[0]
    page = team_page(report, team, ZH)
    assert page.name.startswith(file_name("team", 1, team.institution))


def test_marked_words_are_escaped_one_by_one() -> None:
    quote = Quote("摘要", "a<b>隔膜&c", ((3, 6),), ())
    assert marked(quote) == "a&lt;b<mark>&gt;隔膜</mark>&amp;c"
    assert marked(Quote("摘要", "无标记", (), ())) == "无标记"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("甲公司（样例）", "team-002-甲公司-样例"),
        ("../../etc/passwd", "team-002-etc-passwd"),
        ("..", "team-002"),
        ("C:\\x|y?.html\x00\n", "team-002-C-x-y-html"),
        ("长" * 300, "team-002-" + "长" * 40),
    ],
)
def test_names_of_files_are_safe(name: str, expected: str) -> None:
    assert file_name("team", 2, name) == expected


def test_table_labels_clipped_texts_and_css_strings() -> None:
    assert table_label("3", "zh") == "3号桌" and table_label("3", "en") == "Table 3"
    assert table_label("A区1", "zh") == "A区1"
    assert clip("一" * 50, 20) == "一" * 20 + "…" and clip(" a\n b ", 20) == "a b"
    assert css_string('a"b\\c\n</style>') == r'"a\22 b\5c c\a \3c /style\3e "'
