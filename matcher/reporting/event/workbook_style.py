"""The look and the print set-up of the sheets of a workbook, and safe writing of texts."""

import math
from copy import copy
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from matcher.reporting.event.workbook_columns import (
    COVER,
    FIRST_ROW,
    HEADING_ROW,
    SHEETS,
    Column,
    FitCell,
    Link,
    MarkedTexts,
    SheetTable,
)
from matcher.reporting.tables import NOT_XML, text_width, write_value

FONT = "微软雅黑"
SIZE = 10
LINE_HEIGHT = 13.5
"""Height of a line of text, in points."""
MAX_ROW_LINES = 29
"""Lines of text that a row shows: Excel's rows end at 409 points."""
PRINT_WIDTH = 780.0
"""Points between the margins of A4 across."""
POINTS_PER_CHARACTER = 5.6
"""Width of a character in a column, in points."""
MIN_PRINTED = 9
"""Points of the smallest text on paper."""
REPEATED_COLUMNS = 3
"""Columns that stand on every page of a table that is wider than one."""
INK, BLUE, GREY, MARK = "222222", "1F5FA8", "7F7F7F", "C00000"
_THIN = Side(style="thin", color="D0D7DE")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADING = PatternFill("solid", fgColor="1F4E79")
_STAFF_HEADING = PatternFill("solid", fgColor="B45F06")
_BAND = PatternFill("solid", fgColor="F3F7FB")
_STAFF = PatternFill("solid", fgColor="FFF8E5")
FILLS = {
    "strong": PatternFill("solid", fgColor="D9EAD3"),
    "fair": PatternFill("solid", fgColor="FFF2CC"),
    "weak": PatternFill("solid", fgColor="EDEDED"),
}
"""The colour of each fit label; the text of the cell says the same."""


def font(
    size: float = SIZE, *, bold: bool = False, color: str = INK, is_link: bool = False
) -> Font:
    """Return the workbook's font."""
    return Font(
        name=FONT, size=size, bold=bold, color=color, underline="single" if is_link else None
    )


def write_cell(cell: Cell, value: object) -> None:
    """Write a value in the workbook's font: `Link`, `MarkedTexts`, `FitCell` or a plain value."""
    _dress(cell, value)
    _fill(cell, value)


def _dress(cell: Cell, value: object) -> None:
    cell.font = font(color=BLUE, is_link=True) if isinstance(value, Link) else font()
    if isinstance(value, FitCell) and value.label in FILLS:
        cell.fill = FILLS[value.label]


def _fill(cell: Cell, value: object) -> None:
    match value:
        case Link():
            write_value(cell, value.text)
            target = f"'{value.sheet}'!A{value.row}"
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target)
        case MarkedTexts():
            cell.value = _rich(value) or None
        case FitCell():
            write_value(cell, value.text)
        case _:
            write_value(cell, value)


def _rich(marked: MarkedTexts) -> CellRichText:
    """Return the texts with bold marks. Rich text is never computed, even if it begins with =."""
    plain = InlineFont(rFont=FONT, sz=SIZE, color=Color(INK))
    bold = InlineFont(rFont=FONT, sz=SIZE, b=True, color=Color(MARK))
    parts: list[TextBlock] = []
    for number, (text, spans) in enumerate(marked.texts):
        parts.append(TextBlock(plain, "\n" if number else ""))
        done = 0
        for start, end in spans:
            parts += [TextBlock(plain, text[done:start]), TextBlock(bold, text[start:end])]
            done = end
        parts.append(TextBlock(plain, text[done:]))
    clean = [TextBlock(part.font, NOT_XML.sub("", part.text)) for part in parts]
    return CellRichText([part for part in clean if part.text])


class Sheet:
    """A sheet with one table: a title, a hint, headings that stay, and rows that can be filtered.

    Rows begin at FIRST_ROW, one after the other.
    """

    def __init__(self, book: Workbook, table: SheetTable[Any]) -> None:
        self.sheet: Worksheet = book.create_sheet(table.name)
        self._columns = table.columns
        self._next = FIRST_ROW
        self._looks: dict[tuple[object, ...], Any] = {}
        title = self._cell(1, 1)
        write_value(title, table.name)
        title.font = font(14, bold=True, color="1F4E79")
        write_cell(self._cell(2, 1), Link("返回总览", COVER))
        hint = self._cell(2, 2 if self._columns[0].width > 10 else 3)
        write_value(hint, SHEETS[table.name])
        hint.font = font(SIZE, color=GREY)
        self.sheet.row_dimensions[1].height = 24
        self._write_headings()

    @property
    def _shown_columns(self) -> int:
        return sum(not column.is_key for column in self._columns)

    def add(self, source: object, *, is_shaded: bool) -> None:
        """Write a row under the headings; `source` is the value that its columns read."""
        row, lines = self._next, 1
        for number, column in enumerate(self._columns, 1):
            cell: Any = self._cell(row, number)
            value = column.value(source)
            look = (number, is_shaded, isinstance(value, Link), getattr(value, "label", None))
            if look not in self._looks:
                _dress_row(cell, column, value, is_shaded)
                self._looks[look] = copy(cell._style)
            # openpyxl looks each font and border up in a list; a copy of the outcome takes a
            # fifth of the time.
            cell._style = copy(self._looks[look])
            _fill(cell, value)
            if not column.is_key:
                lines = max(lines, _lines(str(cell.value or ""), column.width))
        # Programs do not fit the rows of a new file to their texts.
        self.sheet.row_dimensions[row].height = LINE_HEIGHT * min(lines, MAX_ROW_LINES) + 4
        self._next += 1

    def finish(self, footer: str) -> None:
        """Set up frozen headings, filter, drop-downs and print, once all rows are written."""
        sheet, last = self.sheet, max(self._next - 1, HEADING_ROW)
        last_letter = get_column_letter(len(self._columns))
        sheet.auto_filter.ref = f"A{HEADING_ROW}:{last_letter}{last}"
        sheet.freeze_panes = f"A{FIRST_ROW}"
        for number, column in enumerate(self._columns, 1):
            if column.choices and last >= FIRST_ROW:
                letter = get_column_letter(number)
                _drop_down(sheet, f"{letter}{FIRST_ROW}:{letter}{last}", column)
        sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
        set_up_print(sheet, f"A1:{get_column_letter(self._shown_columns)}{last}", footer)
        self._print_legibly()

    def _print_legibly(self) -> None:
        """Spread a wide table over several pages; the first columns stand on each of them.

        On one page a wide table would shrink below the 9 points that can be read.
        """
        widths = [column.width for column in self._columns if not column.is_key]
        if sum(widths) * POINTS_PER_CHARACTER * MIN_PRINTED <= PRINT_WIDTH * SIZE:
            return
        repeated = sum(widths[:REPEATED_COLUMNS])
        room = PRINT_WIDTH / POINTS_PER_CHARACTER - repeated
        self.sheet.page_setup.fitToWidth = math.ceil((sum(widths) - repeated) / room)
        self.sheet.print_title_cols = f"A:{get_column_letter(REPEATED_COLUMNS)}"

    def _write_headings(self) -> None:
        self.sheet.row_dimensions[HEADING_ROW].height = 30
        for number, column in enumerate(self._columns, 1):
            cell = self._cell(HEADING_ROW, number)
            write_value(cell, column.heading)
            cell.font = font(SIZE, bold=True, color="FFFFFF")
            cell.fill = _STAFF_HEADING if column.is_staff else _HEADING
            cell.alignment = Alignment("center", vertical="center", wrap_text=True)
            cell.border = _BORDER
            dimension = self.sheet.column_dimensions[get_column_letter(number)]
            dimension.width, dimension.hidden = column.width, column.is_key

    def _cell(self, row: int, column: int) -> Cell:
        return cast(Cell, self.sheet.cell(row, column))


def _dress_row(cell: Cell, column: Column[Any], value: object, is_shaded: bool) -> None:
    if is_shaded:
        cell.fill = _BAND
    if column.is_staff:
        cell.fill = _STAFF
    _dress(cell, value)
    cell.border = _BORDER
    across = "center" if column.is_centred else "left"
    cell.alignment = Alignment(across, vertical="top", wrap_text=not column.is_key)


def set_up_print(sheet: Worksheet, area: str, footer: str) -> None:
    """Set up print on A4 across, as wide as the paper, with footer and page number."""
    sheet.print_area = area
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.5, 0.7, 0.3
    footer_of_pages: Any = sheet.oddFooter  # openpyxl always makes it with its three parts
    footer_of_pages.left.text = footer.replace("&", "&&")
    footer_of_pages.right.text = "第 &P 页，共 &N 页"
    sheet.sheet_view.showGridLines = False


def _lines(text: str, width: float) -> int:
    """Return the lines that a text takes in a column; a Chinese character is as wide as two."""
    room = max(1.0, width * 1.08)
    return sum(max(1, math.ceil(text_width(line) / room)) for line in text.split("\n"))


def _drop_down(sheet: Worksheet, cells: str, column: Column[Any]) -> None:
    choices = DataValidation(
        type="list",
        formula1=f'"{",".join(column.choices)}"',
        allow_blank=True,
        showErrorMessage=True,
    )
    choices.errorTitle, choices.error = column.heading, "请从下拉列表中选择"
    choices.add(cells)
    sheet.add_data_validation(choices)
