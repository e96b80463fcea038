"""Tables of an HTML page; the .xls of many web systems is one."""

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

from matcher.errors import InputError
from matcher.importing.files.merged_cells import MergedRange, fill_merged
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.importing.files.source_file import SourceFile
from matcher.importing.files.stated_numbers import stated_number
from matcher.importing.files.text_files import read_text
from matcher.language.messages import _
from matcher.text.characters import superscript

MAX_SPAN = 1000
"""Columns that one cell may span."""
MAX_ROW_SPAN = 65_534
"""Rows that one cell may span; so in browsers."""
MAX_CELLS = 20_000_000
_LINE_TAGS = frozenset({"br", "p", "div"})


def html_sheets(file: SourceFile) -> Iterator[Sheet]:
    """Yield one sheet: the rows of every table of the page, one after the other.

    Raises InputError for a page in an unsupported encoding, or with too many cells.
    """
    parser = _TableParser()
    parser.read(read_text(file))
    parser.end_table()
    rows = (SheetRow(n, cells) for n, cells in enumerate(parser.rows, start=1))
    yield Sheet(None, fill_merged(rows, parser.ranges))


class _TableParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.ranges: list[MergedRange] = []
        self.cell: list[str] | None = None
        self.columns = self.row_count = 1
        self.is_raised = False
        self.cells = 0
        self.table_ranges = 0
        """Number of ranges before those of the open table."""
        self.covered: dict[int, int] = {}
        """Last row, from 1, of the cell that covers a column."""

    def read(self, text: str) -> None:
        """Parse the whole text, in time that grows with its length only.

        At a comment, a section or a tag that never ends, the library would search up to the end of
        the text each time, and it fails at sections that it does not know. Sections become
        comments here; what never ends is left out.
        """
        text = text.replace("<![", "<!")
        end = text.rfind("-->") + 3 if "-->" in text else 0
        text = text[:end] + text[end:].replace("<!--", "")
        end = text.rfind(">") + 1
        self.feed(text[:end])
        self.close()
        self.handle_data(unescape(text[end:].partition("<")[0]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            if not self.rows:
                self.rows.append([])
            self.cell = []
            self.columns = min(_span(attrs, "colspan") or 1, MAX_SPAN)
            self.row_count = min(_span(attrs, "rowspan") or MAX_ROW_SPAN, MAX_ROW_SPAN)
        elif tag == "sup":
            self.is_raised = True
        elif tag in _LINE_TAGS and self.cell:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table":
            self.end_table()
        elif tag == "sup":
            self.is_raised = False

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(superscript(data) if self.is_raised else data)

    def end_table(self) -> None:
        """Let no cell reach beyond the last row of its table."""
        self._end_cell()
        last = len(self.rows)
        self.ranges[self.table_ranges :] = [
            replace(area, last_row=min(area.last_row, last))
            for area in self.ranges[self.table_ranges :]
        ]
        self.table_ranges = len(self.ranges)
        self.covered.clear()

    def _end_cell(self) -> None:
        """Add the open cell to its row, behind the columns that cells of rows above cover."""
        if self.cell is None:
            return
        row, number = self.rows[-1], len(self.rows)
        column = len(row)
        while self.covered.get(column, 0) >= number:
            column += 1
        self.cells += column - len(row) + self.columns
        if self.cells > MAX_CELLS:
            raise InputError(_("the page has more cells than any table: save the table as .xlsx"))
        row.extend([""] * (column - len(row)))
        row.extend(["".join(self.cell).strip(), *[""] * (self.columns - 1)])
        if self.columns > 1 or self.row_count > 1:
            last_row, last_column = number + self.row_count - 1, column + self.columns - 1
            self.ranges.append(MergedRange(number, last_row, column, last_column))
            if self.row_count > 1:
                self.covered.update(dict.fromkeys(range(column, last_column + 1), last_row))
        self.cell, self.columns, self.row_count, self.is_raised = None, 1, 1, False


def _span(attrs: list[tuple[str, str | None]], name: str) -> int:
    """Return the stated number of columns or rows, 1 for none; 0 means all that follow."""
    return stated_number(dict(attrs).get(name), 1)
