"""Cells that are merged over several rows or columns, so that every row has what it shows.

A file holds the text of a merged cell once, in its first row and column. A person reads it in
every row that the cell covers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from matcher.importing.files.sheet import SheetRow


@dataclass(frozen=True, slots=True)
class MergedRange:
    """Rows, from 1, and columns, from 0, that one cell covers; the last ones included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class _Open:
    """A range that covers the current row, with the text of its cell."""

    area: MergedRange
    text: str


def fill_merged(rows: Iterator[SheetRow], ranges: Sequence[MergedRange]) -> Iterator[SheetRow]:
    """Yield the rows with the text of each merged cell in all rows that it covers.

    A cell merged across keeps its text in its first column, and the row names its span: a title
    or a note over the whole table is one cell. A row with no cell of its own stays blank, and a
    text that the file holds in a covered cell stays.
    """
    if not ranges:
        yield from rows
        return
    waiting = sorted(ranges, key=lambda area: (area.first_row, area.first_column), reverse=True)
    open_ranges: list[_Open] = []
    for row in rows:
        open_ranges = [merged for merged in open_ranges if merged.area.last_row >= row.number]
        filled = _filled(row, open_ranges)
        while waiting and waiting[-1].first_row <= row.number:
            area = waiting.pop()
            if area.last_row >= row.number:
                is_first = area.first_row == row.number and area.first_column < len(row.cells)
                open_ranges.append(_Open(area, row.cells[area.first_column] if is_first else ""))
        yield replace(filled, spans=_spans(open_ranges)) if open_ranges else filled


def _filled(row: SheetRow, open_ranges: Sequence[_Open]) -> SheetRow:
    if not open_ranges or not any(cell.strip() for cell in row.cells):
        return row
    cells = list(row.cells)
    for merged in open_ranges:
        column = merged.area.first_column
        if not merged.text or (column < len(cells) and cells[column].strip()):
            continue
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = merged.text
    return replace(row, cells=cells)


def _spans(open_ranges: Sequence[_Open]) -> tuple[tuple[int, int], ...]:
    areas = (merged.area for merged in open_ranges)
    return tuple(
        (area.first_column, area.last_column)
        for area in areas
        if area.last_column > area.first_column
    )
