"""Rows of comma, tab or semicolon separated text."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TextIO

from matcher.importing.files.narrow_rows import MAX_FILLED
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.importing.files.source_file import SourceFile, suffix_of
from matcher.importing.files.text_files import detect_encoding, open_text
from matcher.importing.headings.headings import count_known
from matcher.language.messages import _

_MAX_CELL_CHARACTERS = 2**31 - 1
_HEAD_LINES = 60
_MIN_SWALLOWED_LINES = 3
"""Lines with the shape of a row from which a cell has swallowed rows of the table."""


def delimited_sheets(file: SourceFile, mapping: Mapping[str, str]) -> Iterator[Sheet]:
    """Yield one sheet: the rows of the file, counted as a spreadsheet does.

    Raises InputError where the encoding is none of the supported.
    """
    # A claim set is longer than the csv module's own limit of 131,072 characters.
    csv.field_size_limit(_MAX_CELL_CHARACTERS)
    encoding = detect_encoding(file)
    with open_text(file, encoding) as text:
        head = list(islice(_lines(text), _HEAD_LINES))
    delimiter = _detect_delimiter(head, suffix_of(file.path), mapping)
    widths = Counter[int]()
    with open_text(file, encoding) as text:
        yield Sheet(None, _rows(_lines(text), delimiter, widths), row_widths=widths)


def _lines(text: TextIO) -> Iterator[str]:
    """Yield the lines without the NUL bytes that some tools leave behind."""
    return (line.replace("\0", "") for line in text)


def _width(cells: Sequence[str]) -> int:
    """Return the number of cells up to the last filled one."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return width


def _detect_delimiter(head: Sequence[str], suffix: str, mapping: Mapping[str, str]) -> str:
    """Return the delimiter that gives the row with the most known headings."""
    candidates = "\t,;" if suffix in (".tsv", ".xls") else ",\t;"

    def score(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(head, delimiter=delimiter))
        known = max((count_known(row[:MAX_FILLED], mapping) for row in rows), default=0)
        return known, max((len(row) for row in rows), default=0) if known == 0 else 0

    return max(candidates, key=score)


def _rows(lines: Iterable[str], delimiter: str, widths: Counter[int]) -> Iterator[SheetRow]:
    """Yield the rows, and count them by their widths."""
    widest = 1
    reader = csv.reader(lines, delimiter=delimiter)
    line = 0
    for number, cells in enumerate(reader, start=1):
        widths[_width(cells)] += 1
        is_on_one_line = reader.line_num == line + 1
        line = reader.line_num
        if not is_on_one_line and any(
            "\n" in cell and _holds_rows(cell, delimiter, widest) for cell in cells
        ):
            yield SheetRow(
                number,
                fault=_(
                    "a quotation mark is opened in this row and not closed, so the rows behind it "
                    "were lost in one cell: close or remove it, or save the table as .xlsx"
                ),
            )
            continue
        widest = max(widest, len(cells))
        yield SheetRow(number, cells)


def _holds_rows(cell: str, delimiter: str, columns: int) -> bool:
    """True if lines of the cell have the shape of rows of the table."""
    if columns < 3:
        return False
    lines = cell.splitlines()[1:]
    return sum(line.count(delimiter) >= columns - 1 for line in lines) >= _MIN_SWALLOWED_LINES
