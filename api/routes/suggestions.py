"""Routes for suggestions: open needs that new patents fit, to take up or dismiss."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.access.auth import Allowed
from api.engine.dependencies import StoreDep
from api.http import problems
from api.http.pages import read_page, read_record_cursor, record_cursor
from api.schemas.ids import SuggestionId
from api.schemas.suggestions import SuggestionsRequest, SuggestionsView, SuggestionView
from matcher.matches.suggestion import suggestion_json
from matcher.store import suggestions as stored

router = APIRouter(tags=["suggestions"])

_DECIDING = problems.documented(problems.SUGGESTION_NOT_FOUND, problems.CONFLICT, *problems.READING)


@router.get(
    "/v1/suggestions",
    response_model=SuggestionsView,
    summary="Open needs that new patents fit",
    responses=problems.documented(*problems.READING),
)
def listed(
    store: StoreDep, query: Annotated[SuggestionsRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """List suggestions for the needs that the caller may see (推荐), the latest first.

    A patent that is new, or newly under an open licence, is suggested if it is among the first
    ten of the need's own answer and fits strongly or fairly. A technology-transfer office sees its
    own institution's patents. `state=new` lists the undecided ones.
    """
    after = read_record_cursor(query.cursor)
    visible = stored.seen_by(allowed.caller, date.today())
    with store.reading() as connection:
        page = read_page(
            lambda limit: stored.page(
                connection,
                visible,
                state=query.state,
                need_id=query.need,
                after=after,
                limit=limit,
            ),
            query.limit,
            lambda suggestion: record_cursor(suggestion.made_at, suggestion.id),
        )
    return page.response("suggestions", suggestion_json)


@router.post(
    "/v1/suggestions/{suggestion}/take",
    response_model=SuggestionView,
    summary="Make a match of a suggestion",
    responses=_DECIDING,
)
def take(store: StoreDep, suggestion: SuggestionId, allowed: Allowed) -> JSONResponse:
    """Take a suggestion up (采纳): need and patent become a match, whose follow-up begins.

    The match keeps the patent as it was shown. 409 if the suggestion was decided already, the
    need is closed or expired, or the two are a match already.
    """
    with store.writing() as connection:
        taken = stored.take(connection, suggestion, allowed.caller, date.today())
    return JSONResponse(suggestion_json(taken))


@router.post(
    "/v1/suggestions/{suggestion}/dismiss",
    response_model=SuggestionView,
    summary="Put a suggestion aside",
    responses=_DECIDING,
)
def dismiss(store: StoreDep, suggestion: SuggestionId, allowed: Allowed) -> JSONResponse:
    """Dismiss a suggestion (忽略): need and patent are not suggested again. 409 if decided."""
    with store.writing() as connection:
        dismissed = stored.dismiss(connection, suggestion, allowed.caller, date.today())
    return JSONResponse(suggestion_json(dismissed))
