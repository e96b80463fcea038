"""The matches of needs that are kept, and the rankings in which they were shown."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import ColumnElement, and_, true

from api.access.auth import Allowed
from api.engine.live import LiveEngine, engine_of
from api.http import problems
from api.http.pages import (
    read_place,
    write_place,
)
from api.http.preconditions import etag
from api.routes.match import corrected_reading
from api.routes.needs import NeedId
from api.schemas.fields import PRINTABLE
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
from matcher.matches.record import RankingNotFoundError
from matcher.needs.lifecycle import check_asking
from matcher.needs.record import NeedNotFoundError
from matcher.needs.visibility import sight_by_match
from matcher.search.answer_json import answer_json
from matcher.store import matches as stored
from matcher.store import needs as stored_needs
from matcher.store import rankings
from matcher.store.matches import visible_match
from matcher.store.needs import visible_need
from matcher.store.schema.needs import matches
from matcher.store.visibility import matches_seen_by

router = APIRouter(tags=["needs"])

_Id = Annotated[str, Path(max_length=60, pattern=PRINTABLE)]
_READING = (problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = r"(\d{1,16}):(\d{1,6}):(match_[0-9a-f]{24})"


@router.post(
    "/v1/needs/{need}/match",
    response_model=RankingView,
    status_code=201,
    summary="Which patents answer a kept need",
    responses=problems.documented(
        problems.MALFORMED_BODY,
        problems.CONTENT_TOO_LARGE,
        problems.UNSUPPORTED_MEDIA_TYPE,
        *_READING,
        problems.NEED_NOT_FOUND,
        problems.CONFLICT,
        problems.INDEX_UNAVAILABLE,
        problems.MODEL_UNAVAILABLE,
    ),
)
async def match(
    request: Request, allowed: Allowed, need: NeedId, asked: NeedMatchRequest
) -> JSONResponse:
    """Match the need and keep the ranking as it is shown (推荐): with ranks, scores, evidence, and
    each patent's legal status and its date.

    Each patent becomes a match of the need, whose follow-up begins; one that was there stays in
    its state. A closed or expired need is answered 409.
    """
    engine = engine_of(request)

    def answered() -> JSONResponse:
        ranking = _ranked(engine, allowed.caller, need, asked)
        place = f"/v1/needs/{need}/rankings/{ranking.id}"
        return JSONResponse(ranking_json(ranking), 201, {"Location": place})

    # Threads of their own: needs that wait for the model must not keep the other routes waiting.
    limiter: CapacityLimiter = request.app.state.matching
    return await to_thread.run_sync(answered, limiter=limiter)


@router.get(
    "/v1/needs/{need}/matches",
    response_model=MatchesView,
    summary="The matches of a need",
    responses=problems.documented(*_READING, problems.NEED_NOT_FOUND),
)
def of_need(
    request: Request,
    allowed: Allowed,
    need: NeedId,
    asked: Annotated[MatchesRequest, Query()],
) -> JSONResponse:
    """With the state of each and what was shown of it last (需求的匹配), page by page.

    A technology-transfer office sees those of its own institution's patents.
    """
    own = matches_seen_by(allowed.caller) & (matches.c.need == need)
    with engine_of(request).catalogue().store.reading() as connection:
        if not stored.page(connection, own, limit=1):
            visible_need(connection, allowed.caller, need)
    return _page(engine_of(request), own, asked)


@router.get(
    "/v1/needs/{need}/rankings/{ranking}",
    response_model=RankingView,
    summary="A ranking as it was shown",
    responses=problems.documented(*_READING, problems.NEED_NOT_FOUND, problems.RANKING_NOT_FOUND),
)
def ranking(request: Request, allowed: Allowed, need: NeedId, ranking: _Id) -> JSONResponse:
    """What the need was shown then (推荐记录), whatever became of the patents since."""
    with engine_of(request).catalogue().store.reading() as connection:
        visible_need(connection, allowed.caller, need)
        found = rankings.find(connection, need, ranking)
    if found is None:
        raise RankingNotFoundError(f"the need was never answered by a ranking {ranking!r}")
    return JSONResponse(ranking_json(found))


@router.get(
    "/v1/matches",
    response_model=MatchesView,
    summary="Matches, page by page",
    responses=problems.documented(*_READING),
)
def listed(
    request: Request, allowed: Allowed, asked: Annotated[MatchesRequest, Query()]
) -> JSONResponse:
    """The matches that the key may see (匹配列表): those of its needs, or of its institution."""
    return _page(engine_of(request), matches_seen_by(allowed.caller), asked)


@router.get(
    "/v1/matches/{match}",
    response_model=MatchWholeView,
    summary="One match",
    responses=problems.documented(*_READING, problems.MATCH_NOT_FOUND),
)
def one(request: Request, allowed: Allowed, match: _Id) -> JSONResponse:
    """A match with what the need asks, as far as the key may see it, and its ETag.

    A technology-transfer office learns at least what is needed, and whose need it is only where
    that is published.
    """
    caller = allowed.caller
    with engine_of(request).catalogue().store.reading() as connection:
        found = stored.with_showing(connection, visible_match(connection, caller, match))
        need = stored_needs.find(connection, found.match.need)
    assert need is not None  # the database lets no match stand without its need
    body = whole_match_json(found, need, sight_by_match(caller, need))
    return JSONResponse(body, headers={"ETag": etag(found.match.version)})


def _ranked(
    engine: LiveEngine, caller: Caller, need_id: str, asked: NeedMatchRequest
) -> rankings.Ranking:
    """Answer the need, and keep the answer."""
    store, today = engine.catalogue().store, date.today()
    with store.reading() as connection:
        need = visible_need(connection, caller, need_id)
    check_asking(need, today)
    answer = engine.match(
        need.need,
        asked.filters.to_filters(),
        asked.k,
        today,
        reading=corrected_reading(asked, need.need),
        diversity=asked.diversity,
        availability=asked.availability,
    )
    with store.writing() as connection:
        if stored_needs.find(connection, need_id) is None:
            raise NeedNotFoundError(f"the need {need_id!r} was deleted meanwhile")
        return rankings.keep(connection, need, caller, answer, answer_json(answer, today))


def _page(engine: LiveEngine, where: ColumnElement[bool], asked: MatchesRequest) -> JSONResponse:
    state = true() if asked.state is None else matches.c.state == asked.state
    after = None if asked.cursor is None else _place(asked.cursor)
    with engine.catalogue().store.reading() as connection:
        # One more than asked for tells whether there is a next page.
        found = stored.page(connection, and_(where, state), after=after, limit=asked.limit + 1)
    shown = found[: asked.limit]
    cursor = _cursor(shown[-1].place) if len(found) > asked.limit else None
    return JSONResponse({"matches": [match_json(m) for m in shown], "next_cursor": cursor})


def _cursor(place: stored.Place) -> str:
    moment, rank, match_id = place
    return write_place(f"{(moment - _EPOCH) // timedelta(microseconds=1)}:{rank}:{match_id}")


def _place(cursor: str) -> stored.Place:
    found = read_place(cursor, _PLACE)
    return _EPOCH + timedelta(microseconds=int(found[1])), int(found[2]), found[3]
