"""The printable papers of an event as HTML: a page per enterprise and team, a timetable per table.

Each is a whole document with its style in it, made for A4; matcher.reporting.pdf makes PDF of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
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
    ReportReserve,
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

    exported_by: str | None
    """None if no page names who printed it."""
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
    return render_page("firm", name, firm.name, report, context, firm=firm, contacts=contacts or {})


def team_page(report: EventReport, team: ReportTeam, context: PrintContext) -> Page:
    """Build the page of a team: its meetings, the firms' needs, their likely questions."""
    name, reserves = team_file_name(report, team), reserves_of(report, team)
    return render_page("team", name, team.name, report, context, team=team, reserves=reserves)


def reserves_of(report: EventReport, team: ReportTeam) -> list[ReportReserve]:
    """Return the reserves of a team, slot by slot."""
    planned = (reserve for slot in report.slots for reserve in slot.reserves)
    return [reserve for reserve in planned if reserve.team_id == team.id]


def team_file_name(report: EventReport, team: ReportTeam) -> str:
    """Return the name of a team's file, which begins with its number and its institution."""
    return file_name("team", report.teams.index(team) + 1, f"{team.institution} {team.name}")


def tables_page(report: EventReport, context: PrintContext) -> Page:
    """Build the timetable of each table with its reserves, each on a sheet of its own."""
    tables = tables_in_use(report)
    title = page_words(context.language)["tables_page"]
    return render_page(TABLES, TABLES, title, report, context, tables=tables)


def tables_in_use(report: EventReport) -> list[str]:
    """Return the tables with a meeting or a reserve, in the event's order."""
    used = {meeting.table for meeting in report.meetings}
    used |= {reserve.table for slot in report.slots for reserve in slot.reserves}
    return [table for table in report.event.tables if table in used]


def index_page(
    report: EventReport,
    context: PrintContext,
    firms: Sequence[Page],
    teams: Sequence[Page],
    *,
    with_pdf: bool,
) -> Page:
    """Build the index with links to all papers.

    `firms` and `teams` are pages in the report's order; a team without a page is left out.
    """
    with_page = {page.name: page for page in teams}
    words = page_words(context.language)
    return render_page(
        INDEX,
        INDEX,
        words["index_page"],
        report,
        context,
        firms=[(page, firm.meetings) for page, firm in zip(firms, report.firms, strict=True)],
        teams=[
            (with_page[name], team.meetings)
            for team in report.teams
            if (name := team_file_name(report, team)) in with_page
        ],
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
    return excerpt(flat, (), max_length * 2 if flat.isascii() else max_length, (0, 0))[0]


def origin(line: ShortlistLine) -> Iterator[str]:
    """Yield the number of a patent with its name, its type, its institution and its team."""
    if line.number:
        yield f"{line.number_label} {line.number}"
    yield from filter(None, (line.patent_type, line.institution, line.team))


def render_page(
    kind: str, name: str, title: str, report: EventReport, context: PrintContext, **shown: Any
) -> Page:
    """Render a document from its template; `kind` is the template, `name` that of the file."""
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
        "clip": clip,
        "css_string": css_string,
        "origin": origin,
        "marked": marked,
        "card_rows": card_rows,
        "contact_line": contact_line,
        "shown_quotes": shown_quotes,
        "table_label": lambda table: table_label(table, language),
        "unanswered_parts": unanswered_parts,
    }
    return environment
