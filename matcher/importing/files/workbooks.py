"""Sheets of Excel workbooks: .xlsx read as a stream, .xls read whole."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matcher.errors import InputError
from matcher.importing.files.cells import to_text
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.importing.files.source_file import SourceFile

MAX_ROWS = 1_048_576
"""Rows that an .xlsx sheet can have."""
MAX_MEAN_COLUMNS = 128
"""Cells of a row on average, beyond `FREE_CELLS`."""
FREE_CELLS = 1_000_000
"""Cells that may stand anywhere: a stray cell in the last column makes its row 16,384 wide."""


def xlsx_sheets(file: SourceFile) -> Iterator[Sheet]:
    """Yield the sheets of an .xlsx workbook, values only. Raises InputError for a damaged one."""
    import openpyxl

    path = file.path
    with file.open() as packed:
        content = io.BytesIO(packed.read())
    with _readable(path):
        book = openpyxl.load_workbook(content, read_only=True, data_only=True)
    try:
        for worksheet in book.worksheets:
            hidden = worksheet.sheet_state != "visible"
            yield Sheet(worksheet.title, _xlsx_rows(path, worksheet), hidden)
    finally:
        book.close()


def xls_sheets(file: SourceFile) -> Iterator[Sheet]:
    """Yield the sheets of an .xls workbook. Raises InputError for a damaged or protected one."""
    import xlrd

    path = file.path
    with file.open() as packed:
        content = packed.read()
    # xlrd prints its remarks unless it gets a log file.
    with open(os.devnull, "w") as nowhere, _readable(path):
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
    with _readable(path):
        # Some exports state a wrong size (A1:A1); without a size all rows are read.
        worksheet.reset_dimensions()
        cells = 0
        for number, values in enumerate(worksheet.iter_rows(values_only=True), start=1):
            # The library fills gaps: one cell at the far end makes millions of empty ones.
            cells += len(values)
            if number > MAX_ROWS or cells > FREE_CELLS + number * MAX_MEAN_COLUMNS:
                raise InputError(
                    f"{path.name} has more cells than any table (up to row {number:,}): copy its "
                    "rows into a new workbook, without what stands far out"
                )
            yield SheetRow(number, [to_text(value) for value in values])


def _xls_rows(path: Path, worksheet: Any, datemode: int) -> Iterator[SheetRow]:
    with _readable(path):
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
def _readable(path: Path) -> Iterator[None]:
    """Turn any exception of a library for a broken workbook into an InputError of one line."""
    try:
        yield
    except InputError:
        raise
    except Exception as problem:
        raise InputError(
            f"{path.name} is a damaged or truncated workbook ({type(problem).__name__}): fetch it "
            "again, or open it in a spreadsheet and save it as .xlsx"
        ) from problem
