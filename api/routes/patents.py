"""Routes of the catalogue: single patents, and pages of them."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.engine.dependencies import CatalogueDep
from api.http import problems
from api.http.pages import cut_page, number_cursor, read_number_cursor
from api.schemas.answer import PageView, PatentView
from api.schemas.requests import PageRequest
from matcher.search.answer_json import filters_json, patent_json
from matcher.search.catalogue import Catalogue, PatentFacts
from matcher.search.catalogue_query import CatalogueQuery
from matcher.types import Patent, PatentRow

router = APIRouter()


@router.get(
    "/v1/patents",
    response_model=PageView,
    tags=["catalogue"],
    summary="The catalogue, page by page",
    responses=problems.documented(*problems.READING),
)
def page(catalogue: CatalogueDep, query: Annotated[PageRequest, Query()]) -> JSONResponse:
    """List the patents that have the words and pass the filters, in the order of their import."""
    today = date.today()
    filters = query.to_filters()
    number = read_number_cursor(query.cursor)
    after = None if number is None else PatentRow(number)
    asked = CatalogueQuery(query.words, filters)
    rows, total = catalogue.page(asked, today=today, after=after, limit=query.limit + 1)
    page = cut_page(rows, query.limit, lambda row: number_cursor(row[0]))
    patents = [patent for _, patent in page.items]
    facts = catalogue.facts(patents)
    return JSONResponse(
        {
            "total": total,
            "filters": filters_json(filters),
            "patents": [_patent_json(catalogue, patent, facts, today) for patent in patents],
            "next_cursor": page.next_cursor,
            "facets": _facets(catalogue, asked, today) if query.facets else None,
        }
    )


@router.get(
    "/v1/patents/{application_number:path}",
    response_model=PatentView,
    tags=["catalogue"],
    summary="One patent whole",
    responses=problems.documented(problems.PATENT_NOT_FOUND, *problems.READING),
)
def patent(catalogue: CatalogueDep, application_number: str) -> JSONResponse:
    """Return a patent by any spelling of its application or publication number, or by its id."""
    found = catalogue.patent(application_number)
    facts = catalogue.facts([found])
    return JSONResponse(_patent_json(catalogue, found, facts, date.today()))


def _facets(catalogue: Catalogue, query: CatalogueQuery, today: date) -> dict[str, Any]:
    facets = catalogue.search.find(query, today, facets=True).facets
    return {name: [asdict(count) for count in counts] for name, counts in facets.items()}


def _patent_json(
    catalogue: Catalogue, patent: Patent, facts: PatentFacts, today: date
) -> dict[str, Any]:
    sleeping, pledge = catalogue.sleeping(patent, today), facts.pledge(patent, today)
    return patent_json(patent, today, sleeping, facts.contact(patent), facts.card(patent), pledge)
