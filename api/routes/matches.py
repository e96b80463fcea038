"""Routes for the matches of stored needs, and the rankings that showed them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import ColumnElement, and_, true

from api.access.auth import Allowed
from api.engine.dependencies import EngineDep, StoreDep, run_with_model
from api.engine.live import LiveEngine
from api.http import problems
from api.http.pages import (
    from_microseconds,
    read_cursor,
    read_page,
    to_microseconds,
    write_cursor,
)
from api.http.preconditions import etag
from api.routes.match import corrected_reading
from api.schemas.ids import MatchId, NeedId, RankingId
from api.schemas.matches import (
    MatchesRequest,
    MatchesView,
    MatchWholeView,
    RankingView,
    match_json,
    ranking_json,
    whole_match_json,
)
from api.schemas.needs import NeedMatchRequest
from matcher.access.roles import Caller
from matcher.language.messages import _
from matcher.matches.record import RankingNotFoundError
from matcher.needs.lifecycle import check_asking
from matcher.needs.record import NeedNotFoundError
from matcher.needs.visibility import sight_by_match
from matcher.search.answer_json import answer_json
from matcher.store import matches as stored
from matcher.store import needs as stored_needs
from matcher.store import rankings
from matcher.store.database import Store
from matcher.store.matches import visible_match
from matcher.store.needs import visible_need
from matcher.store.schema.needs import matches
from matcher.store.visibility import matches_seen_by, was_recommended

router = APIRouter(tags=["needs"])

_CURSOR = r"(\d{1,16}):(\d{1,6}):(match_[0-9a-f]{24})"


@router.post(
    "/v1/needs/{need}/match",
    response_model=RankingView,
    status_code=201,
    summary="Which patents answer a kept need",
    responses=problems.documented(
        *problems.TAKING_JSON, problems.NEED_NOT_FOUND, problems.CONFLICT, *problems.MATCHING
    ),
)
async def match(
    request: Request,
    engine: EngineDep,
    allowed: Allowed,
    need: NeedId,
    options: NeedMatchRequest,
) -> JSONResponse:
    """Match the need and store the ranking as it is shown (推荐): ranks, scores, evidence, and each
    patent's legal status with its date.

    Each patent becomes a match of the need, whose follow-up begins; an existing match stays in
    its state. A closed or expired need is answered 409.
    """

    def answer() -> JSONResponse:
        ranking = _ranked(engine, allowed.caller, need, options)
        location = f"/v1/needs/{need}/rankings/{ranking.id}"
        return JSONResponse(ranking_json(ranking), 201, {"Location": location})

    return await run_with_model(request, answer)


@router.get(
    "/v1/needs/{need}/matches",
    response_model=MatchesView,
    summary="The matches of a need",
    responses=problems.documented(*problems.READING, problems.NEED_NOT_FOUND),
)
def of_need(
    store: StoreDep,
    allowed: Allowed,
    need: NeedId,
    query: Annotated[MatchesRequest, Query()],
) -> JSONResponse:
    """List the matches of a need (需求的匹配), each with its state and as it was shown last.

    A technology-transfer office sees those of its own institution's patents.
    """
    own = matches_seen_by(allowed.caller) & was_recommended() & (matches.c.need == need)
    with store.reading() as connection:
        if not stored.page(connection, own, limit=1):
            visible_need(connection, allowed.caller, need)
    return _page(store, own, query)


@router.get(
    "/v1/needs/{need}/rankings/{ranking}",
    response_model=RankingView,
    summary="A ranking as it was shown",
    responses=problems.documented(
        *problems.READING, problems.NEED_NOT_FOUND, problems.RANKING_NOT_FOUND
    ),
)
def ranking(store: StoreDep, allowed: Allowed, need: NeedId, ranking: RankingId) -> JSONResponse:
    """Return a ranking as it was shown (推荐记录), whatever became of the patents since."""
    with store.reading() as connection:
        visible_need(connection, allowed.caller, need)
        record = rankings.find(connection, need, ranking)
    if record is None:
        raise RankingNotFoundError(
            _("the need was never answered by a ranking {ranking!r}", ranking=ranking)
        )
    return JSONResponse(ranking_json(record))


@router.get(
    "/v1/matches",
    response_model=MatchesView,
    summary="Matches, page by page",
    responses=problems.documented(*problems.READING),
)
def listed(
    store: StoreDep, allowed: Allowed, query: Annotated[MatchesRequest, Query()]
) -> JSONResponse:
    """List the matches that the key may see (匹配列表): those of its needs or its institution."""
    return _page(store, matches_seen_by(allowed.caller) & was_recommended(), query)


@router.get(
    "/v1/matches/{match}",
    response_model=MatchWholeView,
    summary="One match",
    responses=problems.documented(*problems.READING, problems.MATCH_NOT_FOUND),
)
def one(store: StoreDep, allowed: Allowed, match: MatchId) -> JSONResponse:
    """Return a match with its need, as far as the key may see it, and its ETag.

    A technology-transfer office sees at least the technical part of the need, and its enterprise
    only if that is published.
    """
    caller = allowed.caller
    with store.reading() as connection:
        shown = stored.with_showing(connection, visible_match(connection, caller, match))
        need = stored_needs.find(connection, shown.match.need)
    assert need is not None  # a foreign key of the database
    body = whole_match_json(shown, need, sight_by_match(caller, need))
    return JSONResponse(body, headers={"ETag": etag(shown.match.version)})


def _ranked(
    engine: LiveEngine, caller: Caller, need_id: str, options: NeedMatchRequest
) -> rankings.Ranking:
    """Answer a stored need, and store the answer."""
    store, today = engine.catalogue().store, date.today()
    with store.reading() as connection:
        need = visible_need(connection, caller, need_id)
    check_asking(need, today)
    reading = corrected_reading(options, need.need)
    answer = engine.match(need.need, options.to_options(), today, reading)
    with store.writing(f"need {need_id}") as connection:
        if stored_needs.find(connection, need_id) is None:
            raise NeedNotFoundError(
                _("the need {need_id!r} was deleted meanwhile", need_id=need_id)
            )
        return rankings.add(connection, need, caller, answer, answer_json(answer, today))


def _page(store: Store, where: ColumnElement[bool], query: MatchesRequest) -> JSONResponse:
    in_state = true() if query.state is None else matches.c.state == query.state
    after = _read_cursor(query.cursor)
    with store.reading() as connection:
        page = read_page(
            lambda limit: stored.page(connection, and_(where, in_state), after=after, limit=limit),
            query.limit,
            lambda shown: _cursor(shown.cursor),
        )
    return page.response("matches", match_json)


def _cursor(position: stored.PageCursor) -> str:
    moment, rank, match_id = position
    return write_cursor(f"{to_microseconds(moment)}:{rank}:{match_id}")


def _read_cursor(cursor: str | None) -> stored.PageCursor | None:
    position = read_cursor(cursor, _CURSOR)
    if position is None:
        return None
    return from_microseconds(position[1]), int(position[2]), position[3]
