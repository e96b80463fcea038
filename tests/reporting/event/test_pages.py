"""The printable papers of an event: the contents of each, and HTML in the data stays text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup
from sqlalchemy import update

from matcher.events.record import KeptEdit
from matcher.events.shortlist import Edit, EditKind
from matcher.labels import Language
from matcher.reporting.event.booklet import booklet_page
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
from matcher.store import event_edits
from matcher.store.database import Store
from matcher.store.schema.needs import matches, shown
from matcher.types import PatentId
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


def test_a_meeting_without_a_shared_patent_shows_the_needs_of_the_firm(store: Store) -> None:
    report = report_of(store)
    meeting = replace(report.meetings[0], subjects=())
    team = replace(report.teams[0], meetings=(meeting,))
    firm = replace(report.firms[0], meetings=(meeting,))
    changed = replace(report, teams=(team,), firms=(firm,))
    page = team_page(changed, team, ZH).html
    assert "动力电池隔膜耐热" in page and page.count("双方没有共同的入选专利") == 1
    assert "双方没有共同的入选专利" in firm_page(changed, firm, ZH).html


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
        "Printed",
    ):
        assert text in html, text
    body = html.split("<body>")[1]
    for text in ("契合度", "有意向", "未回应", "法律状态", "备注"):
        assert text not in body, text


def test_footers_have_event_version_data_author_and_day(store: Store) -> None:
    report = replace(report_of(store), version=3)
    html = firm_page(report, report.firms[0], ZH).html
    footer = html.split("<footer>")[1].split("</footer>")[0]
    for text in (
        small_event.NAME,
        "草稿（上一版：第3版）",
        "2026-10-01",
        f"印制：{small_event.MOMENT.astimezone():%Y-%m-%d} 值班员（样例）",
    ):
        assert text in footer, text
    for text in ("UTC", "08:30", "样例模型", "index-1"):
        assert text not in html, text
    unnamed = firm_page(report, report.firms[0], replace(ZH, exported_by=None)).html
    assert "值班员" not in unnamed and "印制：" in unnamed
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


def test_no_page_shows_an_id_of_our_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    own = "local:60a80302786c5748"
    written = small_event.result

    def unnumbered(patent: str, rank: int, fit: str) -> dict[str, object]:
        return written(patent, rank, fit) | {"application_number": None, "id": own}

    with store.writing() as connection:
        connection.execute(update(matches).where(matches.c.patent == "CN1").values(patent=own))
        connection.execute(
            update(shown).values(result=unnumbered("CN1", 1, "fair"), rank=shown.c.rank)
        )
        edit = Edit(EditKind.EXCLUDE, PatentId("CN3"), f"换成 {own}")
        record = KeptEdit(0, small_event.LASER, edit, small_event.MOMENT, "李四")
        event_edits.add(connection, small_event.NAME, record)
    report = report_of(store)
    assert any(line.patent == own for need in report.needs for line in need.lines)
    pages = [firm_page(report, firm, ZH) for firm in report.firms]
    pages += [team_page(report, team, ZH) for team in report.teams]
    pages += [tables_page(report, ZH), booklet_page(report, report.teams, ZH)]
    assert all("local:" not in page.html for page in pages)
    assert "申请号" in report.needs[0].lines[0].unknown
    assert "local:" not in str(report.problems) + str([need.excluded for need in report.needs])


def test_all_licence_terms_stand_on_the_page_not_cut_within_one(store: Store) -> None:
    result = small_event.result("CN1", 1, "strong")
    terms: dict[str, object] = {
        "fee_basis": "固定费用",
        "fee": "固定费用 3 万元/年",
        "term": "2026-01-01 至 2030-12-31",
        "kinds": ["普通许可", "排他许可"],
        "conversion_modes": ["许可", "作价投资"],
        "price_mode": "协议定价",
        "price": "转让 45 万元，许可 3 万元/年",
        "open_licence": True,
        "readiness": None,
    }
    with store.writing() as connection:
        connection.execute(update(shown).values(result=result | {"licence": terms}))
    report = report_of(store, "en")
    html = firm_page(report, report.firms[0], EN).html
    assert "2026-01-01 至 2030-12-31" in html and "转让 45 万元，许可 3 万元/年" in html


def test_an_open_licence_without_a_right_in_force_is_questioned(store: Store) -> None:
    with store.writing() as connection:
        result = small_event.result("CN1", 1, "strong") | {
            "legal_status": "pending",
            "pledge": {"state": "pledged", "note": "as it was told", "note_code": "recorded"},
        }
        connection.execute(update(shown).values(result=result))
    report = report_of(store)
    html = firm_page(report, report.firms[0], ZH).html
    assert "已声明开放许可（专利尚未授权，请核实）" in html
    assert "登记有质押，许可或转让前须征得质权人同意（专利尚未授权，请核实）" in html
    assert "开放许可或质押与法律状态不符" in {problem.kind for problem in report.problems}
    english = report_of(store, "en")
    page = firm_page(english, english.firms[0], EN).html
    assert "open licence declared (not granted yet: to be checked)" in page
    assert "pledged on record" in page and "as it was told" not in page


def test_the_booklet_has_all_papers_in_table_order_with_contents(store: Store) -> None:
    report = report_of(store)
    teams = [team for team in report.teams if team.meetings]
    html = booklet_page(report, teams, ZH).html
    body = html.split("<body>")[1]
    sections = re.findall(r'<section class="paper" id="([^"]+)"', body)
    assert sections == ["table-1", "team-2", "firm-1", "table-2", "team-3", "firm-2", "firm-3"]
    contents = re.findall(r'<a href="#([^"]+)">[^<]', body)
    assert contents == sections
    idle = next(team for team in report.teams if not team.meetings)
    assert f"<h1>{idle.name}</h1>" not in body
    assert f"<h1>{idle.name}</h1>" in booklet_page(report, report.teams, ZH).html


def test_tables_print_at_nine_points_or_more(store: Store) -> None:
    style = firm_page(report_of(store), report_of(store).firms[0], ZH).html
    style = style.split("@media screen")[0].split("* { box-sizing")[1]
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: ?([\d.]+)pt", style)]
    assert len(sizes) > 10 and min(sizes) >= 9


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
