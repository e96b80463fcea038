"""Suggestions: open needs that new patents fit, for people to take up or to dismiss."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse

from api.access.auth import Allowed
from api.engine.live import engine_of
from api.http import problems
from api.http.pages import from_record_cursor, record_page
from api.schemas.fields import PRINTABLE
from api.schemas.suggestions import SuggestionsRequest, SuggestionsView, SuggestionView
from matcher.matches.suggestion import suggestion_json
from matcher.store import suggestions as stored

router = APIRouter(tags=["suggestions"])

SuggestionId = Annotated[
    str, Path(description="Id of the suggestion (推荐编号).", max_length=60, pattern=PRINTABLE)
]
_DECIDING = problems.documented(
    problems.SUGGESTION_NOT_FOUND,
    problems.CONFLICT,
    problems.INVALID_REQUEST,
    problems.DATABASE_UNAVAILABLE,
)


@router.get(
    "/v1/suggestions",
    response_model=SuggestionsView,
    summary="Open needs that new patents fit",
    responses=problems.documented(problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE),
)
def listed(
    request: Request, asked: Annotated[SuggestionsRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """What imports brought for the needs that the caller may see (推荐), the latest first.

    A patent that is new, or newly under an open licence, is suggested where it stands among the
    first ten of the need's own answer and fits strongly or fairly. A technology-transfer office
    sees its own institution's patents. `state=new` lists what waits to be decided.
    """
    after = None if asked.cursor is None else from_record_cursor(asked.cursor)
    with engine_of(request).catalogue().store.reading() as connection:
        found = stored.page(
            connection,
            stored.seen_by(allowed.caller, date.today()),
            state=asked.state,
            need_id=asked.need,
            after=after,
            limit=asked.limit + 1,
        )
    return record_page("suggestions", found, asked.limit, suggestion_json, lambda one: one.made_at)


@router.post(
    "/v1/suggestions/{suggestion}/take",
    response_model=SuggestionView,
    summary="Make a match of a suggestion",
    responses=_DECIDING,
)
def take(request: Request, suggestion: SuggestionId, allowed: Allowed) -> JSONResponse:
    """Take a suggestion up (采纳): need and patent become a match, whose follow-up begins.

    The match keeps what was shown as it was. 409 where the suggestion was decided already, the
    need asks no more, or the two are a match by other ways.
    """
    with engine_of(request).catalogue().store.writing() as connection:
        taken = stored.take(connection, suggestion, allowed.caller, date.today())
    return JSONResponse(suggestion_json(taken))


@router.post(
    "/v1/suggestions/{suggestion}/dismiss",
    response_model=SuggestionView,
    summary="Put a suggestion aside",
    responses=_DECIDING,
)
def dismiss(request: Request, suggestion: SuggestionId, allowed: Allowed) -> JSONResponse:
    """Dismiss a suggestion (忽略): need and patent are not suggested again. 409 if decided."""
    with engine_of(request).catalogue().store.writing() as connection:
        dismissed = stored.dismiss(connection, suggestion, allowed.caller, date.today())
    return JSONResponse(suggestion_json(dismissed))
