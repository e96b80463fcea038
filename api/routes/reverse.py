"""Routes from one patent to similar patents and to the open needs that it fits."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import and_

from api.access.auth import Allowed
from api.engine.dependencies import EngineDep, run_with_model
from api.engine.live import LiveEngine
from api.http import problems
from api.schemas.reverse import (
    FittingNeedsRequest,
    FittingNeedsView,
    SimilarRequest,
    SimilarView,
)
from matcher.access.roles import Caller, Role
from matcher.errors import NotFoundError
from matcher.language.coded import CodedText
from matcher.language.messages import _
from matcher.needs.record import NeedRecord
from matcher.needs.visibility import (
    Sight,
    sight,
)
from matcher.search.options import SearchOptions
from matcher.search.reverse import NeedsAnswer, needs_json
from matcher.search.similar import similar_json
from matcher.store import needs as stored_needs
from matcher.store.database import Store
from matcher.store.visibility import (
    asking,
    needs_seen_by,
)
from matcher.types import Need, Patent

MAX_NEEDS = 300
"""Open needs that one request matches, the latest first: each is a search of its own."""

router = APIRouter()
_PROBLEMS = problems.documented(problems.PATENT_NOT_FOUND, *problems.READING, *problems.MATCHING)


@router.get(
    "/v1/patents/{application_number:path}/similar",
    response_model=SimilarView,
    tags=["match"],
    summary="Which patents are most like one",
    responses=_PROBLEMS,
)
async def similar(
    request: Request,
    engine: EngineDep,
    application_number: str,
    query: Annotated[SimilarRequest, Query()],
) -> JSONResponse:
    """Rank similar patents (相似专利), each with the most similar passage; its family is left out.

    The answer is that of `matcher similar --json`. The filters hold for the similar patents; the
    patent itself may have any legal status.
    """

    def answer() -> JSONResponse:
        today = date.today()
        patent = engine.catalogue().patent(application_number)
        options = SearchOptions(query.to_filters(), query.k, diversity=query.diversity)
        ranked = engine.similar(patent, options, today)
        return JSONResponse(similar_json(patent, ranked, today))

    return await run_with_model(request, answer)


@router.get(
    "/v1/patents/{application_number:path}/needs",
    response_model=FittingNeedsView,
    tags=["needs"],
    summary="Which open needs a patent fits",
    responses=_PROBLEMS,
)
async def fitting_needs(
    request: Request,
    engine: EngineDep,
    application_number: str,
    query: Annotated[FittingNeedsRequest, Query()],
    allowed: Allowed,
) -> JSONResponse:
    """Rank the open needs that the caller may see for a patent: reverse matching (反向匹配).

    A technology-transfer office may give its own institution's patents, and sees public needs
    whole and masked ones without the enterprise; others see their own needs. Each need is answered
    from the whole catalogue, and `place` is the patent's rank in that answer.
    """

    def answer() -> JSONResponse:
        today = date.today()
        patent = engine.catalogue().patent(application_number)
        ranked, notes = fitting_needs_of(engine, allowed.caller, patent, query.k, today)
        told = {"notes": notes, "note_codes": [note.code for note in notes]}
        return JSONResponse({**needs_json(ranked, today), **told})

    return await run_with_model(request, answer)


def fitting_needs_of(
    engine: LiveEngine, caller: Caller, patent: Patent, k: int, today: date
) -> tuple[NeedsAnswer, list[CodedText]]:
    """Rank the open needs that the caller may see for a patent, with notes on what is left out.

    Raises NotFoundError where a technology-transfer office gives another institution's patent.
    """
    own = _own_patent(caller, patent)
    needs, notes = _open_needs(engine.catalogue().store, caller, today)
    ranked, index_notes = engine.needs_for(own, needs, k, today)
    return ranked, notes + index_notes


def _own_patent(caller: Caller, patent: Patent) -> Patent:
    """Raise NotFoundError if a technology-transfer office gives another institution's patent."""
    if caller.role is Role.TTO and patent.institution != caller.institution:
        raise NotFoundError(
            _(
                "{institution} has no patent {patent!r} in the catalogue",
                institution=caller.institution,
                patent=patent.id,
            )
        )
    return patent


def _open_needs(store: Store, caller: Caller, today: date) -> tuple[list[Need], list[CodedText]]:
    """Return the open needs as far as the caller may see them, and a note if some are left out."""
    visible = and_(needs_seen_by(caller, today), asking(today))
    with store.reading() as connection:
        records = stored_needs.page(connection, visible, limit=MAX_NEEDS + 1)
    needs = [_as_seen(caller, record, today) for record in records[:MAX_NEEDS]]
    if len(records) <= MAX_NEEDS:
        return needs, []
    note = _("only the latest {most} open needs were asked", most=MAX_NEEDS)
    return needs, [CodedText("needs_latest_only", note)]


def _as_seen(caller: Caller, record: NeedRecord, today: date) -> Need:
    whole = sight(caller, record, today) >= Sight.PUBLISHED
    details = record.details if whole else record.details.technical
    return replace(details.need, id=record.id)
