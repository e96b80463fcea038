"""Text of a Word document in document order: paragraphs, and tables as rows of cells.

Read from the XML: the entries of forms stand in content controls and text boxes, which python-docx
passes over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matcher.importing.files.docx_parts import WORD, read_parts
from matcher.importing.files.docx_text import FALLBACK, DocxText, clear_prompts
from matcher.importing.files.stated_numbers import stated_number

Rows = list[list[str]]
"""A table: the cells of each row. A cell merged across columns counts once; a short one merged
downwards stands in each of its rows."""
Blocks = list[str | Rows]

_WRAPPERS = frozenset(
    WORD + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
)
_OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"
_MAX_MERGED_CHARACTERS = 60
"""Characters of a merged cell that is a label of all its rows; a longer text is a value."""


@dataclass(frozen=True, slots=True)
class Document:
    """Text of a document."""

    blocks: Blocks
    """Each non-empty paragraph and each table."""
    margins: Blocks = field(default_factory=list)
    """Those of the headers and footers, each once."""
    concealed: tuple[str, ...] = ()
    """Hidden and struck-out passages, which are not in the blocks."""
    objects: int = 0
    """Formulas and files embedded as objects, of which no text is read."""


def read_document(path: Path) -> Document:
    """Read a Word document. Raises InputError for another file."""
    parts = read_parts(path)
    for part in (parts.body, *parts.margins):
        clear_prompts(part)
    reader = _Reader(DocxText(parts))
    blocks = [block for block in reader.blocks(parts.body) if block]
    margins: Blocks = []
    for margin in parts.margins:
        margins += [block for block in reader.blocks(margin) if block and block not in margins]
    objects = sum(1 for element in parts.body.iter(_OLE) if not _is_fallback(element))
    return Document(blocks, margins, reader.text.concealed, objects)


class _Reader:
    """Reader of the blocks of one document."""

    def __init__(self, text: DocxText) -> None:
        self.text = text

    def blocks(self, parent: Any) -> Iterator[str | Rows]:
        """Yield the paragraphs and tables, those of text boxes behind their paragraph."""
        for child in parent:
            if child.tag == WORD + "p":
                yield self.text.paragraph(child)
                for box in child.iter(WORD + "txbxContent"):
                    if not _is_fallback(box) and _holder(box) is child:
                        yield from self.blocks(box)
            elif child.tag == WORD + "tbl":
                yield from self._tables(child)
            elif child.tag in _WRAPPERS:
                yield from self.blocks(child)

    def _tables(self, table: Any) -> Iterator[str | Rows]:
        """Yield the table, or the tables in it where a row is a mere frame around them."""
        rows: Rows = []
        above: dict[int, str] = {}
        for row in _find(table, "tr"):
            if _setting(row, "trPr", "hidden") is not None:
                self.text.conceal(row, " ".join(map(self._cell, _find(row, "tc"))))
                continue
            if _setting(row, "trPr", "del") is not None:  # a tracked deletion
                continue
            framed = self._framed_tables(list(_find(row, "tc")))
            if not framed:
                rows.append(self._row(row, above))
                continue
            if rows:
                yield rows
                rows = []
            for inner in framed:
                yield from [inner] if isinstance(inner, str) else self._tables(inner)
        if rows:
            yield rows

    def _row(self, row: Any, above: dict[int, str]) -> list[str]:
        """Return the cells of a row; `above` has the merged cells by column, and is updated."""
        cells: list[str] = []
        column = _number(_setting(row, "trPr", "gridBefore"), 0)
        for cell in _find(row, "tc"):
            text = self._cell(cell)
            merged = _setting(cell, "tcPr", "vMerge")
            if merged is not None and merged.get(WORD + "val", "continue") == "continue":
                text = text or above.get(column, "")
            else:
                above[column] = ""
                if merged is not None and len(text) <= _MAX_MERGED_CHARACTERS:
                    above[column] = text
            across = _setting(cell, "tcPr", "hMerge")
            if across is None or across.get(WORD + "val", "continue") != "continue":
                cells.append(text)
            column += _number(_setting(cell, "tcPr", "gridSpan"), 1)
        return cells

    def _framed_tables(self, cells: list[Any]) -> list[Any]:
        """Return the tables of a row each of whose filled cells holds one, and their captions.

        A cell alone in its row frames its tables where it holds nothing else; of cells side by
        side each has tables of several rows, and short lines beside them.
        """
        filled = [cell for cell in cells if self._cell(cell)]
        lines = [b for cell in filled for b in self.blocks(cell) if isinstance(b, str) and b]
        tables = [list(_find(cell, "tbl")) for cell in filled]
        if len(filled) == 1:
            return [] if lines else tables[0]
        if any(len(line) > _MAX_MERGED_CHARACTERS for line in lines):
            return []
        if not all(any(len(list(_find(t, "tr"))) > 1 for t in cell) for cell in tables):
            return []
        return [*lines, *(table for cell in tables for table in cell)]

    def _cell(self, cell: Any) -> str:
        """Return the text of a cell; the rows of a table inside it become lines."""
        lines: list[str] = []
        for block in self.blocks(cell):
            lines += [block] if isinstance(block, str) else [" ".join(row) for row in block]
        return "\n".join(line.strip() for line in lines if line.strip())


def _find(parent: Any, name: str) -> Iterator[Any]:
    """Yield the children of this name, also those in content controls."""
    for child in parent:
        if child.tag == WORD + name:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _find(child, name)


def _setting(element: Any, properties: str, name: str) -> Any | None:
    return element.find(f"{WORD}{properties}/{WORD}{name}")


def _number(setting: Any | None, default: int) -> int:
    return default if setting is None else stated_number(setting.get(WORD + "val"), default)


def _is_fallback(element: Any) -> bool:
    """True inside the copy of a drawing that is kept for old programs."""
    return any(ancestor.tag == FALLBACK for ancestor in element.iterancestors())


def _holder(box: Any) -> Any:
    """Return the paragraph that a text box hangs on."""
    return next(ancestor for ancestor in box.iterancestors() if ancestor.tag == WORD + "p")
