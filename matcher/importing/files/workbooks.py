"""Sheets of Excel workbooks: .xlsx as a stream, .xls whole."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matcher.errors import InputError
from matcher.importing.files.cells import to_text
from matcher.importing.files.formats import open_content
from matcher.importing.files.sheet import (
    Sheet,
    SheetRow,
)

ROWS_AT_MOST = 1_048_576
"""As many as a sheet can have."""
COLUMNS_AT_MOST = 128
"""Of an average row, beyond the first cells."""
FIRST_CELLS = 1_000_000
"""So many may stand anywhere: a stray cell in the last column makes its row 16,384 wide."""


def xlsx_sheets(path: Path) -> Iterator[Sheet]:
    """The sheets of an .xlsx workbook, values only. Raises InputError for a damaged one."""
    import openpyxl

    with open_content(path) as file:
        content = io.BytesIO(file.read())
    with _damage_told(path):
        book = openpyxl.load_workbook(content, read_only=True, data_only=True)
    try:
        for worksheet in book.worksheets:
            hidden = worksheet.sheet_state != "visible"
            yield Sheet(worksheet.title, _xlsx_rows(path, worksheet), hidden)
    finally:
        book.close()


def xls_sheets(path: Path) -> Iterator[Sheet]:
    """The sheets of an .xls workbook. Raises InputError for a damaged or protected one."""
    import xlrd

    with open_content(path) as file:
        content = file.read()
    # xlrd writes its remarks to the screen unless it is given another place for them.
    with open(os.devnull, "w") as nowhere, _damage_told(path):
        try:
            book = xlrd.open_workbook(file_contents=content, logfile=nowhere)
        except xlrd.XLRDError as problem:
            if "encrypted" not in str(problem).lower():
                raise
            raise InputError(
                f"{path.name} is protected with a password: open it, save it without the "
                "password, and import it again"
            ) from None
    for worksheet in book.sheets():
        rows = _xls_rows(path, worksheet, book.datemode)
        yield Sheet(worksheet.name, rows, worksheet.visibility != 0)


def _xlsx_rows(path: Path, worksheet: Any) -> Iterator[SheetRow]:
    with _damage_told(path):
        # Some exports state a wrong size (A1:A1); without it the rows are read to their end.
        worksheet.reset_dimensions()
        cells = 0
        for number, values in enumerate(worksheet.iter_rows(values_only=True), start=1):
            # The library fills gaps: one cell at the far end makes millions of empty ones.
            cells += len(values)
            if number > ROWS_AT_MOST or cells > FIRST_CELLS + number * COLUMNS_AT_MOST:
                raise InputError(
                    f"{path.name} has more cells than any table (up to row {number:,}): copy its "
                    "rows into a new workbook, without what stands far out"
                )
            yield SheetRow(number, [to_text(value) for value in values])


def _xls_rows(path: Path, worksheet: Any, datemode: int) -> Iterator[SheetRow]:
    with _damage_told(path):
        for number in range(worksheet.nrows):
            cells = [_xls_text(cell, datemode) for cell in worksheet.row(number)]
            yield SheetRow(number + 1, cells)


def _xls_text(cell: Any, datemode: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return to_text(xlrd.xldate_as_datetime(cell.value, datemode))
        except (ValueError, OverflowError, xlrd.xldate.XLDateError):
            return to_text(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return to_text(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    return to_text(cell.value)


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """What a library raises for a broken workbook, as one line; there is no end to the kinds."""
    try:
        yield
    except InputError:
        raise
    except Exception as problem:
        raise InputError(
            f"{path.name} is a damaged or truncated workbook ({type(problem).__name__}): fetch it "
            "again, or open it in a spreadsheet and save it as .xlsx"
        ) from problem
