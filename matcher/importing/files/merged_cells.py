"""Cells that are merged over several rows or columns, so that every row has what it shows.

A file holds the text of a merged cell once, in its first row and column. A person reads it in
every row that the cell covers.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
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
    text that the file holds in a covered cell stays. Of ranges that overlap, as no program writes
    them, one counts for each first column, so that the time does not grow with their number.
    """
    if not ranges:
        yield from rows
        return
    waiting = sorted(ranges, key=lambda area: (area.first_row, area.first_column), reverse=True)
    by_column: dict[int, _Open] = {}
    for row in rows:
        by_column = {
            column: merged
            for column, merged in by_column.items()
            if merged.area.last_row >= row.number
        }
        filled = _filled(row, by_column.values())
        while waiting and waiting[-1].first_row <= row.number:
            area = waiting.pop()
            if area.last_row >= row.number and area.first_column < max(len(row.cells), 1):
                is_first = area.first_row == row.number and area.first_column < len(row.cells)
                text = row.cells[area.first_column] if is_first else ""
                by_column.setdefault(area.first_column, _Open(area, text))
        yield replace(filled, spans=_spans(by_column.values())) if by_column else filled


def _filled(row: SheetRow, open_ranges: Collection[_Open]) -> SheetRow:
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


def _spans(open_ranges: Iterable[_Open]) -> tuple[tuple[int, int], ...]:
    areas = (merged.area for merged in open_ranges)
    return tuple(
        (area.first_column, area.last_column)
        for area in areas
        if area.last_column > area.first_column
    )
