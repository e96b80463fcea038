"""Sheets of Excel workbooks, values only: .xlsx and .xls."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from matcher.errors import InputError
from matcher.importing.files.cells import to_text
from matcher.importing.files.merged_cells import MergedRange, fill_merged
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.importing.files.source_file import SourceFile
from matcher.importing.files.workbook_parts import pack_readable_parts
from matcher.language.messages import _
from matcher.text.characters import superscript

_SUPERSCRIPT = 1
"""Escapement of a raised font in an .xls workbook."""


def xlsx_sheets(file: SourceFile) -> Iterator[Sheet]:
    """Yield the sheets of an .xlsx workbook, Transitional or Strict.

    Raises InputError for a damaged one, and for one with cells far apart.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    path = file.path
    with TemporaryDirectory(prefix="matcher-") as folder:
        readable = Path(folder) / "readable.xlsx"
        with _readable(path):
            with file.open() as content:
                # An archive is read from its end, which a stream of gzip is slow to find.
                whole = io.BytesIO(content.read()) if file.is_packed else content
                pack_readable_parts(path.name, whole, readable)
            book = CalamineWorkbook.from_path(readable)
    # The copy has no name any more: a killed import leaves no contacts behind.
    with book:
        for index, sheet in enumerate(book.sheets_metadata):
            if sheet.typ == SheetTypeEnum.WorkSheet:
                hidden = sheet.visible != SheetVisibleEnum.Visible
                yield Sheet(sheet.name, _xlsx_rows(path, book, index), hidden)


def xls_sheets(file: SourceFile) -> Iterator[Sheet]:
    """Yield the sheets of an .xls workbook. Raises InputError for a damaged or protected one."""
    path = file.path
    with file.open() as packed:
        content = packed.read()
    with _readable(path):
        book = _open_xls(path, content)
    for worksheet in book.sheets():
        ranges = [
            MergedRange(first + 1, end, first_column, end_column - 1)
            for first, end, first_column, end_column in worksheet.merged_cells
        ]
        rows = fill_merged(_xls_rows(path, book, worksheet), ranges)
        yield Sheet(worksheet.name, rows, worksheet.visibility != 0)


def _xlsx_rows(path: Path, book: Any, index: int) -> Iterator[SheetRow]:
    with _readable(path):
        sheet = book.get_sheet_by_index(index)
        ranges = [
            MergedRange(first[0] + 1, last[0] + 1, first[1], last[1])
            for first, last in sheet.merged_cell_ranges or ()
        ]
        # The library begins at the first filled row and column.
        first_row, first_column = sheet.start or (0, 0)
        margin = [""] * first_column
        rows = (
            SheetRow(number, [*margin, *map(to_text, values)])
            for number, values in enumerate(sheet.iter_rows(), start=first_row + 1)
        )
        yield from fill_merged(rows, ranges)


def _open_xls(path: Path, content: bytes) -> Any:
    """Open an .xls workbook, with its formats if they can be read: they hold merged cells."""
    import xlrd

    # xlrd prints its remarks unless it gets a log file.
    with open(os.devnull, "w") as nowhere:
        try:
            try:
                return xlrd.open_workbook(
                    file_contents=content, logfile=nowhere, formatting_info=True
                )
            except Exception:
                return xlrd.open_workbook(file_contents=content, logfile=nowhere)
        except xlrd.XLRDError as problem:
            if "encrypted" not in str(problem).lower():
                raise
            raise InputError(
                _(
                    "{name} is protected with a password: open it, save it without the password, "
                    "and import it again",
                    name=path.name,
                )
            ) from None


def _xls_rows(path: Path, book: Any, worksheet: Any) -> Iterator[SheetRow]:
    with _readable(path):
        for number in range(worksheet.nrows):
            cells = [_xls_text(cell, book.datemode) for cell in worksheet.row(number)]
            for column in range(len(cells)):
                if runs := worksheet.rich_text_runlist_map.get((number, column)):
                    cells[column] = _with_superscripts(cells[column], runs, book.font_list)
            yield SheetRow(number + 1, cells)


def _with_superscripts(text: str, runs: list[tuple[int, int]], fonts: list[Any]) -> str:
    """Return a text whose raised runs, each a start and a font, stay apart (10^-3)."""
    starts = [start for start, _ in runs] + [len(text)]
    parts = [text[: starts[0]]]
    for (start, font), end in zip(runs, starts[1:], strict=True):
        is_raised = font < len(fonts) and fonts[font].escapement == _SUPERSCRIPT
        parts.append(superscript(text[start:end]) if is_raised else text[start:end])
    return "".join(parts)


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
    except (InputError, GeneratorExit, KeyboardInterrupt):
        raise
    except BaseException as problem:
        # A panic of a library in Rust is no Exception.
        if not isinstance(problem, Exception) and type(problem).__name__ != "PanicException":
            raise
        raise InputError(
            _(
                "{name} is a damaged or truncated workbook ({other}): fetch it again, or open "
                "it in a spreadsheet and save it as .xlsx",
                name=path.name,
                other=type(problem).__name__,
            )
        ) from problem
