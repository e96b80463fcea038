"""A file as sheets of rows of text, whatever its format."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from matcher.importing.files.formats import Content
from matcher.importing.files.sheet import Sheet


@contextmanager
def open_sheets(
    path: Path, content: Content, mapping: Mapping[str, str]
) -> Iterator[Iterator[Sheet]]:
    """The sheets of a file of the given content, each to be read before the next is asked for.

    The headings in `mapping` help to tell how cells are separated.
    Raises InputError, also while rows are read, for a file that cannot be used.
    """
    with warnings.catch_warnings():
        # openpyxl warns of what it does not keep (styles, drop-downs); we need the values only.
        warnings.filterwarnings("ignore", module="openpyxl")
        if content == "xlsx":
            from matcher.importing.files.workbooks import xlsx_sheets

            yield xlsx_sheets(path)
        elif content == "xls":
            from matcher.importing.files.workbooks import xls_sheets

            yield xls_sheets(path)
        elif content == "html":
            from matcher.importing.files.html_tables import html_sheets

            yield html_sheets(path)
        elif content == "json":
            from matcher.importing.files.json_lines import json_sheets

            yield json_sheets(path)
        else:
            from matcher.importing.files.delimited import delimited_sheets

            yield delimited_sheets(path, mapping)
