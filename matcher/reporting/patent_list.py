"""A list of patents that a reader put together, with notes: as a table or a Word document."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from matcher.language.messages import _
from matcher.reporting import patent_facts as facts
from matcher.reporting.tables import DOCX
from matcher.reporting.tables import MEDIA_TYPES as TABLE_TYPES
from matcher.types import Patent, TechnologyCard, TtoContact

ListFormat = Literal["xlsx", "csv", "docx"]
MEDIA_TYPES: Mapping[ListFormat, str] = {
    "xlsx": TABLE_TYPES["xlsx"],
    "csv": TABLE_TYPES["csv"],
    "docx": DOCX,
}


@dataclass(frozen=True, slots=True)
class ListedPatent:
    """A patent of a list, with what is known beside it and the reader's note."""

    patent: Patent
    card: TechnologyCard
    contact: TtoContact | None
    note: str = ""


def patent_list(
    listed: Sequence[ListedPatent], format: ListFormat, *, exported_by: str, moment: datetime
) -> bytes:
    """Return the list as a file, in the language of the run; `moment` is aware."""
    title = _("List of patents")
    today = moment.date()
    if format == "docx":
        return _document(listed, title, exported_by, moment)
    from matcher.reporting.catalogue.table import NOTICE
    from matcher.reporting.tables import write_table

    content = io.BytesIO()
    rows = [list(_values(one, today).values()) for one in listed]
    headings = [*_headings(), _("note")]
    write_table(
        content,
        headings,
        [[*row, one.note] for row, one in zip(rows, listed, strict=True)],
        title=title,
        exported_by=exported_by,
        moment=moment,
        format=format,
        notice=NOTICE,
    )
    return content.getvalue()


def _headings() -> list[str]:
    return [
        _("numbers"),
        _("title"),
        _("in plain words"),
        _("status"),
        _("terms"),
        _("team"),
        _("owner"),
        _("contact"),
    ]


def _values(one: ListedPatent, today: date) -> dict[str, str]:
    """Return the texts of a patent by heading."""
    patent = one.patent
    texts = (
        patent.shown_number,
        patent.title,
        facts.plain_line(one.card),
        facts.status(patent, today),
        facts.licence(patent.licence, patent.readiness),
        facts.team(patent),
        patent.owner or _("not known"),
        facts.office(one.contact),
    )
    return dict(zip(_headings(), texts, strict=True))


def _document(
    listed: Sequence[ListedPatent], title: str, exported_by: str, moment: datetime
) -> bytes:
    from matcher.reporting import word

    document = word.new_document(title, title)
    document.add_paragraph(title, "Heading 1")
    document.add_paragraph(
        _("{name} · {day}", name=exported_by, day=moment.date().isoformat()), "Note"
    )
    for number, one in enumerate(listed, start=1):
        values = _values(one, moment.date())
        document.add_paragraph(f"{number}. {word.plain(one.patent.title)}", "Heading 2")
        shown = [(name, text) for name, text in values.items() if text and name != _("title")]
        word.add_facts(document, [*shown, (_("note"), one.note or " ")])
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()
