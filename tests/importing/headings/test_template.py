from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matcher.errors import InputError
from matcher.importing.headings.headings import KINDS, Kind, recognise
from matcher.importing.headings.template import write_template
from matcher.importing.headings.template_columns import (
    EXAMPLE_MARK,
    NOTES_SHEET,
    TemplateKind,
    columns,
    is_example_row,
)
from matcher.importing.read_file import read_file
from matcher.importing.read_programme_file import read_records
from matcher.programme.record import RecordKind
from matcher.workflows.events.import_sheets import FIRMS, TEAMS

TODAY = date(2026, 6, 1)
LACKING = {
    *("institution", "college", "team", "team_lead", "tto_name", "tto_phone", "tto_email"),
    *("contact_name", "contact_phone", "contact_email"),
    *("consent_scope", "consent_evidence", "consent_until"),
    *("open_licence", "licence_fee_basis", "licence_fee", "licence_term", "licence_kinds"),
    *("conversion_modes", "price_mode", "price", "readiness", "sleeping_override"),
}
"""Fields that exports lack and the template must have."""
DROP_DOWNS = {
    "法律状态": "有权,审中,失效",
    "专利类型": "发明,实用新型,外观设计",
    "开放许可": "是,否",
    "转化方式": "转让,许可,作价投资",
    "定价方式": "协议定价,挂牌交易,拍卖",
    "技术成熟度": "正在研发,已有样品,通过小试,通过中试,可以量产",
    "同意公开范围": "公开,本次活动,经授权",
    "沉睡认定": "沉睡,在用",
    "所属行业": "新一代信息技术,新材料,高端装备制造,生物医药",
    "合作方式": "独立研发,委托研发,合作研发,技术转让,许可",
    "公开范围": "公开,脱敏,仅匹配",
}


def written(kind: Kind, folder: Path) -> Any:
    path = folder / f"{kind}.xlsx"
    write_template(kind, path)
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize("kind", KINDS)
def test_the_headings_of_a_template_are_recognised(kind: Kind, tmp_path: Path) -> None:
    sheet = written(kind, tmp_path).worksheets[0]
    layout = recognise([cell.value for cell in sheet[1]], {})
    assert layout is not None
    assert (layout.kind, layout.format) == (kind, "matcher template")
    ours = {column.field: (index,) for index, column in enumerate(columns(kind))}
    assert layout.columns == ours


@pytest.mark.parametrize(("kind", "read"), [("event-teams", TEAMS), ("event-firms", FIRMS)])
def test_the_templates_of_an_event_are_read_by_it(
    kind: TemplateKind, read: RecordKind, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.xlsx"
    write_template(kind, path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    example = [cell.value for cell in sheet[2]]
    empty = read_records(path, read, today=TODAY)
    assert empty.records == () and "example row" in empty.problems[0].fix
    sheet.append([str(value).removeprefix(f"{EXAMPLE_MARK}：") for value in example])
    book.save(path)
    (record,) = read_records(path, read, today=TODAY).records
    assert all(record.values[column.field] == column.example for column in columns(kind))


def test_the_template_has_the_columns_that_exports_lack() -> None:
    assert {column.field for column in columns("patents")} >= LACKING


@pytest.mark.parametrize("kind", KINDS)
def test_every_heading_is_explained_in_a_comment_and_in_the_notes(
    kind: Kind, tmp_path: Path
) -> None:
    book = written(kind, tmp_path)
    sheet, notes = book.worksheets
    assert notes.title == NOTES_SHEET
    explained = {row[1].value: row for row in notes.iter_rows() if row[1].value}
    for cell, column in zip(sheet[1], columns(kind), strict=True):
        assert column.note in cell.comment.text
        line = explained[f"【{column.heading}】"]
        assert [line[3].value, line[4].value] == [column.need, column.note]
        assert len(column.explanation) <= 255, "a drop-down would not show the rest"


def test_drop_downs_offer_the_choices_of_the_field(tmp_path: Path) -> None:
    offered: dict[str, str] = {}
    for kind in KINDS:
        sheet = written(kind, tmp_path).worksheets[0]
        for rule in sheet.data_validations.dataValidation:
            (cells,) = rule.sqref.ranges
            assert (cells.min_row, cells.max_row) == (2, 1_048_576)
            assert len(rule.formula1) <= 255
            offered[sheet.cell(1, cells.min_col).value] = rule.formula1.strip('"')
    assert offered.items() >= DROP_DOWNS.items()


def test_columns_of_numbers_are_text_down_to_the_last_row(tmp_path: Path) -> None:
    for kind, heading in (
        ("patents", "申请号"),
        ("needs", "统一社会信用代码"),
        ("teams", "联系电话"),
    ):
        sheet = written(kind, tmp_path).worksheets[0]  # type: ignore[arg-type]
        (letter,) = [cell.column_letter for cell in sheet[1] if cell.value == heading]
        assert sheet.column_dimensions[letter].number_format == "@"
        assert sheet.freeze_panes == "B2"


@pytest.mark.parametrize("kind", KINDS)
def test_an_unchanged_template_gives_no_records(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "样例 模板.xlsx"
    write_template(kind, path)
    read = read_file(path, mapping={}, today=TODAY)
    assert (read.kind, read.format, read.rows) == (kind, "matcher template", 0)
    (problem,) = read.problems
    assert "example row" in problem.fix


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_row_is_valid_without_its_mark(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "filled.xlsx"
    write_template(kind, path)
    book = openpyxl.load_workbook(path)
    cell = book.worksheets[0]["A2"]
    cell.value = str(cell.value).removeprefix(f"{EXAMPLE_MARK}：")
    book.save(path)
    read = read_file(path, mapping={}, today=TODAY)
    assert (read.rows, read.problems) == (1, ())
    if kind == "needs":
        assert read.needs[0].indicators == columns("needs")[2].example
        return
    record = read.patents[0] if kind == "patents" else read.teams[0]
    assert record.tto is not None
    assert len(record.personal) == 1


def test_the_example_of_patents_fills_the_columns_that_exports_lack(tmp_path: Path) -> None:
    path = tmp_path / "filled.xlsx"
    write_template("patents", path)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A2"] = "一种隔膜"
    book.save(path)
    patent = read_file(path, mapping={}, today=TODAY).patents[0].patent
    assert patent.application_number == "CN201919900099.0"
    assert (patent.licence.open_licence, patent.licence.price_mode) == (True, "协议定价")
    assert patent.licence.conversion_modes == ("转让", "许可")
    assert patent.team is not None
    assert patent.team.lead == "样例甲"
    assert (patent.readiness, len(patent.claims)) == ("通过小试", 2)


def test_the_example_row_is_recognised_by_its_mark() -> None:
    assert is_example_row(["", f" {EXAMPLE_MARK}：一种隔膜", None])
    assert not is_example_row(["一种样例隔膜", None, 3])


def test_an_existing_file_is_not_overwritten_by_default(tmp_path: Path) -> None:
    path = tmp_path / "needs.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(InputError, match="there already"):
        write_template("needs", path)
    assert path.read_bytes() == b"mine"
    write_template("needs", path, overwrite=True)
    assert openpyxl.load_workbook(path).sheetnames == ["需求", NOTES_SHEET]


@pytest.mark.parametrize("name", ["needs.csv", "needs", "no folder/needs.xlsx"])
def test_an_unwritable_path_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="needs"):
        write_template("needs", tmp_path / name)
