"""Files that are no workbook of an event, or hold more than any, are refused in one line."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from matcher.errors import InputError
from matcher.reporting.event.workbook_columns import COVER
from matcher.reporting.event.workbook_reading import event_of, read_book, read_rows
from matcher.reporting.event.workbook_sheets import MATCH_TABLE
from tests.support.bounded import megabytes_for


@pytest.mark.parametrize("name", ["event.xlsx", "event.docx", "event"])
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"cannot be read as an \.xlsx workbook"):
        read_book(path)


@pytest.mark.parametrize("name", ["冬季对接会", "gone.xlsx", "."])
def test_a_name_that_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"there is no file .*name the workbook"):
        read_book(tmp_path / name)


NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def changed(path: Path, part: str, xml: str) -> Path:
    """Write a workbook with the XML of one part replaced."""
    buffer = io.BytesIO()
    Workbook().save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), part}:
            new.writestr(name, xml if name == part else old.read(name))
    return path


def sheet(rows: str, behind: str = "") -> str:
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData>{behind}</worksheet>'


MERGED = '<mergeCell ref="A1:D9"/>'
BROKEN = {
    "broken XML": (SHEET, "<worksheet"),
    "no styles": ("xl/styles.xml", "<a/>"),
    "a cell of no column": (SHEET, sheet('<row r="1"><c r="1"><v>x</v></c></row>')),
    "a number that is none": (SHEET, sheet('<row r="1"><c r="A1"><v>x</v></c></row>')),
    "a range that is none": (SHEET, sheet("", '<mergeCells><mergeCell ref="9"/></mergeCells>')),
}
HUGE = {
    "a document type": (SHEET, f'<!DOCTYPE x [<!ENTITY e "x">]>{sheet("")}'),
    "far rows": (SHEET, sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    "a million columns": (SHEET, sheet(f"<row>{'<c/>' * 1_000_001}</row>")),
    "a merged sheet": (
        SHEET, sheet("", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    ),
    "100,000 merged ranges": (
        SHEET, sheet("", "<mergeCells>" + MERGED * 100_000 + "</mergeCells>")
    ),
    "endless shared texts": ("xl/sharedStrings.xml", "<sst>" + "<si><t>x</t></si>" * 2_000_000),
    "blanks": ("docProps/app.xml", "<a>" + " " * 60_000_000),
}  # fmt: skip


@pytest.mark.parametrize("name", [*BROKEN, *HUGE])
def test_a_damaged_or_huge_workbook_is_refused_with_bounded_memory(
    tmp_path: Path, name: str
) -> None:
    path = changed(tmp_path / "event.xlsx", *(BROKEN | HUGE)[name])

    def read() -> None:
        reasons = "document type|more cells than any|would unpack to"
        with pytest.raises(InputError, match=reasons if name in HUGE else "cannot be read"):
            read_book(path)

    assert megabytes_for(read) < 400


def test_a_chart_in_the_place_of_a_sheet_is_no_sheet(tmp_path: Path) -> None:
    book = Workbook()
    for name in (COVER, MATCH_TABLE.name):
        book.create_chartsheet(name).add_chart(BarChart())
    book.save(tmp_path / "event.xlsx")
    read = read_book(tmp_path / "event.xlsx")
    with pytest.raises(InputError, match="no workbook of an event"):
        event_of(read, tmp_path / "event.xlsx")
    with pytest.raises(InputError, match="has no sheet"):
        read_rows(read, MATCH_TABLE)
