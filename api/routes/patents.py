"""The catalogue: single patents, and pages of them."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.engine.live import engine_of
from api.http import problems
from api.http.pages import (
    from_cursor,
    to_cursor,
)
from api.schemas.answer import PageView, PatentView
from api.schemas.requests import PageRequest
from matcher.search.answer_json import filters_json, patent_json
from matcher.search.catalogue import Catalogue
from matcher.types import Filters, Patent

router = APIRouter()


@router.get(
    "/v1/patents",
    response_model=PageView,
    tags=["catalogue"],
    summary="The catalogue, page by page",
    responses=problems.documented(problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE),
)
def page(request: Request, asked: Annotated[PageRequest, Query()]) -> JSONResponse:
    """Patents that pass the filters, in the order in which they were imported."""
    catalogue = engine_of(request).catalogue()
    today = date.today()
    filters = asked.to_filters()
    after = None if asked.cursor is None else from_cursor(asked.cursor)
    # One more than asked for tells whether there is a next page.
    found, total = catalogue.page(filters, today=today, after=after, limit=asked.limit + 1)
    shown = found[: asked.limit]
    return JSONResponse(
        {
            "total": total,
            "filters": filters_json(filters),
            "patents": [_shown(catalogue, patent, today) for _, patent in shown],
            "next_cursor": to_cursor(shown[-1][0]) if len(found) > asked.limit else None,
            "facets": _facets(catalogue, filters, today) if asked.facets else None,
        }
    )


@router.get(
    "/v1/patents/{application_number:path}",
    response_model=PatentView,
    tags=["catalogue"],
    summary="One patent whole",
    responses=problems.documented(
        problems.PATENT_NOT_FOUND, problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE
    ),
)
def patent(request: Request, application_number: str) -> JSONResponse:
    """By application number in any spelling, publication number, or the id from an answer."""
    catalogue = engine_of(request).catalogue()
    return JSONResponse(_shown(catalogue, catalogue.patent(application_number), date.today()))


def _facets(catalogue: Catalogue, filters: Filters, today: date) -> dict[str, Any]:
    counted = catalogue.facets(filters, today=today)
    return {name: [asdict(one) for one in values] for name, values in counted.items()}


def _shown(catalogue: Catalogue, patent: Patent, today: date) -> dict[str, Any]:
    sleeping = catalogue.sleeping(patent, today)
    contact, card = catalogue.tto_contact(patent), catalogue.card(patent)
    pledge = catalogue.pledge(patent, today)
    return patent_json(patent, today, sleeping, contact, card, pledge)
