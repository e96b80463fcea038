"""Word documents: styles, tables and pictures with their descriptions."""

from collections.abc import Sequence
from typing import IO, Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor

from matcher.reporting.tables import NOT_XML

LATIN, CHINESE = "Arial", "Microsoft YaHei"
_DARK, _QUIET = RGBColor(0x1F, 0x4E, 0x5F), RGBColor(0x55, 0x55, 0x55)
_RULE = "C9D2D5"
_BEHIND_BORDERS = ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
"""Properties of a table that stand behind its borders: Word minds their order."""


def new_document(title: str, subject: str) -> Document:
    """Return an empty A4 document with our styles and numbered pages."""
    document: Document = docx.Document()
    document.core_properties.title = title
    document.core_properties.subject = plain(subject)[:255]
    document.core_properties.author = ""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    _style(document, "Normal", 10.5)
    _style(document, "Title", 16, colour=_DARK)
    _style(document, "Subtitle", 24, bold=True)
    _style(document, "Heading 1", 16, bold=True, colour=_DARK)
    _style(document, "Heading 2", 12.5, bold=True)
    for name, size, colour in (("Lead", 10.5, None), ("Note", 8.5, _QUIET)):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        document.styles[name].base_style = document.styles["Normal"]
        _style(document, name, size, colour=colour)
    document.styles["Title"].paragraph_format.space_before = Pt(150)
    document.styles["Lead"].paragraph_format.keep_with_next = True
    _number_pages(section.footer.paragraphs[0])
    return document


def plain(text: str) -> str:
    """Return a text without the characters that no document can hold."""
    return NOT_XML.sub("", text)


def add_facts(document: Document, facts: Sequence[Sequence[str]]) -> None:
    """Add names and values of a cover as a table without lines between columns."""
    table = _table(document, facts, [False, False])
    table.autofit = False
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Cm(4.5), Cm(11.5)
    for row in table.rows:
        row.cells[0].paragraphs[0].runs[0].font.color.rgb = _DARK


def add_table(
    document: Document,
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    are_numbers: Sequence[bool],
) -> None:
    """Add a table whose headings stand on every page; nothing where there is no row."""
    if not rows:
        return
    table = _table(document, [titles, *rows], are_numbers)
    heading = table.rows[0]
    heading._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell in heading.cells:
        for run in cell.paragraphs[0].runs:
            run.bold, run.font.color.rgb = True, _DARK


def add_picture(document: Document, picture: IO[bytes], width: Length, description: str) -> None:
    """Add a picture with its text for those who cannot see it."""
    document.add_picture(picture, width)
    paragraph = document.paragraphs[-1]
    paragraph.paragraph_format.keep_with_next = True
    properties = paragraph._p.find(f".//{qn('wp:docPr')}")
    properties.set("descr", plain(description))


def _table(document: Document, rows: Sequence[Sequence[str]], are_numbers: Sequence[bool]) -> Any:
    table = document.add_table(len(rows), len(rows[0]))
    _rule(table)
    for row, texts in zip(table.rows, rows, strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text, is_number in zip(row.cells, texts, are_numbers, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.add_run(plain(text)).font.size = Pt(9.5)
            if is_number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return table


def _rule(table: Any) -> None:
    """Draw a thin line below each row."""
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _RULE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.insert_element_before(borders, *_BEHIND_BORDERS)


def _style(
    document: Document,
    name: str,
    size: float,
    *,
    bold: bool = False,
    colour: RGBColor | None = None,
) -> None:
    style = document.styles[name]
    font = style.font
    font.name, font.size, font.bold, font.italic = LATIN, Pt(size), bold, False
    font.color.rgb = colour or RGBColor(0x22, 0x30, 0x2F)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    fonts.set(qn("w:eastAsia"), CHINESE)


def _number_pages(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run, shown = OxmlElement("w:r"), OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)
