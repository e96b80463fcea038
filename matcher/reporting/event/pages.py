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
from matcher.reporting.event.model import (
    EventReport,
    Quote,
    ReportFirm,
    ReportNeed,
    ReportTeam,
    ShortlistLine,
)
from matcher.reporting.event.page_words import (
    data_words,
    export_words,
    page_words,
    table_words,
    version_words,
)
from matcher.text.excerpts import excerpt
from matcher.workflows.reveal_contact import SeenContact

Contacts = Mapping[str, Sequence[SeenContact]]
"""The personal contacts that a page may show, by the id of the match."""
TABLES, INDEX = "tables", "index"
LONGEST_NAME = 40
"""Characters of a firm's or team's name that the name of its file keeps."""


@dataclass(frozen=True, slots=True)
class Printing:
    """Who prints, when, and in which language; the report must be made for the same language."""

    exported_by: str
    moment: datetime
    """Aware."""
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class Page:
    """A document to print."""

    name: str
    """Of its file, without the suffix: safe on every system."""
    title: str
    html: str


def firm_page(
    report: EventReport, firm: ReportFirm, printing: Printing, contacts: Contacts | None = None
) -> Page:
    """The paper that an enterprise is handed. It shows no person's contact but those given."""
    name = file_name("enterprise", report.firms.index(firm) + 1, firm.name)
    return _page("firm", name, firm.name, report, printing, firm=firm, contacts=contacts or {})


def team_page(report: EventReport, team: ReportTeam, printing: Printing) -> Page:
    """The paper that a team is handed: whom it meets, what they need, what they may ask."""
    reserves = [one for slot in report.slots for one in slot.reserves if one.team_id == team.id]
    name = file_name("team", report.teams.index(team) + 1, f"{team.institution} {team.name}")
    return _page("team", name, team.name, report, printing, team=team, reserves=reserves)


def tables_page(report: EventReport, printing: Printing) -> Page:
    """A timetable for each table with its reserves, each on a sheet of its own."""
    used = {one.table for slot in report.slots for one in slot.meetings}
    used |= {one.table for slot in report.slots for one in slot.reserves}
    tables = [table for table in report.event.tables if table in used]
    title = page_words(printing.language)["tables_page"]
    return _page(TABLES, TABLES, title, report, printing, tables=tables)


def index_page(
    report: EventReport,
    printing: Printing,
    firms: Sequence[Page],
    teams: Sequence[Page],
    *,
    with_pdf: bool,
) -> Page:
    """Links to all papers: the pages of the report's firms and teams in its order, the tables."""
    words = page_words(printing.language)
    return _page(
        INDEX,
        INDEX,
        words["index_page"],
        report,
        printing,
        firms=[(page, one.meetings) for page, one in zip(firms, report.firms, strict=True)],
        teams=[(page, one.meetings) for page, one in zip(teams, report.teams, strict=True)],
        with_pdf=with_pdf,
    )


def file_name(kind: str, number: int, name: str) -> str:
    """`enterprise-001-甲公司`: letters and digits of the name, whatever else is in it."""
    plain = re.sub(r"[\W_]+", "-", name)[:LONGEST_NAME].strip("-")
    return "-".join(filter(None, (kind, f"{number:03}", plain)))


def marked(quote: Quote) -> Markup:
    """The quoted words, escaped, with their marked ones as such."""
    parts, done = Markup(""), 0
    for start, end in quote.marks:
        parts += escape(quote.text[done:start])
        parts += Markup("<mark>{}</mark>").format(quote.text[start:end])
        done = end
    return parts + escape(quote.text[done:])


def css_string(text: str) -> Markup:
    """The text as a CSS string: nothing in it can end the string or the style sheet."""
    safe = re.sub(r"[^\w .,:;()·/（），：；、-]", lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup(f'"{safe}"')


def by_need(
    lines: Iterable[ShortlistLine], report: EventReport
) -> Iterator[tuple[ReportNeed, list[ShortlistLine]]]:
    """What a meeting can be about, need by need."""
    needs = {need.id: need for need in report.needs}
    for need, own in groupby(lines, key=lambda line: line.need):
        yield needs[need], list(own)


def plain_words(line: ShortlistLine, between: str) -> Iterator[tuple[str, str]]:
    """The technology card, a line for each aspect; of a weak fit what it solves and achieves."""
    longest, kept = (60, ("problem", "effect")) if line.fit == "weak" else (95, ASPECTS)
    for aspect, lines in groupby(line.card, key=lambda one: one.aspect):
        if aspect in kept:
            found = list(lines)
            text = between.join(one.text.rstrip("。；;. ") for one in found)
            yield found[0].label, clip(text, longest)


def quoted(line: ShortlistLine) -> tuple[Quote, ...]:
    """What is quoted of a patent: the words that answer, or those that come nearest."""
    return tuple(one for one in line.quotes if one.answers) or line.quotes[:1]


def missed(line: ShortlistLine) -> tuple[str, ...]:
    """The parts of the need without an answer; its name asks for nothing of its own."""
    pairs = zip(line.unanswered_kinds, line.unanswered, strict=True)
    return tuple(words for kind, words in pairs if kind != "title")


def clip(text: str, longest: int) -> str:
    """The text, or how it begins: `longest` Chinese characters, or twice as many Latin ones."""
    flat = " ".join(text.split())
    return excerpt(flat, (), longest * 2 if flat.isascii() else longest, 0)[0]


def _page(
    kind: str, name: str, title: str, report: EventReport, printing: Printing, **shown: Any
) -> Page:
    language = printing.language
    version = version_words(report, language)
    footer = (
        f"{report.event.name} · {version} · "
        f"{export_words(printing.exported_by, printing.moment, language)}\n"
        f"{data_words(report, language)}"
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
        "missed": missed,
        "plain_words": plain_words,
        "quoted": quoted,
        "table_words": lambda table: table_words(table, language),
    }
    return environment
