"""Parts of an .xlsx workbook, packed anew for the library that reads it.

The library is not Python: it takes memory for every cell between the first and the last, and reads
a part to its end whatever size the archive states. So it gets only parts that were read within
their stated size, and sheets whose cells stand together. Powers are written out here (10^-3),
for the library knows no formats of parts of a text.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from matcher.errors import InputError
from matcher.importing.files.stated_numbers import stated_number
from matcher.language.messages import _
from matcher.text.characters import superscript

MAX_ROWS = 1_048_576
"""Rows that an .xlsx sheet can have."""
MAX_MEAN_COLUMNS = 128
"""Cells of a row on average, beyond `FREE_CELLS`."""
FREE_CELLS = 1_000_000
"""Cells that may stand anywhere: a stray cell in the last column makes its row 16,384 wide."""
MAX_CELLS = 40_000_000
"""Cells of a sheet, empty ones between others included; the library holds them all."""

_READ = (".xml", ".rels")
_CHUNK = 1 << 20
_ENDS = (b"row>", b"si>")
"""Marks between two rows or two shared texts, with any prefix."""
_SUPERSCRIPT = re.compile(
    rb"(<(?:\w+:)?vertAlign\s+val\s*=\s*[\"']superscript[\"'](?:(?!</(?:\w+:)?r>).)*?"
    rb"<(?:\w+:)?t(?:\s[^>]*)?>)([^<]*)(?=</)",
    re.DOTALL,
)
"""A raised run of a text: up to its characters, and these."""
_REFERENCE = re.compile(r"([A-Z]{1,7})(\d{1,12})", re.IGNORECASE)


def pack_readable_parts(name: str, content: IO[bytes], target: Path) -> None:
    """Write an archive of the XML parts of a workbook.

    Raises InputError for a sheet whose cells stand too far apart, and an exception of `zipfile` or
    `expat` for a damaged one.
    """
    with (
        zipfile.ZipFile(content) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in {info.filename: info for info in old.infolist()}.values():
            if not part.filename.lower().endswith(_READ):
                continue
            # Some programs write the paths of parts with backslashes.
            path = part.filename.replace("\\", "/")
            with old.open(part) as source, new.open(path, "w", force_zip64=True) as readable:
                for xml in _checked(name, source):
                    is_styles = path.lower().endswith("styles.xml")
                    readable.write(xml if is_styles else _SUPERSCRIPT.sub(_raised, xml))


def check_cells(name: str, archive: zipfile.ZipFile, most: int) -> None:
    """Raise InputError where a sheet has more than `most` cells, or its merged ranges together.

    Empty cells between others count. For a library that makes an object of each. Raises an
    exception of `zipfile` or `expat` for a damaged workbook.
    """
    for part in archive.infolist():
        if part.filename.lower().endswith(_READ):
            with archive.open(part) as source:
                for _xml in _checked(name, source, most):
                    pass


def _raised(run: re.Match[bytes]) -> bytes:
    return run[1] + superscript(run[2].decode(errors="replace")).encode()


class _NoSheetError(Exception):
    """Signal that ends the parsing of a part that is no worksheet at its first element."""


class _Extent:
    """Last row and last column of the cells of a sheet, while its XML is parsed."""

    def __init__(self) -> None:
        self.last_row = self.last_column = 0
        self.row = self.column = 0
        self.merged = 0
        """Cells of all merged ranges, those of several counted for each."""
        self.is_sheet = False
        self.columns: dict[str, int] = {}

    def on_element(self, tag: str, attributes: dict[str, str]) -> None:
        """Follow a row or a cell, whose places may be left to their order."""
        if not self.is_sheet:
            if tag.rpartition(":")[2] != "worksheet":
                raise _NoSheetError
            self.is_sheet = True
        elif tag == "c" or tag.endswith(":c"):
            self._on_cell(attributes.get("r"))
        elif tag == "row" or tag.endswith(":row"):
            self.row = stated_number(attributes.get("r"), self.row + 1)
            self.column = 0
            self.last_row = max(self.last_row, self.row)
        elif tag == "mergeCell" or tag.endswith(":mergeCell"):
            self._on_merged(attributes.get("ref", ""))

    def _on_cell(self, reference: str | None) -> None:
        place = _REFERENCE.fullmatch(reference.strip()) if reference else None
        if place is None:
            self.column += 1
        else:
            self.column = self.columns.get(place[1]) or self._column_of(place[1])
            self.last_row = max(self.last_row, int(place[2]))
        self.last_column = max(self.last_column, self.column)

    def _on_merged(self, area: str) -> None:
        places = [_REFERENCE.fullmatch(corner.strip()) for corner in area.split(":")]
        corners = [(self._column_of(place[1]), int(place[2])) for place in places if place]
        if len(corners) == 2:
            (left, top), (right, bottom) = corners
            self.merged += (abs(right - left) + 1) * (abs(bottom - top) + 1)

    def _column_of(self, letters: str) -> int:
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        self.columns[letters] = number
        return number

    def check(self, name: str, most: int | None) -> None:
        """Raise InputError where the cells of the sheet stand too far apart, or are too many."""
        rows, cells = self.last_row, self.last_row * self.last_column
        far = rows > MAX_ROWS or cells > min(FREE_CELLS + rows * MAX_MEAN_COLUMNS, MAX_CELLS)
        if far or (most is not None and max(cells, self.merged) > most):
            raise InputError(
                _(
                    "{name} has more cells than any table (up to row {rows:,} and column "
                    "{last_column:,}): copy its rows into a new workbook, without what stands far "
                    "out",
                    name=name,
                    rows=rows,
                    last_column=self.last_column,
                )
            )


def _checked(name: str, part: IO[bytes], most: int | None = None) -> Iterator[bytes]:
    """Yield a part in pieces that end between two rows or texts.

    Raises InputError where it is a sheet whose cells stand too far apart, or are more than `most`.
    """
    extent = _Extent()
    parser: Any = expat.ParserCreate()
    parser.StartElementHandler = extent.on_element
    rest, is_sheet = b"", True
    while chunk := part.read(_CHUNK):
        if is_sheet:
            try:
                parser.Parse(chunk)
            except _NoSheetError:
                is_sheet = False
        rest += chunk
        end = max(rest.rfind(mark) for mark in _ENDS)
        if end > 0:
            yield rest[:end]
            rest = rest[end:]
    yield rest
    if is_sheet:
        parser.Parse(b"", True)
        extent.check(name, most)
