"""One table with merged cells, written in every format that has them (样例)."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

Rows = Sequence[Sequence[Any]]
Merged = Sequence[tuple[int, int, int, int]]
"""First row, last row, first column and last column of each merged cell, from 1."""


def _xlsx(path: Path, rows: Rows, merged: Merged) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for first_row, last_row, first_column, last_column in merged:
        sheet.merge_cells(None, first_row, first_column, last_row, last_column)
    path = path.with_suffix(".xlsx")
    book.save(path)
    return path


def _xls(path: Path, rows: Rows, merged: Merged) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("样例")
    starts = {(first, column): (last, end) for first, last, column, end in merged}
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            if (number, column) in starts:
                last, end = starts[number, column]
                sheet.write_merge(number - 1, last - 1, column - 1, end - 1, text)
            elif text and not _covered(merged, number, column):
                sheet.write(number - 1, column - 1, text)
    path = path.with_suffix(".xls")
    book.save(path)
    return path


def _html(path: Path, rows: Rows, merged: Merged) -> Path:
    def cell(number: int, column: int, text: str) -> str:
        for first, last, left, right in merged:
            if (first, left) == (number, column):
                spans = f" rowspan='{last - first + 1}' colspan=\"{right - left + 1}\""
                return f"<td{spans}>{escape(text)}</td>"
        return "" if _covered(merged, number, column) else f"<td>{escape(text)}</td>"

    body = _cells(rows, cell, "tr")
    path = path.with_name("page.xls")
    path.write_text(f"<html><body><table>{body}</table></body></html>", "utf-8")
    return path


def _spreadsheet_xml(path: Path, rows: Rows, merged: Merged) -> Path:
    def cell(number: int, column: int, text: str) -> str:
        spans = ""
        for first, last, left, right in merged:
            if (first, left) == (number, column):
                spans = f' ss:MergeDown="{last - first}" ss:MergeAcross="{right - left}"'
        if _covered(merged, number, column) or not text:
            return ""
        data = f'<Data ss:Type="String">{escape(text)}</Data>'
        return f'<Cell ss:Index="{column}"{spans}>{data}</Cell>'

    path = path.with_suffix(".xml")
    path.write_text(spreadsheet_xml(_cells(rows, cell, "Row")), "utf-8")
    return path


def spreadsheet_xml(rows: str, encoding: str = "UTF-8") -> str:
    """A SpreadsheetML 2003 table of one sheet with these `Row` elements."""
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{namespace}" xmlns:ss="{namespace}" '
        'xmlns:html="http://www.w3.org/TR/REC-html40"><Worksheet ss:Name="样例"><Table>'
        f"{rows}</Table></Worksheet></Workbook>"
    )


def _cells(rows: Rows, cell: Callable[[int, int, str], str], tag: str) -> str:
    return "".join(
        f"<{tag}>" + "".join(cell(n, c, text) for c, text in enumerate(row, start=1)) + f"</{tag}>"
        for n, row in enumerate(rows, start=1)
    )


def _covered(merged: Merged, row: int, column: int) -> bool:
    """True for a cell that a merged one covers, other than its first."""
    return any(
        first <= row <= last and left <= column <= right and (row, column) != (first, left)
        for first, last, left, right in merged
    )


WRITERS: Mapping[str, Callable[[Path, Rows, Merged], Path]] = {
    "xlsx": _xlsx,
    "xls": _xls,
    "html": _html,
    "spreadsheet-xml": _spreadsheet_xml,
}
"""Writers of a file beside the given path, by format."""
