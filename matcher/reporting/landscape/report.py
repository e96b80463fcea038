"""Report on a landscape as PDF or as a Word document."""

import io
import re
from datetime import datetime
from typing import Any, Literal

from matcher.labels import COLON, label
from matcher.landscape.landscape import Landscape
from matcher.language.choice import current_language
from matcher.language.messages import _
from matcher.reporting.landscape.charts import chart
from matcher.reporting.landscape.content import ReportContent, Section, report_content
from matcher.reporting.tables import DOCX, NOT_XML

ReportFormat = Literal["pdf", "docx"]
MEDIA_TYPES: dict[ReportFormat, str] = {
    "pdf": "application/pdf",
    "docx": DOCX,
}
_PROLOGUE = re.compile(r"^.*?(?=<svg )", re.DOTALL)
"""Lines of an SVG file before its element, which an HTML page cannot hold."""


def report_pdf(landscape: Landscape, *, made_by: str | None, moment: datetime) -> bytes:
    """Return the report as PDF. Raises InputError, with what to install, if none can be made."""
    from matcher.reporting.pdf import pdf_of

    return pdf_of(report_html(landscape, made_by=made_by, moment=moment))


def report_html(landscape: Landscape, *, made_by: str | None, moment: datetime) -> str:
    """Return the report as one HTML document, made for A4. Raises InputError."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("matcher.reporting.landscape"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    content = report_content(landscape, made_by=made_by, moment=moment)

    def drawn(section: Section) -> Markup:
        return Markup(_PROLOGUE.sub("", chart(landscape, section.name).decode()))

    return environment.get_template("report.html.j2").render(
        content=content,
        parts=_parts(content),
        findings_title=_("Main findings"),
        method_title=_("Method and limits"),
        drawn=drawn,
        language=current_language(),
    )


def report_docx(landscape: Landscape, *, made_by: str | None, moment: datetime) -> bytes:
    """Return the report as a Word document. Raises InputError without a Chinese font."""
    from docx.shared import Cm

    from matcher.reporting import word

    content = report_content(landscape, made_by=made_by, moment=moment)
    document = word.new_document(content.title, content.scope)
    _cover(document, content)
    document.add_heading(_("Main findings"), 1)
    for section in (*content.supply, *content.demand):
        finding = document.add_paragraph(style="List Bullet")
        finding.add_run(f"{section.title}{label(COLON)}").bold = True
        finding.add_run(_plain(section.sentence))
    for title, sections in _parts(content):
        document.add_heading(title, 1)
        for section in sections:
            document.add_heading(section.title, 2)
            document.add_paragraph(_plain(section.sentence), style="Lead")
            if section.has_chart:
                picture = io.BytesIO(chart(landscape, section.name, "png"))
                word.add_picture(document, picture, Cm(16), section.sentence)
            titles = [column.title for column in section.columns]
            are_numbers = [column.is_number for column in section.columns]
            word.add_table(document, titles, section.rows, are_numbers)
            for note in section.notes:
                document.add_paragraph(_plain(note), style="Note")
    document.add_heading(_("Method and limits"), 1)
    for line in content.method:
        document.add_paragraph(_plain(line), style="List Bullet")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _cover(document: Any, content: ReportContent) -> None:
    from matcher.reporting import word

    document.add_paragraph(content.title, style="Title")
    document.add_paragraph(_plain(content.scope), style="Subtitle")
    facts = [[name, value] for name, value in content.facts]
    word.add_facts(document, facts)
    document.add_page_break()


def _parts(content: ReportContent) -> list[tuple[str, list[Section]]]:
    parts = [(_("Supply: the patents"), list(content.supply))]
    if content.demand:
        parts.append((_("Demand: the needs"), list(content.demand)))
    return parts


def _plain(text: str) -> str:
    return NOT_XML.sub("", text)


def file_stem(landscape: Landscape) -> str:
    """Return the name of a landscape's files without a suffix, the same in every language."""
    return f"landscape-{landscape.today.isoformat()}"
