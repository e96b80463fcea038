"""Sheets of SpreadsheetML 2003 (XML table of Excel 2003), which web systems name .xls or .xml."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.parsers import expat

from matcher.errors import InputError
from matcher.importing.files.cells import to_text
from matcher.importing.files.html_tables import MAX_CELLS
from matcher.importing.files.merged_cells import MergedRange, fill_merged
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.importing.files.source_file import SourceFile
from matcher.importing.files.stated_numbers import stated_number
from matcher.importing.files.text_files import read_text
from matcher.language.messages import _
from matcher.text.characters import superscript

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def spreadsheet_xml_sheets(file: SourceFile) -> Iterator[Sheet]:
    """Yield the sheets of the table.

    Raises InputError for a damaged one, one with too many cells, or one with a document type.
    """
    parser = _WorkbookParser(file.path.name)
    try:
        # The text is decoded here: the declaration may name an encoding that expat lacks (GBK).
        parser.feed(_DECLARATION.sub("", read_text(file).lstrip("\ufeff"), count=1))
    except expat.ExpatError as problem:
        raise InputError(
            _(
                "{name} is a damaged or truncated XML table (line {lineno}): fetch it again, "
                "or open it in a spreadsheet and save it as .xlsx",
                name=file.path.name,
                lineno=problem.lineno,
            )
        ) from problem
    for sheet in parser.sheets:
        yield Sheet(sheet.name, fill_merged(iter(sheet.rows), sheet.ranges), sheet.is_hidden)


class _XmlSheet:
    def __init__(self, name: str) -> None:
        self.name = name
        self.is_hidden = False
        self.rows: list[SheetRow] = []
        self.ranges: list[MergedRange] = []


class _WorkbookParser:
    """Sheets that are read while the XML is parsed; names of elements count without namespace."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sheets: list[_XmlSheet] = []
        self.cells: list[str] = []
        self.row = self.column = self.place = self.count = 0
        self.kind = ""
        self.text: list[str] | None = None
        self.is_raised = self.is_comment = False

    def feed(self, text: str) -> None:
        """Parse the whole text. Raises ExpatError for broken XML, and InputError."""
        parser: Any = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._on_document_type
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.CharacterDataHandler = self._on_text
        parser.Parse(text, True)

    def _on_document_type(self, *_declared: Any) -> None:
        raise InputError(
            _(
                "{file} declares an XML document type, as no Office program does: copy what it "
                "says into a new file",
                file=self.file,
            )
        )

    def _on_start(self, element: str, named: dict[str, str]) -> None:
        tag = _local(element)
        attributes = {_local(name): value for name, value in named.items()}
        if tag == "Worksheet":
            self.sheets.append(_XmlSheet(attributes.get("Name", "")))
            self.row = 0
        elif tag == "Row" and self.sheets:
            self.row = _number(attributes, "Index", self.row + 1)
            self.column, self.cells = 0, []
        elif tag == "Cell" and self.sheets:
            self._start_cell(attributes)
        elif tag == "Comment":
            self.is_comment = True
        elif tag in ("Data", "Visible") and not self.is_comment:
            self.kind, self.text = attributes.get("Type", "String"), []
        elif tag == "Sup":
            self.is_raised = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        """Make room for a cell at its column, and for those that it covers."""
        column = _number(attributes, "Index", self.column + 1) - 1
        across, down = (_number(attributes, name, 0) for name in ("MergeAcross", "MergeDown"))
        self.count += max(column + across + 1 - len(self.cells), 1)
        if self.count > MAX_CELLS:
            raise InputError(
                _("{file} has more cells than any table: save it as .xlsx", file=self.file)
            )
        self.cells.extend([""] * (column + across + 1 - len(self.cells)))
        self.column = column + across + 1
        self.place = column
        if across or down:
            area = MergedRange(self.row, self.row + down, column, column + across)
            self.sheets[-1].ranges.append(area)

    def _on_text(self, text: str) -> None:
        if self.text is not None:
            self.text.append(superscript(text) if self.is_raised else text)

    def _on_end(self, element: str) -> None:
        tag = _local(element)
        if tag == "Row" and self.sheets:
            self.sheets[-1].rows.append(SheetRow(self.row, self.cells))
        elif tag == "Data" and self.text is not None and self.cells:
            self.cells[self.place] = _value(self.kind, "".join(self.text))
            self.text = None
        elif tag == "Visible" and self.text is not None and self.sheets:
            self.sheets[-1].is_hidden = "".join(self.text).strip() != "SheetVisible"
            self.text = None
        elif tag == "Sup":
            self.is_raised = False
        elif tag == "Comment":
            self.is_comment = False


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _number(attributes: dict[str, str], name: str, default: int) -> int:
    return stated_number(attributes.get(name), default)


def _value(kind: str, text: str) -> str:
    """Return the text of a cell by the type of its data."""
    try:
        if kind == "Number":
            return to_text(float(text))
        if kind == "DateTime":
            return to_text(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        return text
    if kind == "Boolean":
        return to_text(text.strip() == "1")
    return "" if kind == "Error" else text
