"""Entries of the printed catalogue: one patent each in short lines, in the language of the run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Literal

from matcher.labels import INDUSTRY, INDUSTRY_NONE, STATUS, TYPE, label
from matcher.language.choice import current_language
from matcher.language.messages import _
from matcher.patents.rights import effective_status, years_left
from matcher.reporting.event.labels import contact_line, shown_number, terms_lines
from matcher.reporting.patent_facts import plain_line
from matcher.search.catalogue import Catalogue, PatentFacts
from matcher.text.excerpts import excerpt
from matcher.types import Patent, PatentRow, TechnologyCard

Grouping = Literal["industry", "institution"]
BATCH = 500
"""Patents that are read at once."""
MAX_LINE_LENGTH, MAX_TERMS_LENGTH = 90, 120
"""Chinese characters, or half as many Latin ones, of the plain line and of the terms."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A patent as the printed catalogue shows it; it names no person but a team's lead."""

    position: int
    """Number in the printed catalogue, from 1."""
    number: str
    """That of an office; empty where there is none."""
    title: str
    plain: str
    """A line of its technology card, or the beginning of its abstract; empty without both."""
    facts: str
    """Type and legal status with its day and the years left."""
    terms: str
    institution: str
    team: str
    contact: str
    """The office of its institution."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Patents of one industry or institution."""

    title: str
    contact: str
    """The office of the institution; empty for an industry."""
    entries: Sequence[CatalogueEntry]


def chapters(
    catalogue: Catalogue, rows: Sequence[PatentRow], by: Grouping, today: date
) -> list[Chapter]:
    """Return the patents of these rows in chapters, in the order of their rows within each.

    Industries come in their own order, institutions those with most patents first. A patent stands
    in the chapter of its first industry.
    """
    grouped: dict[str, list[CatalogueEntry]] = {}
    for patent, facts in with_facts(catalogue, rows):
        grouped.setdefault(_group(patent, by), []).append(_entry(patent, facts, today))
    named = sorted(grouped.items(), key=lambda pair: (not pair[0], -len(pair[1]), pair[0]))
    if by == "industry":
        order = [*(label(INDUSTRY[code]) for code in INDUSTRY), label(INDUSTRY_NONE)]
        named.sort(key=lambda pair: order.index(pair[0]))
    numbers = count(1)
    return [
        Chapter(
            title or _("without an institution"),
            entries[0].contact if by == "institution" else "",
            [replace(entry, position=next(numbers)) for entry in entries],
        )
        for title, entries in named
    ]


def with_facts(
    catalogue: Catalogue, rows: Sequence[PatentRow]
) -> Iterator[tuple[Patent, PatentFacts]]:
    """Yield the patents of these rows in their order, each with the facts beside it."""
    version = catalogue.store.version()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        by_row = catalogue.patents(batch, version)
        facts = catalogue.facts(list(by_row.values()), version)
        yield from ((by_row[row], facts) for row in batch if row in by_row)


def _group(patent: Patent, by: Grouping) -> str:
    if by == "institution":
        return patent.institution or ""
    known = [code for code in patent.industries if code in INDUSTRY]
    return label(INDUSTRY[known[0]]) if known else label(INDUSTRY_NONE)


def _entry(patent: Patent, facts: PatentFacts, today: date) -> CatalogueEntry:
    status = effective_status(patent, today)
    terms = terms_lines(patent.licence, current_language(), status)
    team = patent.team
    return CatalogueEntry(
        0,
        shown_number(patent.application_number, patent.publication_number),
        " ".join(patent.title.split()),
        plain(patent, facts.card(patent)),
        _facts(patent, today),
        clipped(_("; ").join(terms), MAX_TERMS_LENGTH),
        patent.institution or "",
        " ".join(filter(None, (team.college, team.name))) if team is not None else "",
        contact_line(facts.contact(patent)),
    )


def plain(patent: Patent, card: TechnologyCard) -> str:
    """Return the line of the card that tells most, or the beginning of the abstract."""
    return clipped(plain_line(card) or patent.abstract, MAX_LINE_LENGTH)


def clipped(text: str, max_length: int) -> str:
    """Cut a text to so many Chinese characters, or twice as many Latin ones."""
    flat = " ".join(text.split())
    return excerpt(flat, (), max_length * 2 if flat.isascii() else max_length, (0, 0))[0]


def _facts(patent: Patent, today: date) -> str:
    status = label(STATUS[effective_status(patent, today)])
    if patent.status_as_of is not None:
        status = _("{status} (as of {day})", status=status, day=patent.status_as_of)
    left = years_left(patent, today)
    shown = [label(TYPE[patent.patent_type]), status]
    if left:
        shown.append(_("about {years:.0f} years left", years=left))
    return " · ".join(shown)
