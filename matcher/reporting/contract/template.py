"""The sample template of a licence contract, built as a Word document from its text.

The text (licence_template.txt) was written for this project: a line with `#` is the title, with
`##` the heading of an article, any other a paragraph.
"""

from importlib.resources import files
from io import BytesIO

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

FONT = "宋体"


def sample_template() -> BytesIO:
    """Build the sample template as a .docx file."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    source = files("matcher.reporting.contract").joinpath("licence_template.txt")
    for line in source.read_text("utf-8").splitlines():
        mark, _, text = line.partition(" ")
        if mark == "#":
            run = document.add_paragraph().add_run(text)
            run.bold, run.font.size = True, Pt(18)
            document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif mark == "##":
            document.add_paragraph().add_run(text).bold = True
            document.paragraphs[-1].paragraph_format.keep_with_next = True
        elif line:
            document.add_paragraph(line)
    file = BytesIO()
    document.save(file)
    file.seek(0)
    return file
