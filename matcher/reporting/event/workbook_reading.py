"""A workbook that came back: which event it is of, and the rows of its sheets by their headings."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from matcher.errors import InputError
from matcher.reporting.event.workbook_columns import (
    COVER,
    COVER_KEYS,
    EVENT_KEY,
    Column,
)

HEADING_WITHIN = 10
"""Rows in which the headings are looked for: somebody may have put a row above them."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that cannot be taken as it is."""

    sheet: str
    row: int
    column: str
    value: str
    mend: str

    @property
    def words(self) -> str:
        """The problem in one line."""
        shown = f"“{self.value[:40]}”" if self.value else "空"
        return f"{self.sheet} 第 {self.row} 行 {self.column} 列：{shown}；{self.mend}"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet by its headings; texts without blanks around them."""

    number: int
    cells: Mapping[str, object]
    letters: Mapping[str, str]

    def text(self, heading: str) -> str:
        """What a cell says; empty for an empty one."""
        value = self.cells.get(heading)
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def day(self, heading: str) -> date | None:
        """A cell that holds a date; None for any other."""
        value = self.cells.get(heading)
        return value.date() if isinstance(value, datetime) else None

    def problem(self, sheet: str, heading: str, mend: str) -> CellProblem:
        """What is wrong with a cell of this row."""
        where = f"{heading}（{self.letters[heading]}）"
        return CellProblem(sheet, self.number, where, self.text(heading), mend)


def read_book(path: Path) -> Workbook:
    """Open a workbook. Raises InputError for a file that is none, or is not there."""
    if not path.is_file():
        raise InputError(f"there is no file {path}; name the workbook (.xlsx) first")
    try:
        return load_workbook(path, data_only=True)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        zipfile.BadZipFile,
        InvalidFileException,
    ) as error:
        raise InputError(
            f"{path} cannot be read as an .xlsx workbook: {type(error).__name__}"
        ) from error


def event_of(book: Workbook, path: Path) -> str:
    """The name of the event that the workbook is of. Raises InputError."""
    if COVER in book.sheetnames:
        cover = book[COVER]
        keys, values = COVER_KEYS
        for row in range(1, HEADING_WITHIN):
            if cover[f"{keys}{row}"].value == EVENT_KEY and cover[f"{values}{row}"].value:
                return str(cover[f"{values}{row}"].value)
    raise InputError(
        f"{path} is no workbook of an event: write one with matcher event workbook EVENT -o FILE"
    )


def rows_of(book: Workbook, name: str, columns: Sequence[Column]) -> list[SheetRow]:
    """The rows of a sheet that have keys. Raises InputError where sheet or columns are missing."""
    if name not in book.sheetnames:
        raise InputError(f"the workbook has no sheet {name!r} any more: export it anew")
    sheet: Worksheet = book[name]
    needed = {column.heading for column in columns if column.is_staff or column.is_key}
    heading_row, places = _headings(sheet, name, needed)
    letters = {heading: get_column_letter(place) for heading, place in places.items()}
    return [
        SheetRow(number, {heading: values[place - 1] for heading, place in places.items()}, letters)
        for number, values in enumerate(
            sheet.iter_rows(min_row=heading_row + 1, values_only=True), heading_row + 1
        )
        if any(value is not None for value in values)
    ]


def _headings(sheet: Worksheet, name: str, needed: set[str]) -> tuple[int, dict[str, int]]:
    best: set[str] = set()
    for number, values in _first_rows(sheet):
        places = {str(value).strip(): n for n, value in enumerate(values, 1) if value is not None}
        if needed <= places.keys():
            return number, places
        best = max(best, needed & places.keys(), key=len)
    missing = "、".join(sorted(needed - best))
    raise InputError(f"the sheet {name} lacks the columns {missing}: export the workbook anew")


def _first_rows(sheet: Worksheet) -> Iterator[tuple[int, tuple[object, ...]]]:
    return enumerate(sheet.iter_rows(max_row=HEADING_WITHIN, values_only=True), 1)
