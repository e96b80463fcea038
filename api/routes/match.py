"""Route that matches a need without storing it; api.routes.needs stores needs."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from api.engine.dependencies import EngineDep, run_with_model
from api.http import problems
from api.schemas.answer import AnswerView
from api.schemas.requests import AnswerOptions, MatchRequest
from matcher.errors import InputError
from matcher.needs.contact_data import without_contacts
from matcher.search.answer_json import answer_json
from matcher.types import Need, Reading

router = APIRouter()


@router.post(
    "/v1/match",
    response_model=AnswerView,
    tags=["match"],
    summary="Which patents answer a need",
    responses=problems.documented(*problems.TAKING_JSON, *problems.MATCHING),
)
async def match(request: Request, engine: EngineDep, body: MatchRequest) -> JSONResponse:
    """Rank patents for a need, each with evidence, legal status, terms, and the team's contact.

    The answer is that of `matcher match --json`. The need is neither stored nor logged.
    """

    def answer() -> JSONResponse:
        today = date.today()
        need = body.to_need()
        reading = None
        if body.correction is not None:
            reading = corrected_reading(body, without_contacts(need)[0])
        ranked = engine.match(need, body.to_options(), today, reading)
        return JSONResponse(answer_json(ranked, today))

    return await run_with_model(request, answer)


def corrected_reading(options: AnswerOptions, need: Need) -> Reading | None:
    """Return the corrected reading; None without a correction.

    Raises RequestValidationError for a correction that does not fit the need.
    """
    try:
        return options.reading_of(need)
    except InputError as problem:
        fault = {"type": "value_error", "loc": ("body", "correction"), "msg": str(problem)}
        raise RequestValidationError([fault]) from None
