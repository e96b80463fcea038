"""Where the heading row of a sheet is: under title lines and blank rows, seldom far down."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from matcher.importing.files.cells import clean
from matcher.importing.files.sheet import (
    Sheet,
    SheetRow,
)
from matcher.importing.headings.headings import Layout, count_known, recognise

SEARCHED_ROWS = 40


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose headings are understood; its rows can be read once."""

    sheet: str | None
    layout: Layout
    rows: Iterator[SheetRow]
    """The rows below the headings, without blank ones."""


def read_head(sheet: Sheet) -> list[SheetRow]:
    """The first rows of a sheet, where its heading row should be."""
    return list(islice(sheet.rows, SEARCHED_ROWS))


def find_table(
    sheet: Sheet,
    head: Sequence[SheetRow],
    mapping: Mapping[str, str],
    recognise: Callable[[Sequence[str], Mapping[str, str]], Layout | None] = recognise,
) -> Table | None:
    """The table of a sheet whose first rows are read; None where no heading row is among them.

    `recognise` tells the layout of a row of headings.
    """
    best: tuple[int, int, Layout] | None = None
    for place, row in enumerate(head):
        known = count_known(row.cells, mapping)
        if known <= (best[0] if best else 0):
            continue
        if layout := recognise([_heading(cell) for cell in row.cells], mapping):
            best = known, place, layout
    if best is None:
        return None
    _, place, layout = best
    return Table(sheet.name, layout, _below(chain(head[place + 1 :], sheet.rows), layout.headings))


def is_blank(cells: Sequence[str]) -> bool:
    """Whether no cell says anything."""
    return not any(clean(cell) for cell in cells)


def _heading(cell: str) -> str:
    """A heading on one line, as a message shows it."""
    return " ".join(clean(cell).split())


def _below(rows: Iterator[SheetRow], headings: Sequence[str]) -> Iterator[SheetRow]:
    """The rows of data: not the blank ones, nor headings repeated on each printed page."""
    for row in rows:
        if row.fault is not None or not (is_blank(row.cells) or _are_headings(row.cells, headings)):
            yield row


def _are_headings(cells: Sequence[str], headings: Sequence[str]) -> bool:
    pairs = zip_longest(map(_heading, cells), headings, fillvalue="")
    return all(cell == heading for cell, heading in pairs)
