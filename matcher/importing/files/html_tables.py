"""Tables of an HTML page; the .xls of many web systems is one."""

from collections.abc import Iterator
from html.parser import HTMLParser

from matcher.errors import InputError
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.importing.files.source_file import SourceFile
from matcher.importing.files.text_files import read_text

MAX_SPAN = 1000
"""Columns that one cell may span."""
MAX_CELLS = 20_000_000
_LINE_TAGS = frozenset({"br", "p", "div"})


def html_sheets(file: SourceFile) -> Iterator[Sheet]:
    """Yield one sheet: the rows of every table of the page, one after the other.

    Raises InputError for a page in an unsupported encoding, or with too many cells.
    """
    parser = _TableParser()
    parser.feed(read_text(file))
    parser.close()
    yield Sheet(None, (SheetRow(n, cells) for n, cells in enumerate(parser.rows, start=1)))


class _TableParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.cell: list[str] | None = None
        self.span = 1
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            if not self.rows:
                self.rows.append([])
            self.cell = []
            span = dict(attrs).get("colspan") or "1"
            self.span = min(int(span), MAX_SPAN) if span.isdecimal() else 1
        elif tag in _LINE_TAGS and self.cell:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _end_cell(self) -> None:
        """Add the open cell to its row; the text of a spanning cell goes into its first column."""
        if self.cell is not None:
            self.cells += self.span
            if self.cells > MAX_CELLS:
                raise InputError("the page has more cells than any table: save the table as .xlsx")
            self.rows[-1].extend(["".join(self.cell).strip(), *[""] * (self.span - 1)])
        self.cell, self.span = None, 1
