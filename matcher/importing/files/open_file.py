"""Opening of a table file as sheets of rows of text, for every supported format."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from matcher.importing.files.formats import TableFile
from matcher.importing.files.narrow_rows import narrow_sheets
from matcher.importing.files.sheet import Sheet


@contextmanager
def open_sheets(file: TableFile, mapping: Mapping[str, str]) -> Iterator[Iterator[Sheet]]:
    """Open the sheets of a file; each must be read before the next is taken.

    The headings in `mapping` help to detect the delimiter of a text file.
    Raises InputError, also while rows are read, for a file that cannot be used.
    """
    yield narrow_sheets(_sheets(file, mapping))


def _sheets(file: TableFile, mapping: Mapping[str, str]) -> Iterator[Sheet]:
    source = file.source
    if file.content == "xlsx":
        from matcher.importing.files.workbooks import xlsx_sheets

        yield from xlsx_sheets(source)
    elif file.content == "xls":
        from matcher.importing.files.workbooks import xls_sheets

        yield from xls_sheets(source)
    elif file.content == "spreadsheet-xml":
        from matcher.importing.files.spreadsheet_xml import spreadsheet_xml_sheets

        yield from spreadsheet_xml_sheets(source)
    elif file.content == "html":
        from matcher.importing.files.html_tables import html_sheets

        yield from html_sheets(source)
    elif file.content == "json":
        from matcher.importing.files.json_lines import json_sheets

        yield from json_sheets(source)
    else:
        from matcher.importing.files.delimited import delimited_sheets

        yield from delimited_sheets(source, mapping)
