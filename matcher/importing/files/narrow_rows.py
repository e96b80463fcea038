"""Limit to the cells of a row: each may be a heading, and is compared with all that are known."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.language.messages import _

MAX_COLUMNS = 16_384
"""Cells of a row, empty ones included; a spreadsheet has no more."""
MAX_FILLED = 2_000
"""Filled cells of a row."""


def narrow_sheets(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """Yield the sheets; a row that is too wide for a table has a fault in place of its cells."""
    for sheet in sheets:
        yield replace(sheet, rows=map(_narrow, sheet.rows))


def _narrow(row: SheetRow) -> SheetRow:
    columns = len(row.cells)
    if columns <= MAX_FILLED:
        return row
    if columns <= MAX_COLUMNS and sum(1 for cell in row.cells if cell.strip()) <= MAX_FILLED:
        return row
    fault = _(
        "this row has {columns:,} cells, more than any table: copy those that matter into a new "
        "table",
        columns=columns,
    )
    return SheetRow(row.number, fault=fault)
