"""Headings of a table in one row, or in two: a heading that is merged over others' columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.importing.files.cells import clean
from matcher.importing.files.sheet import SheetRow
from matcher.importing.headings.heading_tables import heading_key, heading_tables
from matcher.importing.headings.headings import count_known


@dataclass(frozen=True, slots=True)
class HeadingRows:
    """Headings of a table, one a column, and the rows of the sheet that hold them."""

    headings: tuple[str, ...]
    last: int
    """Index of the last row of headings."""
    known: int
    """Known headings, each merged one once: a title over the whole table is one cell."""
    as_written: tuple[tuple[str, ...], ...]
    """Cells of each of the rows, which a printed table repeats on each page."""


def read_headings(head: Sequence[SheetRow], index: int, mapping: Mapping[str, str]) -> HeadingRows:
    """Return the headings that the row at `index` holds, with a second row above or below it."""
    row = head[index]
    own = _texts(row)
    for top, sub in ((index - 1, index), (index, index + 1)):
        if top >= 0 and sub < len(head) and _is_split(head[top], head[sub]):
            headings = _combined(head[top], head[sub], mapping)
            written = (_texts(head[top]), _texts(head[sub]))
            return HeadingRows(headings, sub, count_known(headings, mapping), written)
    spread = tuple(own[_first_column(row, column)] or own[column] for column in range(len(own)))
    return HeadingRows(spread, index, count_known(own, mapping), (own,))


def one_line(cell: str) -> str:
    """Return a heading on one line, as messages show it."""
    return " ".join(clean(cell).split())


def _is_split(top: SheetRow, sub: SheetRow) -> bool:
    """True if the lower row names the columns below merged headings of the upper one, only them.

    Its other cells are blank, or merged with those of the upper row.
    """
    if not top.spans or not sub.cells:
        return False
    upper, lower = _aligned(top, sub)
    below_spans = 0
    for column, text in enumerate(lower):
        if _is_covered(top, column):
            below_spans += bool(text) and text != upper[_first_column(top, column)]
        elif text and text != upper[column]:
            return False
    return below_spans > 0


def _combined(top: SheetRow, sub: SheetRow, mapping: Mapping[str, str]) -> tuple[str, ...]:
    upper, lower = _aligned(top, sub)
    headings = []
    for column in range(len(upper)):
        if not _is_covered(top, column):
            headings.append(lower[column] or upper[column])
        else:
            parent = upper[_first_column(top, column)]
            headings.append(_choose(parent, lower[column], mapping))
    return tuple(headings)


def _choose(parent: str, child: str, mapping: Mapping[str, str]) -> str:
    """Return the heading of a column below a merged heading: 联系人 over 电话 is 联系人电话."""
    if not child or child == parent:
        return parent
    if count_known([parent + child], mapping):
        return parent + child
    if heading_key(child) in heading_tables().name_parts and count_known([parent], mapping):
        return parent
    return child if count_known([child], mapping) else f"{parent} {child}".strip()


def _aligned(top: SheetRow, sub: SheetRow) -> list[tuple[str, ...]]:
    """Return the texts of both rows, filled up to the same width."""
    width = max(len(top.cells), len(sub.cells))
    return [(*_texts(row), *[""] * (width - len(row.cells))) for row in (top, sub)]


def _texts(row: SheetRow) -> tuple[str, ...]:
    return tuple(one_line(cell) for cell in row.cells)


def _is_covered(row: SheetRow, column: int) -> bool:
    return any(first <= column <= last for first, last in row.spans)


def _first_column(row: SheetRow, column: int) -> int:
    """Return the first column of the merged cell that covers a column, or the column itself."""
    return next((first for first, last in row.spans if first <= column <= last), column)
