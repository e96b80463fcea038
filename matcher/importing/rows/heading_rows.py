"""Detection of the heading row of a sheet, below title lines and blank rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from matcher.importing.files.cells import clean
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.importing.headings.headings import Layout, recognise
from matcher.importing.headings.other_lists import OtherList, find_other_list
from matcher.importing.rows.split_headings import HeadingRows, one_line, read_headings

MAX_HEAD_ROWS = 40
"""First rows of a sheet that are searched for the headings."""

_NUMBERS = frozenset({"application_number", "publication_number"})


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with recognised headings; its rows can be read once."""

    sheet: str | None
    layout: Layout
    rows: Iterator[SheetRow]
    """The rows below the headings, without blank ones."""
    row_widths: Mapping[int, int] | None
    """Of the sheet: None where rows need not have a cell for each heading."""


def read_head(sheet: Sheet) -> list[SheetRow]:
    """Read the first rows of a sheet, which hold its heading row."""
    return list(islice(sheet.rows, MAX_HEAD_ROWS))


def find_table(
    sheet: Sheet,
    head: Sequence[SheetRow],
    mapping: Mapping[str, str],
    recognise: Callable[[Sequence[str], Mapping[str, str]], Layout | None] = recognise,
) -> Table | None:
    """Return the table of a sheet whose first rows are read; None without a heading row.

    `recognise` returns the layout of a row of headings, or None.
    """
    best: tuple[int, HeadingRows, Layout] | None = None
    for index in range(len(head)):
        rows = read_headings(head, index, mapping)
        if rows.known <= (best[0] if best else 0):
            continue
        if layout := recognise(rows.headings, mapping):
            best = rows.known, rows, layout
    if best is None:
        return None
    _, rows, layout = best
    below = _below(chain(head[rows.last + 1 :], sheet.rows), (layout.headings, *rows.as_written))
    return Table(sheet.name, layout, below, sheet.row_widths)


def find_foreign_list(head: Sequence[SheetRow], table: Table | None) -> OtherList | None:
    """Return the kind of list of the sheet if it holds other things than patents and needs.

    `table` is what the sheet was recognised as.
    """
    if table is not None and table.layout.kind != "patents":
        return None
    numbered = table is not None and bool(_NUMBERS & table.layout.columns.keys())
    rows = (
        [table.layout.headings]
        if table
        else [[one_line(cell) for cell in row.cells] for row in head]
    )
    found = (find_other_list(row, has_patent_numbers=numbered) for row in rows)
    return next((other for other in found if other), None)


def is_blank(cells: Sequence[str]) -> bool:
    """True if every cell is empty."""
    return not any(map(clean, cells))


def _below(rows: Iterator[SheetRow], headings: Sequence[Sequence[str]]) -> Iterator[SheetRow]:
    """Yield the rows of data, without blank rows and headings repeated on each printed page."""
    for row in rows:
        if row.fault is not None or not (
            is_blank(row.cells) or any(_are_headings(row.cells, written) for written in headings)
        ):
            yield row


def _are_headings(cells: Sequence[str], headings: Sequence[str]) -> bool:
    for cell, heading in zip_longest(map(one_line, cells), headings, fillvalue=""):
        if cell != heading:
            return False
    return True
