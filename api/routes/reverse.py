"""What one patent leads to: the patents that are like it, and the open needs that it fits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import and_

from api.access.auth import Allowed
from api.engine.live import engine_of
from api.http import problems
from api.schemas.reverse import (
    FittingNeedsRequest,
    FittingNeedsView,
    SimilarRequest,
    SimilarView,
)
from matcher.access.roles import Caller, Role
from matcher.errors import NotFoundError
from matcher.needs.record import NeedRecord
from matcher.needs.visibility import (
    Sight,
    sight,
)
from matcher.search.reverse import needs_json
from matcher.search.similar import similar_json
from matcher.store import needs as stored_needs
from matcher.store.database import Store
from matcher.store.visibility import (
    asking,
    needs_seen_by,
)
from matcher.types import Need, Patent

NEEDS_AT_MOST = 300
"""Open needs that one request asks, the latest: each of them is a search of its own."""

router = APIRouter()
_PROBLEMS = problems.documented(
    problems.PATENT_NOT_FOUND,
    problems.INVALID_REQUEST,
    problems.DATABASE_UNAVAILABLE,
    problems.INDEX_UNAVAILABLE,
    problems.MODEL_UNAVAILABLE,
)


@router.get(
    "/v1/patents/{application_number:path}/similar",
    response_model=SimilarView,
    tags=["match"],
    summary="Which patents are most like one",
    responses=_PROBLEMS,
)
async def similar(
    request: Request, application_number: str, asked: Annotated[SimilarRequest, Query()]
) -> JSONResponse:
    """Similar patents (相似专利), with the passage that shows it; its own family is left out.

    The answer is what `matcher similar --json` prints. The filters are for the others: the patent
    itself may be of any status.
    """
    engine = engine_of(request)

    def answered() -> JSONResponse:
        today = date.today()
        patent = engine.catalogue().patent(application_number)
        answer = engine.similar(patent, asked.to_filters(), asked.k, today, asked.diversity)
        return JSONResponse(similar_json(patent, answer, today))

    return await _in_turn(request, answered)


@router.get(
    "/v1/patents/{application_number:path}/needs",
    response_model=FittingNeedsView,
    tags=["needs"],
    summary="Which open needs a patent fits",
    responses=_PROBLEMS,
)
async def fitting_needs(
    request: Request,
    application_number: str,
    asked: Annotated[FittingNeedsRequest, Query()],
    allowed: Allowed,
) -> JSONResponse:
    """Reverse matching (反向匹配) over the open needs that the caller may see.

    A technology-transfer office asks about its own institution's patents, and sees public needs
    whole and masked ones without who needs it; others see their own needs. Each need is answered
    from the whole catalogue, and the patent's place in that answer is told.
    """
    engine = engine_of(request)

    def answered() -> JSONResponse:
        today = date.today()
        catalogue = engine.catalogue()
        patent = _own_patent(allowed.caller, catalogue.patent(application_number))
        needs, notes = _asking_needs(catalogue.store, allowed.caller, today)
        answer, more = engine.needs_for(patent, needs, asked.k, today)
        return JSONResponse({**needs_json(answer, today), "notes": [*notes, *more]})

    return await _in_turn(request, answered)


async def _in_turn(request: Request, work: Callable[[], JSONResponse]) -> JSONResponse:
    """Run what waits for the model in the threads that are for it."""
    limiter: CapacityLimiter = request.app.state.matching
    return await to_thread.run_sync(work, limiter=limiter)


def _own_patent(caller: Caller, patent: Patent) -> Patent:
    """Raises NotFoundError where a technology-transfer office asks about another's patent."""
    if caller.role is Role.TTO and patent.institution != caller.institution:
        raise NotFoundError(f"{caller.institution} has no patent {patent.id!r} in the catalogue")
    return patent


def _asking_needs(store: Store, caller: Caller, today: date) -> tuple[list[Need], list[str]]:
    """The open needs as the caller may see them, under the ids by which they are kept."""
    seen = and_(needs_seen_by(caller, today), asking(today))
    with store.reading() as connection:
        found = stored_needs.page(connection, seen, limit=NEEDS_AT_MOST + 1)
    notes = [f"only the latest {NEEDS_AT_MOST} open needs were asked"]
    needs = [_as_seen(caller, record, today) for record in found[:NEEDS_AT_MOST]]
    return needs, notes if len(found) > NEEDS_AT_MOST else []


def _as_seen(caller: Caller, record: NeedRecord, today: date) -> Need:
    whole = sight(caller, record, today) >= Sight.PUBLISHED
    details = record.details if whole else record.details.technical
    return replace(details.need, id=record.id)
