"""The paths of the API. Whatever may take long runs in a thread, never in the event loop."""

from datetime import date
from typing import Annotated, Any, cast

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from api import problems
from api.answer_schemas import AnswerView, HealthView, PageView, PatentView, ReadinessView
from api.cursors import from_cursor, to_cursor
from api.engine import LiveEngine
from api.request_schemas import MatchRequest, PageRequest
from matcher.catalogue import Catalogue
from matcher.errors import InputError
from matcher.presenting import answer_json, filters_json, patent_json
from matcher.types import Patent, Reading

router = APIRouter()


def _engine(request: Request) -> LiveEngine:
    return cast(LiveEngine, request.app.state.engine)


@router.post(
    "/v1/match",
    response_model=AnswerView,
    tags=["match"],
    summary="Which patents answer a need",
    responses=problems.documented(
        problems.MALFORMED_BODY,
        problems.CONTENT_TOO_LARGE,
        problems.UNSUPPORTED_MEDIA_TYPE,
        problems.INVALID_REQUEST,
        problems.DATABASE_UNAVAILABLE,
        problems.INDEX_UNAVAILABLE,
        problems.MODEL_UNAVAILABLE,
    ),
)
async def match(request: Request, asked: MatchRequest) -> JSONResponse:
    """Ranked patents with the passage that answers, legal status, terms, and the way to the team.

    The answer is what `matcher match --json` prints. The need is neither stored nor logged.
    """
    engine = _engine(request)

    def answered() -> JSONResponse:
        today = date.today()
        answer = engine.match(
            asked.to_need(),
            asked.filters.to_filters(),
            asked.k,
            today,
            reading=_reading(asked),
            diversity=asked.diversity,
        )
        return JSONResponse(answer_json(answer, today))

    # Threads of their own: needs that wait for the model must not keep the other routes waiting.
    limiter: CapacityLimiter = request.app.state.matching
    return await to_thread.run_sync(answered, limiter=limiter)


@router.get(
    "/v1/patents",
    response_model=PageView,
    tags=["catalogue"],
    summary="The catalogue, page by page",
    responses=problems.documented(problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE),
)
def page(request: Request, asked: Annotated[PageRequest, Query()]) -> JSONResponse:
    """Patents that pass the filters, in the order in which they were imported."""
    catalogue = _engine(request).catalogue()
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
    catalogue = _engine(request).catalogue()
    return JSONResponse(_shown(catalogue, catalogue.patent(application_number), date.today()))


@router.get("/healthz", response_model=HealthView, tags=["service"], summary="Is the process alive")
async def healthz() -> JSONResponse:
    """Answers as long as the process does; looks at nothing else."""
    return JSONResponse({"status": "alive"})


@router.get(
    "/readyz",
    response_model=ReadinessView,
    tags=["service"],
    summary="Can needs be answered",
    responses=problems.documented(
        problems.DATABASE_UNAVAILABLE, problems.INDEX_UNAVAILABLE, problems.MODEL_UNAVAILABLE
    ),
)
def readyz(request: Request) -> JSONResponse:
    """Whether database, model and index can be used; a problem with the reason where not."""
    ready = _engine(request).readiness()
    return JSONResponse(
        {
            "status": "ready",
            "index": ready.index,
            "model": ready.model,
            "patents": ready.patents,
            "notes": list(ready.notes),
        }
    )


def _reading(asked: MatchRequest) -> Reading | None:
    """The corrected reading; what cannot be corrected so is told at its place in the body."""
    try:
        return asked.to_reading()
    except InputError as problem:
        place = {"type": "value_error", "loc": ("body", "correction"), "msg": str(problem)}
        raise RequestValidationError([place]) from None


def _shown(catalogue: Catalogue, patent: Patent, today: date) -> dict[str, Any]:
    sleeping = catalogue.sleeping(patent, today)
    contact, card = catalogue.tto_contact(patent), catalogue.card(patent)
    return patent_json(patent, today, sleeping, contact, card)
