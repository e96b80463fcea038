"""Tables as files for people: .xlsx, or .csv that a spreadsheet program opens correctly.

Every file names its author and time of export. Texts stay texts: a text that begins like a formula
is never computed by the program that opens the file (OWASP, CSV Injection).
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from matcher.disk.output import write_whole

Format = Literal["xlsx", "csv"]
MEDIA_TYPES: dict[Format, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
INTERNAL = "内部资料，请勿外传"
"""Notice in every file but those of published facts."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""Media type of a Word document, into which some tables go."""
ABOUT = "导出说明"
"""The sheet, or the last line, with the author and the time of the export."""

MAX_CELL_LENGTH = 32_767
"""Characters that Excel holds in a cell."""
CUT = "…（超出单元格长度，已截断）"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no workbook can hold: openpyxl refuses only the control characters."""
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_MIN_WIDTH, _MAX_WIDTH = 8, 60
_MAX_ROWS_MEASURED = 200
_HEADING_FONT = Font(bold=True)
_HEADING_FILL = PatternFill("solid", fgColor="DDEBF7")
_WRAPPED = Alignment(vertical="top", wrap_text=True)


class Table(NamedTuple):
    """Rows under their headings, with the title of their sheet."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def write_table(
    path_or_stream: Path | str | BinaryIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str,
    exported_by: str,
    moment: datetime,
    format: Literal["xlsx", "csv"],
    data_as_of: date | None = None,
    notice: str = INTERNAL,
) -> None:
    """Write rows under their headings; a file of this name is replaced.

    `moment` is aware; `data_as_of` is the day whose data this is, by default that of `moment`.
    A cell may be None, a text, a number, a bool (是/否), a date or an aware datetime (as UTC);
    any other value is written as its text. Raises ValueError for a row that does not fit the
    headings, and OSError.
    """
    about = _about(title, exported_by, moment, data_as_of, notice)
    whole = [_fitting(row, columns) for row in rows]
    content = io.BytesIO()
    if format == "xlsx":
        _write_xlsx(content, [Table(title, columns, whole)], about)
    else:
        _write_csv(content, columns, whole, about)
    if isinstance(path_or_stream, Path | str):
        write_whole(Path(path_or_stream), content.getvalue())
    else:
        path_or_stream.write(content.getvalue())


def write_tables(
    path_or_stream: Path | BinaryIO,
    tables: Sequence[Table],
    *,
    title: str,
    exported_by: str,
    moment: datetime,
) -> None:
    """Write an .xlsx file with a sheet for each table; see `write_table`."""
    content = io.BytesIO()
    _write_xlsx(content, tables, _about(title, exported_by, moment))
    if isinstance(path_or_stream, Path):
        write_whole(path_or_stream, content.getvalue())
    else:
        path_or_stream.write(content.getvalue())


def begins_like_a_formula(text: str) -> bool:
    """True if a spreadsheet program might compute this text."""
    return _FORMULA.match(text) is not None


def _about(
    title: str,
    exported_by: str,
    moment: datetime,
    data_as_of: date | None = None,
    notice: str = INTERNAL,
) -> list[tuple[str, str]]:
    at = moment.astimezone(UTC)
    return [
        ("内容", title),
        ("导出人", exported_by),
        ("导出时间", at.isoformat(timespec="seconds")),
        ("数据日期", (data_as_of or at.date()).isoformat()),
        ("提示", notice),
    ]


def _fitting(row: Sequence[object], columns: Sequence[str]) -> Sequence[object]:
    if len(row) != len(columns):
        raise ValueError(f"a row has {len(row)} cells under {len(columns)} headings")
    return row


def _plain(value: object) -> str | int | float | Decimal | date | None:
    """Return the written form of a value: texts without control characters, times as texts."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if value is None or isinstance(value, int | float | Decimal | date):
        return value
    text = NOT_XML.sub("", str(value))
    if len(text) > MAX_CELL_LENGTH:
        return text[: MAX_CELL_LENGTH - len(CUT)] + CUT
    return text or None


def _write_csv(
    content: BinaryIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    about: list[tuple[str, str]],
) -> None:
    stream = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
    writer = csv.writer(stream)
    writer.writerow([_csv_cell(name) for name in columns])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    writer.writerow([ABOUT, *(_csv_cell(f"{label}：{text}") for label, text in about)])
    stream.detach()


def _csv_cell(value: object) -> object:
    plain = _plain(value)
    if isinstance(plain, str) and begins_like_a_formula(plain):
        return "'" + plain
    return plain.isoformat() if isinstance(plain, date) else plain


def _write_xlsx(content: BinaryIO, tables: Sequence[Table], about: list[tuple[str, str]]) -> None:
    book = Workbook(write_only=True)
    for table in tables:
        _add_sheet(book, table)
    notes = book.create_sheet(ABOUT)
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 14, 60
    for pair in about:
        notes.append([_xlsx_cell(notes, text) for text in pair])
    book.save(content)


def _add_sheet(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(_sheet_name(table.title))
    sheet.freeze_panes = "A2"
    last = get_column_letter(max(len(table.columns), 1))
    sheet.auto_filter.ref = f"A1:{last}{len(table.rows) + 1}"
    for number, width in enumerate(_widths(table.columns, table.rows), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, name) for name in table.columns])
    for row in table.rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])


def write_value(cell: Cell, value: object) -> None:
    """Write a value into a cell of a workbook; a text stays a text."""
    plain = _plain(value)
    cell.value = plain
    if isinstance(plain, str):
        cell.data_type = "s"  # openpyxl would make a formula of what begins with =
        # Keeps it a text even when somebody edits the cell.
        cell.quotePrefix = begins_like_a_formula(plain)
    elif isinstance(plain, date):
        cell.number_format = "yyyy-mm-dd"


def _xlsx_cell(sheet: WriteOnlyWorksheet, value: object) -> Cell:
    cell = WriteOnlyCell(sheet)
    write_value(cell, value)
    cell.alignment = _WRAPPED
    return cell


def _heading(sheet: WriteOnlyWorksheet, name: str) -> Cell:
    cell = _xlsx_cell(sheet, name)
    cell.font, cell.fill = _HEADING_FONT, _HEADING_FILL
    return cell


def _sheet_name(title: str) -> str:
    """Return a title as Excel allows it: 31 characters, none of them special."""
    name = re.sub(r"[\[\]:*?/\\]", " ", NOT_XML.sub("", title)).strip(" '")[:31]
    return name if name and name != ABOUT else "数据"


def _widths(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[int]:
    """Return the width of each column by its heading and first rows; see `text_width`."""
    return [
        min(max(_MIN_WIDTH, *map(_width, column)) + 2, _MAX_WIDTH)
        for column in zip(columns, *rows[:_MAX_ROWS_MEASURED], strict=True)
    ]


def _width(value: object) -> int:
    text = str(_plain(value) if value is not None else "")
    return max(map(text_width, text.splitlines()), default=0)


def text_width(line: str) -> int:
    """Return the width of a line in Latin characters; a Chinese character counts two."""
    return sum(1 + (ord(character) > 0x2E80) for character in line)
