"""Rows of comma, tab or semicolon separated text."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from matcher.importing.files.formats import suffix_of
from matcher.importing.files.sheet import (
    Sheet,
    SheetRow,
)
from matcher.importing.files.text_files import open_text
from matcher.importing.headings.headings import count_known

_LARGEST_CELL = 2**31 - 1
_SEARCHED_LINES = 60
_SWALLOWED = 3
"""A cell with so many lines that look like whole rows has swallowed them."""


def delimited_sheets(path: Path, mapping: Mapping[str, str]) -> Iterator[Sheet]:
    """One sheet: the rows of the file, counted as a spreadsheet does.

    Raises InputError where the encoding is none that can be read.
    """
    # A claim set is longer than the csv module's own limit of 131,072 characters.
    csv.field_size_limit(_LARGEST_CELL)
    with open_text(path) as file:
        head = list(islice(_lines(file), _SEARCHED_LINES))
    delimiter = _delimiter(head, suffix_of(path), mapping)
    with open_text(path) as file:
        yield Sheet(None, _rows(file, delimiter))


def _lines(file: Iterable[str]) -> Iterator[str]:
    """NUL bytes, which some tools leave behind, are no text."""
    return (line.replace("\0", "") for line in file)


def _delimiter(head: Sequence[str], suffix: str, mapping: Mapping[str, str]) -> str:
    """The one under which some row of the head shows most headings that we know."""
    order = "\t,;" if suffix in (".tsv", ".xls") else ",\t;"

    def worth(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(head, delimiter=delimiter))
        known = max((count_known(row, mapping) for row in rows), default=0)
        return known, max((len(row) for row in rows), default=0) if known == 0 else 0

    return max(order, key=worth)


def _rows(file: Iterable[str], delimiter: str) -> Iterator[SheetRow]:
    widest = 1
    for number, cells in enumerate(csv.reader(_lines(file), delimiter=delimiter), start=1):
        if any("\n" in cell and _swallowed(cell, delimiter, widest) for cell in cells):
            yield SheetRow(
                number,
                fault="a quotation mark is opened in this row and not closed, so the rows behind "
                "it were lost in one cell: close or remove it, or save the table as .xlsx",
            )
            continue
        widest = max(widest, len(cells))
        yield SheetRow(number, cells)


def _swallowed(cell: str, delimiter: str, columns: int) -> bool:
    """Whether a cell holds what reads like rows of the table."""
    if columns < 3:
        return False
    lines = cell.splitlines()[1:]
    return sum(line.count(delimiter) >= columns - 1 for line in lines) >= _SWALLOWED
