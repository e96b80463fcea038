"""Real exports read once more without the product: raw cells by what they are."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROLES = {
    "title": ("名称", "专利名称", "title", "TI", "발명의명칭"),
    "publication": (
        *("公开（公告）号", "id", "Display Key", "Publication number", "Publication Number", "PN"),
        *("등록번호", "공개번호", "공고번호", "href"),
    ),
    "application": ("申请号", "Application Number", "출원번호", "AN"),
    "country": ("Country", "국가"),
    "kind": ("KD",),
    "applicant": (
        *("申请（专利权）人", "申请人/专利权人", "申请人", "assignee", "Applicants", "AE", "com"),
    ),
    "filed": ("申请日", "filing/creation date", "Application Date", "출원일자", "AD", "sql"),
}
"""Headings of the compared cells in the exports at hand, the preferred one first."""
_HEAD = 40
_CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class RawTable:
    """The rows below the headings of a file, each a cell by role; empty without headings."""

    rows: tuple[dict[str, str], ...]


def read_raw(path: Path) -> RawTable:
    """Read the first sheet of a file."""
    found = [table for rows in _candidates(path) if (table := _below_headings(rows)) is not None]
    return max(
        found, key=lambda table: len(table.rows[0]) if table.rows else 0, default=RawTable(())
    )


def _candidates(path: Path) -> Iterator[list[list[str]]]:
    """Yield the rows of a file; of separated text for each separator."""
    if path.suffix == ".csv":
        text = path.read_text("utf-8-sig", errors="replace")
        for delimiter in ",;\t":
            yield list(csv.reader(io.StringIO(text), delimiter=delimiter))
    elif path.read_bytes()[:2] == b"PK":
        yield _xlsx_rows(path)
    else:
        import xlrd

        sheet = xlrd.open_workbook(str(path)).sheet_by_index(0)
        yield [[_text(cell.value) for cell in sheet.row(row)] for row in range(sheet.nrows)]


def _xlsx_rows(path: Path) -> list[list[str]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
    except ValueError:  # of its styles
        return _xml_rows(path)
    return [[_text(value) for value in row] for row in book.worksheets[0].values]


def _xml_rows(path: Path) -> list[list[str]]:
    """Read the cells of a workbook's first sheet from its XML."""
    with zipfile.ZipFile(path) as archive:
        strings = [
            "".join(part.text or "" for part in item.iter(_CELL + "t"))
            for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iter(_CELL + "row"):
        cells: dict[int, str] = {}
        for cell in row.iter(_CELL + "c"):
            value = cell.findtext(_CELL + "v") or ""
            column = ord(re.sub(r"\d", "", cell.get("r", "A"))[0]) - ord("A")
            cells[column] = strings[int(value)] if cell.get("t") == "s" else value
        rows.append([cells.get(index, "") for index in range(max(cells, default=-1) + 1)])
    return rows


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")


def _below_headings(rows: Sequence[Sequence[str]]) -> RawTable | None:
    for number, row in enumerate(rows[:_HEAD]):
        headings = [" ".join(cell.split()).lower() for cell in row]
        columns = {
            role: [headings.index(name.lower()) for name in names if name.lower() in headings]
            for role, names in ROLES.items()
        }
        if columns["title"] and sum(map(bool, columns.values())) >= 2:
            below = [row for row in rows[number + 1 :] if any(cell.strip() for cell in row)]
            return RawTable(tuple(_cells(row, columns) for row in below))
    return None


def _cells(row: Sequence[str], columns: dict[str, list[int]]) -> dict[str, str]:
    return {
        role: next((row[i].strip() for i in indices if i < len(row) and row[i].strip()), "")
        for role, indices in columns.items()
    }
