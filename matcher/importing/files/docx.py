"""Text of a Word document in document order: paragraphs, and tables as rows of cells.

Read from the XML: the entries of forms stand in content controls and text boxes, which python-docx
passes over.
"""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matcher.errors import InputError
from matcher.importing.files.unpack_limits import check_office_file

Rows = list[list[str]]
"""A table: the cells of each row; a cell merged across columns counts once."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_WRAPPERS = frozenset(_W + name for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag"))
_BREAKS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_CHECK_SYMBOLS = {
    **dict.fromkeys((0xFE, 0xFC, 0x52, 0x50), "☑"),
    **dict.fromkeys((0xFD, 0xFB, 0x53, 0x4F), "☒"),
    **dict.fromkeys((0xA8, 0x6F, 0xA3, 0x2A), "□"),
}
"""Check boxes and ticks of the fonts Wingdings and Wingdings 2, by their code."""
_PRIVATE_USE = {0xF000 + code: box for code, box in _CHECK_SYMBOLS.items()}


def read_blocks(path: Path) -> list[str | Rows]:
    """Return each non-empty paragraph and each table. Raises InputError for another file."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        with zipfile.ZipFile(path) as archive:
            check_office_file(path.name, archive, path.stat().st_size)
        body = docx.Document(str(path)).element.body
    except (
        PackageNotFoundError,
        zipfile.BadZipFile,
        zlib.error,
        SyntaxError,  # of the XML
        KeyError,
        ValueError,
        EOFError,
        OSError,
    ) as problem:
        raise InputError(
            f"{path.name} is not a Word document, or a damaged one: open it in Word and save it "
            "as .docx again"
        ) from problem
    return [block for block in _blocks(body) if block]


def _blocks(parent: Any) -> Iterator[str | Rows]:
    for child in parent:
        if child.tag == _W + "p":
            yield _paragraph(child)
        elif child.tag == _W + "tbl":
            yield from _tables(child)
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _tables(table: Any) -> Iterator[Rows]:
    """Yield the table, or the tables in it where a row is a mere frame around them."""
    rows: Rows = []
    for row in _find(table, "tr"):
        cells = list(_find(row, "tc"))
        framed = _framed_tables(cells)
        if not framed:
            rows.append([_cell(cell) for cell in cells])
            continue
        if rows:
            yield rows
            rows = []
        for inner in framed:
            yield from _tables(inner)
    if rows:
        yield rows


def _framed_tables(cells: list[Any]) -> list[Any]:
    """Return the tables of a row whose only filled cell holds nothing else."""
    filled = [cell for cell in cells if _cell(cell)]
    if len(filled) != 1 or any(isinstance(block, str) and block for block in _blocks(filled[0])):
        return []
    return list(_find(filled[0], "tbl"))


def _find(parent: Any, name: str) -> Iterator[Any]:
    """Yield the children of this name, also those in content controls."""
    for child in parent:
        if child.tag == _W + name:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _find(child, name)


def _cell(cell: Any) -> str:
    """Return the text of a cell; the rows of a table inside it become lines."""
    lines: list[str] = []
    for block in _blocks(cell):
        lines += [block] if isinstance(block, str) else [" ".join(row) for row in block]
    return "\n".join(line.strip() for line in lines if line.strip())


def _paragraph(paragraph: Any) -> str:
    return "".join(_runs(paragraph)).strip()


def _runs(element: Any) -> Iterator[str]:
    """Yield the text of the runs, without the deletions of tracked changes."""
    for child in element:
        if child.tag == _W + "t":
            yield (child.text or "").translate(_PRIVATE_USE)
        elif child.tag == _W + "sym":
            yield _CHECK_SYMBOLS.get(int(child.get(_W + "char", "0"), 16) & 0xFF, "")
        elif child.tag == _W + "checkBox":  # of an old form field
            yield "☑" if _is_checked(child) else "□"
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag == _W + "p":  # a line of a text box
            yield from ("\n", *_runs(child), "\n")
        elif child.tag not in (_FALLBACK, _W + "del", _W + "moveFrom", _W + "pPr"):
            yield from _runs(child)


def _is_checked(box: Any) -> bool:
    """Return True for a ticked form field; an untouched one has its default."""
    for name in ("checked", "default"):
        for state in box.iterfind(_W + name):
            return state.get(_W + "val", "1") not in ("0", "false", "off")
    return False
