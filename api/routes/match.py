"""Which patents answer a need. Nothing of it is kept; api.need_routes keeps needs."""

from datetime import date

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from api.engine.live import engine_of
from api.http import problems
from api.schemas.answer import AnswerView
from api.schemas.requests import AnswerOptions, MatchRequest
from matcher.errors import InputError
from matcher.search.answer_json import answer_json
from matcher.types import Need, Reading

router = APIRouter()


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
    engine = engine_of(request)

    def answered() -> JSONResponse:
        today = date.today()
        need = asked.to_need()
        answer = engine.match(
            need,
            asked.filters.to_filters(),
            asked.k,
            today,
            reading=corrected_reading(asked, need),
            diversity=asked.diversity,
            availability=asked.availability,
        )
        return JSONResponse(answer_json(answer, today))

    # Threads of their own: needs that wait for the model must not keep the other routes waiting.
    limiter: CapacityLimiter = request.app.state.matching
    return await to_thread.run_sync(answered, limiter=limiter)


def corrected_reading(asked: AnswerOptions, need: Need) -> Reading | None:
    """The corrected reading; what cannot be corrected so is told at its place in the body."""
    try:
        return asked.reading_of(need)
    except InputError as problem:
        place = {"type": "value_error", "loc": ("body", "correction"), "msg": str(problem)}
        raise RequestValidationError([place]) from None
