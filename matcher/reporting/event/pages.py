"""The printable papers of an event as HTML: a page per enterprise and team, a timetable per table.

Each is a whole document with its style in it, made for A4; matcher.reporting.pdf makes PDF of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from matcher.labels import Language
from matcher.patents.cards.card import ASPECTS
from matcher.reporting.event.labels import contact_line
from matcher.reporting.event.model import (
    EventReport,
    Quote,
    ReportFirm,
    ReportNeed,
    ReportTeam,
    ShortlistLine,
)
from matcher.reporting.event.page_words import (
    data_note,
    export_note,
    page_words,
    table_label,
    version_label,
)
from matcher.text.excerpts import excerpt
from matcher.workflows.reveal_contact import SeenContact

Contacts = Mapping[str, Sequence[SeenContact]]
"""The personal contacts that a page may show, by the id of the match."""
TABLES, INDEX = "tables", "index"
MAX_NAME_LENGTH = 40
"""Characters of a firm's or team's name in the name of its file."""
MAX_CARD_LENGTH, MAX_WEAK_CARD_LENGTH = 95, 60
"""Chinese characters for each aspect of a technology card; of a weak fit."""


@dataclass(frozen=True, slots=True)
class PrintContext:
    """The author, time and language of a print; the report must be in the same language."""

    exported_by: str
    moment: datetime
    """Aware."""
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class Page:
    """A document to print."""

    name: str
    """The name of its file without the suffix, safe on every system."""
    title: str
    html: str


def firm_page(
    report: EventReport, firm: ReportFirm, context: PrintContext, contacts: Contacts | None = None
) -> Page:
    """Build the page of an enterprise; it shows no personal contacts but the given ones."""
    name = file_name("enterprise", report.firms.index(firm) + 1, firm.name)
    return _page("firm", name, firm.name, report, context, firm=firm, contacts=contacts or {})


def team_page(report: EventReport, team: ReportTeam, context: PrintContext) -> Page:
    """Build the page of a team: its meetings, the firms' needs, their likely questions."""
    planned = [reserve for slot in report.slots for reserve in slot.reserves]
    reserves = [reserve for reserve in planned if reserve.team_id == team.id]
    name = file_name("team", report.teams.index(team) + 1, f"{team.institution} {team.name}")
    return _page("team", name, team.name, report, context, team=team, reserves=reserves)


def tables_page(report: EventReport, context: PrintContext) -> Page:
    """Build the timetable of each table with its reserves, each on a sheet of its own."""
    used = {meeting.table for meeting in report.meetings}
    used |= {reserve.table for slot in report.slots for reserve in slot.reserves}
    tables = [table for table in report.event.tables if table in used]
    title = page_words(context.language)["tables_page"]
    return _page(TABLES, TABLES, title, report, context, tables=tables)


def index_page(
    report: EventReport,
    context: PrintContext,
    firms: Sequence[Page],
    teams: Sequence[Page],
    *,
    with_pdf: bool,
) -> Page:
    """Build the index with links to all papers; `firms` and `teams` are in the report's order."""
    words = page_words(context.language)
    return _page(
        INDEX,
        INDEX,
        words["index_page"],
        report,
        context,
        firms=[(page, firm.meetings) for page, firm in zip(firms, report.firms, strict=True)],
        teams=[(page, team.meetings) for page, team in zip(teams, report.teams, strict=True)],
        with_pdf=with_pdf,
    )


def file_name(kind: str, number: int, name: str) -> str:
    """Return a safe file name such as `enterprise-001-甲公司`: of the name, letters and digits."""
    plain = re.sub(r"[\W_]+", "-", name)[:MAX_NAME_LENGTH].strip("-")
    return "-".join(filter(None, (kind, f"{number:03}", plain)))


def marked(quote: Quote) -> Markup:
    """Return the quoted text as HTML, escaped, with its marks as `<mark>`."""
    parts, done = Markup(""), 0
    for start, end in quote.marks:
        parts += escape(quote.text[done:start])
        parts += Markup("<mark>{}</mark>").format(quote.text[start:end])
        done = end
    return parts + escape(quote.text[done:])


def css_string(text: str) -> Markup:
    """Return the text as a CSS string; nothing in it can end the string or the style sheet."""
    safe = re.sub(r"[^\w .,:;()·/（），：；、-]", lambda match: f"\\{ord(match[0]):x} ", text)
    return Markup(f'"{safe}"')


def by_need(
    lines: Iterable[ShortlistLine], report: EventReport
) -> Iterator[tuple[ReportNeed, list[ShortlistLine]]]:
    """Group the subjects of a meeting by need."""
    needs = {need.id: need for need in report.needs}
    for need, own in groupby(lines, key=lambda line: line.need):
        yield needs[need], list(own)


def card_rows(line: ShortlistLine, separator: str) -> Iterator[tuple[str, str]]:
    """Yield label and text of each aspect of the technology card; of a weak fit only two."""
    aspects, max_length = ASPECTS, MAX_CARD_LENGTH
    if line.fit == "weak":
        aspects, max_length = ("problem", "effect"), MAX_WEAK_CARD_LENGTH
    for aspect, lines in groupby(line.card, key=lambda card_line: card_line.aspect):
        if aspect in aspects:
            card_lines = list(lines)
            text = separator.join(card_line.text.rstrip("。；;. ") for card_line in card_lines)
            yield card_lines[0].label, clip(text, max_length)


def shown_quotes(line: ShortlistLine) -> tuple[Quote, ...]:
    """Return the quotes that answer a part of the need, or else the nearest passage."""
    return tuple(quote for quote in line.quotes if quote.answers) or line.quotes[:1]


def unanswered_parts(line: ShortlistLine) -> tuple[str, ...]:
    """Return the labels of the parts without an answer; a title needs none of its own."""
    parts = zip(line.unanswered_kinds, line.unanswered, strict=True)
    return tuple(label for kind, label in parts if kind != "title")


def clip(text: str, max_length: int) -> str:
    """Cut a text to `max_length` Chinese characters, or twice as many Latin ones."""
    flat = " ".join(text.split())
    return excerpt(flat, (), max_length * 2 if flat.isascii() else max_length, 0)[0]


def _page(
    kind: str, name: str, title: str, report: EventReport, context: PrintContext, **shown: Any
) -> Page:
    language = context.language
    version = version_label(report, language)
    footer = (
        f"{report.event.name} · {version} · "
        f"{export_note(context.exported_by, context.moment, language)}\n"
        f"{data_note(report, language)}"
    )
    template = _environment(language).get_template(f"{kind}.html.j2")
    html = template.render(
        report=report,
        title=f"{title} · {report.event.name}",
        version=version,
        footer=footer,
        language=language,
        w=page_words(language),
        **shown,
    )
    return Page(name, title, html)


@lru_cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("matcher.reporting.event"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "by_need": by_need,
        "clip": clip,
        "css_string": css_string,
        "marked": marked,
        "card_rows": card_rows,
        "contact_line": contact_line,
        "shown_quotes": shown_quotes,
        "table_label": lambda table: table_label(table, language),
        "unanswered_parts": unanswered_parts,
    }
    return environment
