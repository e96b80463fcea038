"""Limit to the columns of a table, which keeps a file of commas from taking minutes to refuse."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from matcher.errors import InputError
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.language.messages import _

MAX_COLUMNS = 16_384
"""Cells of a row, empty ones included; a spreadsheet has no more."""
MAX_FILLED = 2_000
"""Filled cells of a row. Each may be a heading, and is compared with all that are known."""


def narrow_sheets(name: str, sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """Yield the sheets; reading a row that is too wide for a table raises InputError."""
    for sheet in sheets:
        yield replace(sheet, rows=_narrow(name, sheet.rows))


def _narrow(name: str, rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
    for row in rows:
        columns = len(row.cells)
        if columns > MAX_FILLED:
            filled = sum(1 for cell in row.cells if cell.strip())
            if columns > MAX_COLUMNS or filled > MAX_FILLED:
                raise InputError(
                    _(
                        "{name} has more columns than any table ({columns:,} in row {row:,}): copy "
                        "those that matter into a new table",
                        name=name,
                        columns=columns,
                        row=row.number,
                    )
                )
        yield row
