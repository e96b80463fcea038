"""The catalogue: search by words with filters, and the shelves of open licences and sleepers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from api.engine.dependencies import CatalogueDep
from api.pages.catalogue_form import MAX_PRINTED, PAGE_LENGTH, CatalogueForm
from api.pages.filter_chips import ChipGroup, chip_groups
from api.pages.rendering import PageContext, render
from api.pages.template_words import marked
from matcher.labels import FILTER, label
from matcher.language.messages import _
from matcher.language.messages import gettext_noop as N_  # noqa: N812 - its usual name
from matcher.search.catalogue import Catalogue, PatentFacts
from matcher.search.catalogue_query import CatalogueHits, CatalogueQuery
from matcher.text.clauses import read_clauses
from matcher.text.highlights import join
from matcher.text.tokens import WordSet, spans
from matcher.types import Filters, LegalStatus, Patent, PatentRow

router = APIRouter()
OPEN_LICENCE, SLEEPING = "open_licence", "sleeping"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Part of the catalogue with an address of its own: one filter is always on."""

    path: str
    title: str
    lead: str
    filter: str | None = None


WHOLE = Shelf(
    "/catalogue",
    N_("Patent catalogue"),
    N_(
        "All of these words must occur, in title, abstract, claims, names or numbers. A phrase "
        "stands in quotation marks."
    ),
)
SHELVES = (
    WHOLE,
    Shelf(
        "/catalogue/open-licence",
        N_("Open licences"),
        N_(
            "Patents whose owner has declared an open licence: whoever pays the stated fee may "
            "use them, on the same terms for all."
        ),
        OPEN_LICENCE,
    ),
    Shelf(
        "/catalogue/sleeping",
        N_("Sleeping patents"),
        N_(
            "Patents in force, granted {months} months ago or more, without a transfer, licence or "
            "use on record."
        ),
        SLEEPING,
    ),
)


@dataclass(frozen=True, slots=True)
class Results:
    """One page of the patents of a search."""

    hits: CatalogueHits
    patents: Sequence[Patent]
    facts: PatentFacts
    page: int
    words: WordSet

    def marked(self, text: str) -> Markup:
        """Return the text with the words of the search marked."""
        return marked(text, join(spans(text, self.words)))

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-len(self.hits) // PAGE_LENGTH))

    @property
    def first(self) -> int:
        """Position of the first patent of the page, from 1."""
        return (self.page - 1) * PAGE_LENGTH + 1


@dataclass(frozen=True, slots=True)
class Empty:
    """Ways on from a search without a patent."""

    wider: Sequence[tuple[str, int, str]]
    """Filters without which there are patents: name, number and address."""
    whole: int
    """Patents with the words under no filter at all."""
    splits: Sequence[tuple[str, int]]
    """Words to search for instead, and the number of patents with them."""
    are_splits_whole: bool
    """True if these patents are those under no filter."""


def results(
    catalogue: Catalogue, query: CatalogueQuery, page: int, today: date, *, facets: bool = False
) -> Results:
    """Return one page of a search; of a number beyond the last, the last page."""
    hits = catalogue.search.find(query, today, facets=facets)
    page = min(page, max(1, -(-len(hits) // PAGE_LENGTH)))
    rows = hits.rows[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH]
    version = catalogue.store.version()
    wanted = [PatentRow(int(row)) for row in rows]
    by_row = catalogue.patents(wanted, version)
    patents = [by_row[row] for row in wanted if row in by_row]
    words = WordSet(word for clause in read_clauses(query.words) for word in clause.words)
    return Results(hits, patents, catalogue.facts(patents, version), page, words)


@router.get("/catalogue")
def whole(
    request: Request, catalogue: CatalogueDep, form: Annotated[CatalogueForm, Query()]
) -> Response:
    """Show the patents that have the words and pass the filters."""
    return _shelf_page(request, catalogue, form, SHELVES[0])


@router.get("/catalogue/open-licence")
def open_licences(
    request: Request, catalogue: CatalogueDep, form: Annotated[CatalogueForm, Query()]
) -> Response:
    """Show the patents with an open licence."""
    return _shelf_page(request, catalogue, form, SHELVES[1])


@router.get("/catalogue/sleeping")
def sleepers(
    request: Request, catalogue: CatalogueDep, form: Annotated[CatalogueForm, Query()]
) -> Response:
    """Show the sleeping patents."""
    return _shelf_page(request, catalogue, form, SHELVES[2])


def _shelf_page(
    request: Request, catalogue: Catalogue, form: CatalogueForm, shelf: Shelf
) -> Response:
    today = date.today()
    page = PageContext(request)
    cleared, places = form.cleared()
    if places:  # contact data is to stand in no address: not in this one either
        return RedirectResponse(page.url(shelf.path, **cleared.parameters()), 303)
    if shelf.filter is not None:
        form = form.model_copy(update={shelf.filter: True})
    listed = results(catalogue, form.to_query(), form.page, today, facets=True)
    chips = _without(shelf.filter, chip_groups(form, listed.hits.facets))

    def file(path: str, **more: str) -> str:
        return page.url(path, **form.parameters(("order", "page")), **more)

    return render(
        request,
        "catalogue",
        file=file,
        shelf=shelf,
        shelves=SHELVES,
        form=form,
        results=listed,
        chips=chips,
        max_printed=MAX_PRINTED,
        choices=_choices(page, form),
        empty=None if len(listed.hits) else _empty(page, catalogue, form, listed.hits, shelf),
        lead=_(shelf.lead, months=catalogue.sleeping_months),
        hidden_lapsed=_hidden_lapsed(form, listed.hits),
        today=today,
    )


def _without(field: str | None, groups: Sequence[ChipGroup]) -> list[ChipGroup]:
    """Leave out the chips of the filter that a shelf is made by."""
    return [group for group in groups if all(chip.field != field for chip in group.chips)]


def _choices(page: PageContext, form: CatalogueForm) -> list[tuple[str, str]]:
    """Return the choices without a chip, each with the address without it."""
    listed = []
    if form.institution:
        listed.append((form.institution, page.here(institution=None, team=None, page=None)))
    if form.institution and form.team:
        listed.append((form.team, page.here(team=None, page=None)))
    return listed


def _empty(
    page: PageContext,
    catalogue: Catalogue,
    form: CatalogueForm,
    hits: CatalogueHits,
    shelf: Shelf,
) -> Empty:
    """Find what leads on from a search without a patent."""
    every = CatalogueQuery(form.words, Filters(legal_status=frozenset(LegalStatus)))
    whole = catalogue.search.find(every, date.today())
    wider = [
        (_filter_name(name), count, page.here(**_removed(name)))
        for name, count in sorted(hits.hidden.items(), key=lambda pair: -pair[1])
        if count and name != shelf.filter
    ]
    return Empty(wider, len(whole), hits.splits or whole.splits, not hits.splits)


def _filter_name(name: str) -> str:
    if name == "team":
        return _("Team")
    return label(FILTER["institutions" if name == "institution" else name])


def _removed(name: str) -> Mapping[str, str | None]:
    """Return the change of the address that takes a filter out."""
    if name == "legal_status":
        return {"legal_status": "all", "page": None}
    if name == "institution":
        return {"institution": None, "team": None, "page": None}
    return {name: None, "page": None}


def _hidden_lapsed(form: CatalogueForm, hits: CatalogueHits) -> int:
    """Return the number of patents that the usual choice of legal status leaves out."""
    return 0 if form.legal_status else hits.hidden.get("legal_status", 0)
