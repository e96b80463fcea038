"""Reading of a returned workbook: the event it belongs to, and the rows of its sheets."""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from matcher.errors import InputError
from matcher.importing.files.unpack_limits import check_office_file
from matcher.importing.files.workbook_parts import check_cells
from matcher.labels import listed
from matcher.language.messages import _
from matcher.reporting.event.workbook_columns import (
    COVER,
    COVER_KEYS,
    EVENT_KEY,
    SheetTable,
)

MAX_HEADING_ROW = 10
"""The last row that may hold the headings: somebody may have put rows above them."""
_MAX_BYTES = 100_000_000
"""Unpacked bytes of a workbook; that of an event with 500 needs has about 5 million."""
_MAX_CELLS = 1_000_000
"""Cells of a sheet, empty ones between others included; the library makes an object of each."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that cannot be used, and how to correct it."""

    sheet: str
    row: int
    column: str
    value: str
    fix: str

    @property
    def message(self) -> str:
        """The problem in one line."""
        return _(
            "{sheet}, row {row}, column {column}: {shown}; {fix}",
            sheet=self.sheet,
            row=self.row,
            column=self.column,
            shown=_('"{value}"', value=self.value[:40]) if self.value else _("empty"),
            fix=self.fix,
        )


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet by its headings."""

    sheet: str
    number: int
    cells: Mapping[str, object]
    letters: Mapping[str, str]
    """The letter of the column under each heading."""

    def text(self, heading: str) -> str:
        """Return the stripped text of a cell; empty for an empty cell."""
        value = self.cells.get(heading)
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def day(self, heading: str) -> date | None:
        """Return the date in a cell; None for a cell of any other type."""
        value = self.cells.get(heading)
        return value.date() if isinstance(value, datetime) else None

    def problem(self, heading: str, fix: str) -> CellProblem:
        """Return a problem of a cell of this row."""
        column = _("{heading} ({letter})", heading=heading, letter=self.letters[heading])
        return CellProblem(self.sheet, self.number, column, self.text(heading), fix)


def read_book(path: Path) -> Workbook:
    """Open a workbook.

    Raises InputError for a missing file, for one that is no workbook, and for one with more in it
    than any event has.
    """
    if not path.is_file():
        raise InputError(_("there is no file {path}; name the workbook (.xlsx) first", path=path))
    try:
        with zipfile.ZipFile(path) as archive:
            check_office_file(path.name, archive, path.stat().st_size, _MAX_BYTES)
            check_cells(path.name, archive, _MAX_CELLS)
        return load_workbook(path, data_only=True)
    except InputError:
        raise
    except Exception as error:  # the library has no error of its own for a damaged workbook
        raise InputError(
            _(
                "{path} cannot be read as an .xlsx workbook: it is damaged, or another file",
                path=path,
            )
        ) from error


def event_of(book: Workbook, path: Path) -> str:
    """Return the name of the event that the workbook belongs to. Raises InputError."""
    cover = book[COVER] if COVER in book.sheetnames else None
    if isinstance(cover, Worksheet):
        keys, values = COVER_KEYS
        for row in range(1, MAX_HEADING_ROW):
            if cover[f"{keys}{row}"].value == EVENT_KEY and cover[f"{values}{row}"].value:
                return str(cover[f"{values}{row}"].value)
    raise InputError(
        _(
            "{path} is no workbook of an event: write one with matcher event workbook EVENT "
            "-o FILE",
            path=path,
        )
    )


def read_rows(book: Workbook, table: SheetTable[Any]) -> list[SheetRow]:
    """Read the rows of a sheet that are not empty.

    Raises InputError if the sheet is missing, or a column of the staff or of the keys.
    """
    name = table.name
    sheet = book[name] if name in book.sheetnames else None
    if not isinstance(sheet, Worksheet):  # another may be a sheet of a chart
        raise InputError(
            _("the workbook has no sheet {name!r} any more: export it anew", name=name)
        )
    needed = {column.heading for column in table.columns if column.is_staff or column.is_key}
    heading_row, columns = _headings(sheet, name, needed)
    letters = {heading: get_column_letter(column) for heading, column in columns.items()}
    return [
        SheetRow(
            sheet=name,
            number=number,
            cells={heading: values[column - 1] for heading, column in columns.items()},
            letters=letters,
        )
        for number, values in enumerate(
            sheet.iter_rows(min_row=heading_row + 1, values_only=True), heading_row + 1
        )
        if any(value is not None for value in values)
    ]


def _headings(sheet: Worksheet, name: str, needed: set[str]) -> tuple[int, dict[str, int]]:
    """Return the number of the heading row, and the column number of each heading."""
    best: set[str] = set()
    for number, values in _first_rows(sheet):
        columns = {str(value).strip(): n for n, value in enumerate(values, 1) if value is not None}
        if needed <= columns.keys():
            return number, columns
        best = max(best, needed & columns.keys(), key=len)
    raise InputError(
        _(
            "the sheet {name} lacks the columns {missing}: export the workbook anew",
            name=name,
            missing=listed(sorted(needed - best)),
        )
    )


def _first_rows(sheet: Worksheet) -> Iterator[tuple[int, tuple[object, ...]]]:
    return enumerate(sheet.iter_rows(max_row=MAX_HEADING_ROW, values_only=True), 1)
