"""Import template (.xlsx): Chinese headings, notes, drop-downs, and one example row to delete.

It has the columns that exports lack: institution, TTO, team, consent, licence terms, price,
readiness.
"""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from matcher.disk.output import write_whole
from matcher.errors import InputError
from matcher.importing.headings.template_columns import (
    EXAMPLE_MARK,
    NOTES_SHEET,
    Column,
    TemplateKind,
    columns,
    general_notes,
)
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _

_SHEETS: dict[TemplateKind, str] = {
    "patents": "专利",
    "needs": "需求",
    "teams": "团队",
    "event-teams": "到会团队",
    "event-firms": "到会企业",
}
_LAST_ROW = 1_048_576
"""Last row of a worksheet; drop-downs reach to it."""
_PROMPT_LIMIT = 255
"""Characters that a spreadsheet shows beside a drop-down."""
_FORMATS = {"text": "@", "long": "@", "date": "yyyy-mm-dd", "count": "0"}
"""Number formats of cells; numbers of patents and firms are text, so that no spreadsheet turns them
into 2.017E+12."""
_FILLS = {"必填": "1F4E79", "建议": "2E75B6", "选填": "8497B0"}
_NOTE_COLUMNS = (
    ("列", 6),
    ("栏目", 24),
    ("类别", 26),
    ("要求", 8),
    ("怎样填", 62),
    ("可选值", 36),
    ("填写示例", 36),
)
_FONT = "Microsoft YaHei"
_LINE = Side(style="thin", color="D0D7E1")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def write_template(kind: TemplateKind, path: Path, *, overwrite: bool = False) -> None:
    """Write the .xlsx template of a kind.

    Raises InputError where the file exists already (unless `overwrite`), is not named .xlsx, or
    cannot be written; DiskError for a disk that is full or read-only.
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError(
            _("{path}: a template is a workbook: name it with .xlsx at the end", path=path)
        )
    if path.exists() and not overwrite:
        raise InputError(
            _("{path} is there already: choose another name, or allow overwriting", path=path)
        )
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _SHEETS[kind]
    _write_columns(sheet, columns(kind))
    _write_notes(book.create_sheet(NOTES_SHEET), kind)
    try:
        content = BytesIO()
        book.save(content)
        write_whole(path, content.getvalue())
    except OSError as problem:
        raise InputError(
            _("{path} cannot be written: {strerror}", path=path, strerror=os_error_text(problem))
        ) from problem


def _write_columns(sheet: Worksheet, template: tuple[Column, ...]) -> None:
    """Write the heading row, the example row, formats, comments and drop-downs."""
    for number, column in enumerate(template, start=1):
        letter = get_column_letter(number)
        _write_heading(sheet, letter, column)
        _write_example(sheet, letter, column, first=number == 1)
        # The style of the whole column also applies to the rows to be filled in.
        dimension = sheet.column_dimensions[letter]
        dimension.width = column.width
        dimension.number_format = _FORMATS[column.form]
        dimension.alignment = Alignment(vertical="top", wrap_text=True)
        dimension.font = Font(name=_FONT, size=10)
        if column.choices:
            sheet.add_data_validation(_drop_down(letter, column))
    sheet.row_dimensions[1].height = 34
    sheet.row_dimensions[2].height = _height((c.example + EXAMPLE_MARK, c.width) for c in template)
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"


def _write_heading(sheet: Worksheet, letter: str, column: Column) -> None:
    cell = sheet[f"{letter}1"]
    cell.value = column.heading
    _paint_heading(cell, _FILLS[column.need])
    height = int(_height([(column.explanation, 40)]) * 1.4)
    cell.comment = Comment(column.explanation, "matcher", width=300, height=height)


def _write_example(sheet: Worksheet, letter: str, column: Column, *, first: bool) -> None:
    cell = sheet[f"{letter}2"]
    if first:
        cell.value = f"{EXAMPLE_MARK}：{column.example}"
    elif column.example and column.form == "date":
        cell.value = date.fromisoformat(column.example)
    elif column.example and column.form == "count":
        cell.value = int(column.example)
    else:
        cell.value = column.example or None
    cell.number_format = _FORMATS[column.form]
    cell.font = Font(name=_FONT, size=10, italic=True, color="7F7F7F")
    cell.fill = PatternFill("solid", fgColor="F2F2F2")
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.border = _BORDER


def _drop_down(letter: str, column: Column) -> DataValidation:
    """Return the drop-down of a column's choices; other text, such as a list, stays allowed."""
    rule = DataValidation(
        type="list",
        formula1=f'"{",".join(column.choices)}"',
        allow_blank=True,
        showErrorMessage=False,
        showInputMessage=True,
        promptTitle=column.heading,
        prompt=column.explanation[:_PROMPT_LIMIT],
    )
    rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    return rule


def _write_notes(sheet: Worksheet, kind: TemplateKind) -> None:
    """Write the notes sheet: each column's meaning, whether it is required, values and an example.

    Headings stand in brackets, so that no row of this sheet is taken for a heading row.
    """
    sheet["A1"] = f"{_SHEETS[kind]}模板填写说明"
    sheet["A1"].font = Font(name=_FONT, size=14, bold=True, color=_FILLS["必填"])
    sheet.row_dimensions[1].height = 26
    general = general_notes(kind)
    for row, line in enumerate(general, start=2):
        sheet.cell(row, 1, line).font = Font(name=_FONT, size=10)
        sheet.row_dimensions[row].height = 18
    top = len(general) + 3
    for number, (heading, width) in enumerate(_NOTE_COLUMNS, start=1):
        cell = sheet.cell(top, number, heading)
        _paint_heading(cell, _FILLS["必填"])
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.row_dimensions[top].height = 22
    for row, column in enumerate(columns(kind), start=top + 1):
        _write_note(sheet, row, column, get_column_letter(row - top))
    sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes, one wide
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_note(sheet: Worksheet, row: int, column: Column, letter: str) -> None:
    values = [letter, f"【{column.heading}】", column.group, column.need]
    values += [column.note, column.allowed, column.example]
    for number, value in enumerate(values, start=1):
        cell = sheet.cell(row, number, value or None)
        cell.number_format = "@"
        cell.font = Font(name=_FONT, size=10, bold=number == 2)
        cell.alignment = Alignment(
            horizontal="center" if number in (1, 4) else None, vertical="center", wrap_text=True
        )
        cell.border = _BORDER
    sheet.cell(row, 4).font = Font(name=_FONT, size=10, bold=True, color=_FILLS[column.need])
    widths = [width for _, width in _NOTE_COLUMNS]
    sheet.row_dimensions[row].height = _height(zip(values, widths, strict=True))


def _paint_heading(cell: Cell, colour: str) -> None:
    cell.font = Font(name=_FONT, size=11, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=colour)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = _BORDER


def _height(texts: Iterable[tuple[str, int]]) -> float:
    """Return the height in points at which a row shows all its texts in columns of these widths.

    Spreadsheets do not adjust the height of rows that a program wrote.
    """
    lines = max(sum(1 + _width(line) // width for line in t.split("\n")) for t, width in texts)
    return 6 + 15 * lines


def _width(text: str) -> int:
    """Return the width of a text in column units; a Chinese character takes a little over two."""
    return sum(1 if character.isascii() else 2 for character in text) + len(text) // 8
