"""Workbooks as export tools write them: odd styles, Strict, old formats, dates, superscripts."""

import re
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from matcher.errors import InputError
from matcher.importing.files import workbook_parts
from matcher.importing.files.source_file import SourceFile
from matcher.importing.files.workbooks import xlsx_sheets
from tests.support.import_files import BOTH, GRIPPER, SEPARATOR, read, titles, write_xlsx
from tests.support.merged_tables import spreadsheet_xml

TITLES = [SEPARATOR[2], GRIPPER[2]]
STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
}  # fmt: skip


def changed(book: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The workbook with every part changed; a part of None is left out."""
    with zipfile.ZipFile(book) as old:
        parts = {name: change(name, old.read(name)) for name in old.namelist()}
    with zipfile.ZipFile(book, "w") as new:
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return book


def test_a_killed_import_leaves_no_copy_of_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sheets are read from a file that has no name any more (POSIX)."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    book = write_xlsx(tmp_path / "book.xlsx", {"专利": BOTH})
    sheets = xlsx_sheets(SourceFile(book, is_packed=False))
    first = next(sheets)
    assert list((tmp_path / "temporary").iterdir()) == []
    assert len(list(first.rows)) == 3


@pytest.mark.parametrize("colour", [b"-1000000f", b"", b"red"])
def test_styles_that_no_library_knows_are_no_obstacle(tmp_path: Path, colour: bytes) -> None:
    def change(name: str, part: bytes) -> bytes:
        fill = b'<fill><patternFill patternType="solid"><fgColor rgb="' + colour + b'"/>'
        return part.replace(b"</fills>", fill + b"</patternFill></fill></fills>")

    assert titles(read(changed(write_xlsx(tmp_path / "a.xlsx", {"样例": BOTH}), change))) == TITLES


def test_a_workbook_without_styles_is_read(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", {"样例": BOTH})
    file = changed(book, lambda name, part: None if name == "xl/styles.xml" else part)
    assert titles(read(file)) == TITLES


def test_a_strict_workbook_is_read(tmp_path: Path) -> None:
    def change(name: str, part: bytes) -> bytes:
        for transitional, strict in STRICT.items():
            part = part.replace(transitional, strict)
        return part

    assert titles(read(changed(write_xlsx(tmp_path / "a.xlsx", {"样例": BOTH}), change))) == TITLES


def test_paths_of_parts_with_backslashes_are_read(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", {"样例": BOTH})
    with zipfile.ZipFile(book) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(book, "w") as new:
        for name, part in parts.items():
            new.writestr(name.replace("/", "\\"), part)
    assert titles(read(book)) == TITLES


@pytest.mark.parametrize("number_format", [14, 31, 57, 'yyyy"年"m"月"d"日"', "[$-804]yyyy/m/d;@"])
@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_of_both_date_systems(
    tmp_path: Path, number_format: int | str, is_1904: bool
) -> None:
    """A number is a date by its format; the formats 27 to 36 and 50 to 58 are in no file."""
    serial = 43515 - 1462 * is_1904
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(("申请号", "发明名称", "申请日"))
    sheet.append(("CN201919900001.1", "一种隔膜", serial))
    if isinstance(number_format, str):
        sheet["C2"].number_format = number_format
    else:
        sheet["C2"].number_format = "0.000"
    book.save(tmp_path / "a.xlsx")

    def change(name: str, part: bytes) -> bytes:
        if name == "xl/workbook.xml" and is_1904:
            return re.sub(rb"<workbookPr[^>]*/>", b'<workbookPr date1904="1"/>', part)
        if name == "xl/styles.xml" and isinstance(number_format, int):
            return part.replace(b'xf numFmtId="164"', b'xf numFmtId="%d"' % number_format)
        return part

    patent = read(changed(tmp_path / "a.xlsx", change)).patents[0].patent
    assert patent.filing_date == date(2019, 2, 19)


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_of_an_old_workbook(tmp_path: Path, is_1904: bool) -> None:
    book = xlwt.Workbook()
    book.dates_1904 = is_1904
    sheet = book.add_sheet("样例")
    for column, heading in enumerate(("申请号", "发明名称", "申请日")):
        sheet.write(0, column, heading)
    style = xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"')
    for column, value in enumerate(("CN201919900001.1", "一种隔膜", 43515 - 1462 * is_1904)):
        sheet.write(1, column, value, style)
    book.save(tmp_path / "a.xls")
    assert read(tmp_path / "a.xls").patents[0].patent.filing_date == date(2019, 2, 19)


def test_powers_written_as_superscripts_stay_powers(tmp_path: Path) -> None:
    rows = (("申请号", "发明名称", "摘要"), ("CN201919900001.1", "一种隔膜", ""))
    wanted = "电导率10^-3S/cm，含H2O，25°C"
    raised = InlineFont(vertAlign="superscript")
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", {"样例": rows}))
    book.worksheets[0]["C2"] = CellRichText(
        "电导率10", TextBlock(raised, "-3"), "S/cm，含H",
        TextBlock(InlineFont(vertAlign="subscript"), "2"), "O，25", TextBlock(raised, "o"), "C",
    )  # fmt: skip
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").patents[0].patent.abstract == wanted

    old = xlwt.Workbook()
    sheet = old.add_sheet("样例")
    for number, row in enumerate(rows):
        for column, text in enumerate(row[:2]):
            sheet.write(number, column, text)
    sheet.write(0, 2, "摘要")
    up, down, flat = xlwt.Font(), xlwt.Font(), xlwt.Font()
    up.escapement, down.escapement = (
        xlwt.Font.ESCAPEMENT_SUPERSCRIPT,
        xlwt.Font.ESCAPEMENT_SUBSCRIPT,
    )
    runs = [("电导率10", flat), ("-3", up), ("S/cm，含H", flat), ("2", down), ("O，25", flat)]
    runs += [("o", up), ("C", flat)]
    sheet.write_rich_text(1, 2, runs)
    old.save(tmp_path / "a.xls")
    assert read(tmp_path / "a.xls").patents[0].patent.abstract == wanted

    markup = "电导率10<Sup>-3</Sup>S/cm，含H<Sub>2</Sub>O，25<Sup>o</Sup>C"
    page = "".join(f"<tr><td>{row[0]}<td>{row[1]}<td>{row[2] or markup}</tr>" for row in rows)
    (tmp_path / "b.xls").write_text(f"<html><table>{page}</table></html>", "utf-8")
    assert read(tmp_path / "b.xls").patents[0].patent.abstract == wanted


@pytest.mark.parametrize("encoding", ["UTF-8", "GB2312", "UTF-16"])
def test_the_xml_table_of_excel_2003_is_read(tmp_path: Path, encoding: str) -> None:
    rows = (
        '<Row><Cell ss:Index="2"><Data ss:Type="String">申请号</Data></Cell>'
        '<Cell><Data ss:Type="String">发明名称</Data></Cell>'
        '<Cell ss:Index="5"><Data ss:Type="String">申请日</Data></Cell>'
        '<Cell><ss:Data ss:Type="String">摘要</ss:Data></Cell>'
        '<Cell><Data ss:Type="String">转让次数</Data></Cell></Row>'
        '<Row ss:Index="4"><Cell ss:Index="2"><Data ss:Type="String">CN201919900001.1</Data></Cell>'
        '<Cell><Data ss:Type="String">一种隔膜</Data>'
        "<Comment><ss:Data>批注</ss:Data></Comment></Cell>"
        '<Cell ss:Index="5"><Data ss:Type="DateTime">2019-02-19T00:00:00.000</Data></Cell>'
        '<Cell><Data ss:Type="String">电导率10<html:Sup>-3</html:Sup>S/cm</Data></Cell>'
        '<Cell><Data ss:Type="Number">2</Data></Cell></Row>'
    )
    path = tmp_path / "a.xls"
    path.write_text(spreadsheet_xml(rows, encoding), encoding)
    (record,) = read(path).patents
    patent = record.patent
    assert (record.file_row, record.sheet, patent.title) == (4, "样例", "一种隔膜")
    assert patent.filing_date == date(2019, 2, 19)
    assert patent.abstract == "电导率10^-3S/cm"
    assert patent.transfer_count == 2
    path.write_text(spreadsheet_xml(rows, encoding)[:-60], encoding)
    with pytest.raises(InputError, match="damaged or truncated"):
        read(path)


def test_cells_far_from_the_others_name_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_parts, "MAX_CELLS", 20)
    with pytest.raises(InputError, match="up to row 3 and column 8"):
        read(write_xlsx(tmp_path / "a.xlsx", {"样例": BOTH}))
