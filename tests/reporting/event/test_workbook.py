"""The workbook of an event: contents, links, print set-up, and texts that are never computed."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.worksheet import Worksheet

from matcher.reporting.event.model import EventReport
from matcher.reporting.event.report import read_report
from matcher.reporting.event.workbook import write_workbook
from matcher.reporting.event.workbook_columns import (
    COVER,
    FIRMS,
    FOLLOW_UP,
    HEADING_ROW,
    MATCHES,
    OPERATIONS,
    SHEETS,
    TIMETABLE,
)
from matcher.reporting.event.workbook_sheets import MATCH_COLUMNS
from matcher.reporting.event.workbook_style import POINTS_PER_CHARACTER, PRINT_WIDTH, SIZE
from matcher.settings import Settings
from matcher.store.database import Store
from tests.support import small_event

ATTACK = '=HYPERLINK("http://attacker.example","x")'


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> EventReport:
    url = Settings(home=tmp_path_factory.mktemp("home"), database_url=None).url
    with Store(url) as store, store.writing() as connection:
        small_event.make(connection)
        return read_report(connection, small_event.NAME, small_event.TODAY)


def written(report: EventReport, path: Path) -> Path:
    write_workbook(report, path, exported_by="@李四（样例）", moment=small_event.MOMENT)
    return path


@pytest.fixture(scope="module")
def book(report: EventReport, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return load_workbook(written(report, tmp_path_factory.mktemp("book") / "book.xlsx"))


def cells(sheet: Worksheet) -> list[list[str]]:
    """The texts of a sheet from its headings on."""
    return [
        ["" if value is None else str(value) for value in row]
        for row in sheet.iter_rows(min_row=HEADING_ROW, values_only=True)
    ]


def column(sheet: Worksheet, heading: str) -> list[str]:
    headings, *rows = cells(sheet)
    return [row[headings.index(heading)] for row in rows]


def test_the_workbook_has_nine_sheets_in_order(book: Workbook) -> None:
    assert book.sheetnames == [
        "总览",
        "匹配总表",
        "按企业",
        "按团队",
        "日程",
        "未匹配需求",
        "未分配团队",
        "数据问题",
        "跟进表",
    ]


def test_the_cover_has_facts_sources_counts_and_links(book: Workbook) -> None:
    sheet = book[COVER]
    facts = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert small_event.NAME in facts
    assert facts["导出人"] == "@李四（样例）" and "UTC" not in str(facts)
    assert facts["模型"] == "样例模型（3 条需求）" and "索引" not in facts
    assert facts["数据日期"] == "法律状态截至 2026-10-01"
    assert facts["版本与状态"] == "尚无版本，草稿"
    assert facts["需求"] == "4 条，其中未匹配或无人可谈 2 条"
    assert facts["洽谈"] == "2 场，另有候补 0 场"
    links = {cell.value: cell.hyperlink.location for cell in sheet["D"] if cell.hyperlink}
    assert links == {name: f"'{name}'!A1" for name in SHEETS if name != COVER}


def test_rows_have_the_contents_of_the_report(book: Workbook) -> None:
    sheet = book[MATCHES]
    assert column(sheet, "申请号")[:2] == ["CN201710117011.7", "CN201710117022.7"]
    assert column(sheet, "契合度")[:2] == ["契合度较高", "有一定契合度"]
    assert column(sheet, "依据（加粗为对应之处）")[0].startswith("【权利要求 1】其在150℃")
    assert column(sheet, "未回应 / 未知")[0] == "未回应：预期目标"
    assert column(sheet, "专利名称")[-1] == "（没有匹配到专利）"
    assert column(sheet, "需求标识")[-1] == small_event.FAILED
    assert column(book[TIMETABLE], "桌号") == ["A1", "A2"]
    assert "能否做到：厚度不超过 12 μm？" in column(book["按团队"], "可能的提问")[0]
    assert "%" not in "".join(column(sheet, "契合度"))


def test_excluded_patents_are_listed_with_their_reasons(
    report: EventReport, tmp_path: Path
) -> None:
    firm = report.firms[0]
    need = replace(firm.needs[0], excluded=(("《一种阀》CN201710117099.4", "已有同类技术"),))
    changed = replace(
        report, firms=(replace(firm, needs=(need, *firm.needs[1:])), *report.firms[1:])
    )
    texts = column(load_workbook(written(changed, tmp_path / "book.xlsx"))[FIRMS], "需求内容")
    assert texts[0].endswith("\n已剔除：《一种阀》CN201710117099.4（已有同类技术）")
    assert sum("已剔除" in text for text in texts) == 1


def test_marks_are_bold(report: EventReport, tmp_path: Path) -> None:
    path = written(report, tmp_path / "book.xlsx")
    rich = load_workbook(path, rich_text=True)[MATCHES].cell(HEADING_ROW + 1, 10).value
    assert isinstance(rich, CellRichText)
    bold = [part.text for part in rich if isinstance(part, TextBlock) and part.font.b]
    assert bold == ["150℃", "收缩率", "厚度"]


def test_sheets_freeze_filter_and_print_on_a4_across(book: Workbook) -> None:
    for name in book.sheetnames[1:]:
        sheet: Any = book[name]
        assert sheet.freeze_panes == "A4" and sheet.print_title_rows == "$3:$3", name
        assert sheet.auto_filter.ref.startswith("A3:"), name
        assert sheet.page_setup.orientation == "landscape" and int(sheet.page_setup.paperSize) == 9
        assert sheet.page_setup.fitToHeight == 0
        shown = [one for one in sheet.column_dimensions.values() if not one.hidden]
        points = sum(one.width for one in shown) * POINTS_PER_CHARACTER
        scale = min(1, sheet.page_setup.fitToWidth * PRINT_WIDTH / points)
        assert scale * SIZE >= 9, (sheet.title, scale)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        shown = [c for c in sheet.column_dimensions.values() if not c.hidden]
        assert sheet.print_area.split(":")[1].startswith(f"${max(c.index for c in shown)}$"), name
    keys = [c.heading for c in MATCH_COLUMNS if c.is_key]
    hidden = [c for c in book[MATCHES].column_dimensions.values() if c.hidden]
    assert len(keys) == 4 and hidden
    matches: Any = book[MATCHES]
    assert "第 &P 页" in matches.oddFooter.right.text


def test_the_staffs_columns_have_drop_downs(book: Workbook) -> None:
    (listed,) = book[MATCHES].data_validations.dataValidation
    assert listed.formula1 == f'"{",".join(OPERATIONS)}"' and str(listed.sqref) == "N4:N9"
    assert len(book[FOLLOW_UP].data_validations.dataValidation) == 3
    assert all(
        len(choices.formula1) < 255 for choices in book[FOLLOW_UP].data_validations.dataValidation
    )


def test_links_lead_to_the_row_of_the_same_need_and_patent_and_back(book: Workbook) -> None:
    for name, other in ((MATCHES, FIRMS), (FIRMS, MATCHES)):
        sheet, count = book[name], 0
        headings = cells(sheet)[0]
        for row in sheet.iter_rows(min_row=HEADING_ROW + 1):
            where = next(cell.hyperlink.location for cell in row if cell.hyperlink)
            assert where is not None and where.startswith(f"'{other}'!A")
            target = [cell.value for cell in book[other][where.split("!A")[1]]]
            key = [row[headings.index(name)].value for name in ("需求标识", "专利标识")]
            there = cells(book[other])[0]
            assert [target[there.index(name)] for name in ("需求标识", "专利标识")] == key
            count += 1
        assert count == 6


def test_no_text_is_computed(report: EventReport, tmp_path: Path) -> None:
    attacked = replace(
        report.needs[0],
        title=ATTACK,
        firm=f"@{ATTACK}",
        lines=tuple(
            replace(line, title=ATTACK, note="-1+1\x07", quotes=())
            for line in report.needs[0].lines
        ),
    )
    event = replace(report.event, name="&D" + ATTACK)
    rest = tuple(need for need in report.firms[0].needs if need.id != attacked.id)
    firms = (replace(report.firms[0], name="+1", needs=(attacked, *rest)), *report.firms[1:])
    bad = replace(report, event=event, needs=(attacked, *report.needs[1:]), firms=firms)
    book = load_workbook(written(bad, tmp_path / "bad.xlsx"))
    seen = 0
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f", cell.coordinate
            if str(cell.value or "").startswith(("=", "+", "-", "@")):
                assert cell.quotePrefix, cell.coordinate
                seen += 1
    assert seen > 10
    matches: Any = book[MATCHES]
    assert matches.oddFooter.left.text.startswith("&&D")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_keeps_everything(report: EventReport, tmp_path: Path) -> None:
    path = written(report, tmp_path / "book.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", "out", path.name],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=240,
    )
    before, after = load_workbook(path), load_workbook(tmp_path / "out" / path.name)
    assert after.sheetnames == before.sheetnames
    for name in before.sheetnames:
        mine, theirs = before[name], after[name]
        assert [row for row in cells(theirs) if any(row)] == [
            row for row in cells(mine) if any(row)
        ]
        lists = {choices.formula1 for choices in mine.data_validations.dataValidation}
        assert {choices.formula1 for choices in theirs.data_validations.dataValidation} == lists
        links = {c.coordinate for row in mine.iter_rows() for c in row if c.hyperlink}
        assert {c.coordinate for row in theirs.iter_rows() for c in row if c.hyperlink} == links
