"""Printing of a search of the catalogue: a document of its patents, in chapters."""

from dataclasses import dataclass
from datetime import datetime

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.reporting.catalogue.document import Cover, catalogue_document
from matcher.reporting.catalogue.entries import Grouping, chapters
from matcher.reporting.patent_facts import filters_in_force
from matcher.search.catalogue import Catalogue
from matcher.search.catalogue_query import CatalogueQuery
from matcher.types import PatentRow

MAX_ENTRIES = 5000
"""Patents of one document, which take a minute and a half and a gigabyte of memory as PDF."""


@dataclass(frozen=True, slots=True)
class PrintedCatalogue:
    """Printed document with the number of patents in it and beyond it."""

    html: str
    patents: int
    left_out: int


def print_catalogue(
    catalogue: Catalogue,
    query: CatalogueQuery,
    by: Grouping,
    moment: datetime,
    *,
    limit: int = MAX_ENTRIES,
    title: str | None = None,
) -> PrintedCatalogue:
    """Print the first patents of a search, at most so many, in the language of the run.

    Raises InputError if there are none.
    """
    hits = catalogue.search.find(query, moment.astimezone().date())
    if not len(hits):
        raise InputError(_("no patent of the catalogue has these words and passes these filters"))
    rows = [PatentRow(int(row)) for row in hits.rows[:limit]]
    left_out = len(hits) - len(rows)
    cover = Cover(title or _("Patent catalogue"), choice(query), left_out, moment)
    listed = chapters(catalogue, rows, by, moment.astimezone().date())
    return PrintedCatalogue(catalogue_document(cover, listed), len(rows), left_out)


def choice(query: CatalogueQuery) -> list[str]:
    """Return the words, the institution, the team and the filters of a search, in words."""
    words = " ".join(query.words.split())
    named = filter(None, (words and _("“{words}”", words=words), query.institution, query.team))
    return list(filter(None, (*named, filters_in_force(query.filters))))
