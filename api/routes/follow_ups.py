"""What becomes of a match: follow-ups, their history, what is due next, and the case owner."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.access.auth import Allowed
from api.engine.live import engine_of
from api.http import problems
from api.http.pages import (
    NUMBER,
    REFUSED,
    read_place,
    write_place,
)
from api.http.preconditions import check_match, etag
from api.schemas.fields import PRINTABLE
from api.schemas.follow_ups import (
    CaseOwnerForm,
    CaseOwnerView,
    DueRequest,
    DueView,
    FollowedUpView,
    FollowUpForm,
    HistoryRequest,
    HistoryView,
    NextActionView,
)
from matcher.errors import InputError
from matcher.matches.states import MatchState, step
from matcher.store import audit, match_history
from matcher.store.matches import assign_case_owner, visible_match
from matcher.store.visibility import matches_seen_by

router = APIRouter(tags=["follow-up"])

MatchId = Annotated[
    str, Path(description="Id of the match (匹配编号).", max_length=60, pattern=PRINTABLE)
]
_DUE_PLACE = rf"(\d{{4}}-\d\d-\d\d)/{NUMBER}"
_READING = (problems.MATCH_NOT_FOUND, problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE)
_EDITING = (
    *_READING,
    problems.MALFORMED_BODY,
    problems.PRECONDITION_FAILED,
    problems.PRECONDITION_REQUIRED,
    problems.CONTENT_TOO_LARGE,
    problems.UNSUPPORTED_MEDIA_TYPE,
)


@router.post(
    "/v1/matches/{match}/follow-ups",
    response_model=FollowedUpView,
    status_code=201,
    summary="Follow a match up",
    responses=problems.documented(*_EDITING, problems.IMPOSSIBLE_STEP),
)
def follow_up(
    request: Request, response: Response, allowed: Allowed, match: MatchId, form: FollowUpForm
) -> FollowedUpView:
    """Take a match to another state (跟进), or add a note or a next action to its history.

    If-Match names the version that is followed up. A step that is not possible from where the
    match is, for the role of the key, is answered 409 with what is: docs/follow-up.md shows all.
    """
    caller = allowed.caller
    with engine_of(request).catalogue().store.writing() as connection:
        found = visible_match(connection, caller, match)
        check_match(request, found.version)
        taken = None
        if form.to is not None:
            taken = step(MatchState(found.state), form.to, caller.role, form.reason, form.note)
        changed, event = match_history.follow_up(
            connection,
            found,
            caller,
            step=taken,
            note=form.note,
            next_action=form.next_action,
            next_action_on=form.next_action_on,
        )
    response.headers["ETag"] = etag(changed.version)
    return FollowedUpView.of(changed, event, caller.role)


@router.get(
    "/v1/matches/{match}/history",
    response_model=HistoryView,
    summary="What became of a match",
    responses=problems.documented(*_READING),
)
def history(
    request: Request,
    response: Response,
    allowed: Allowed,
    match: MatchId,
    asked: Annotated[HistoryRequest, Query()],
) -> HistoryView:
    """Where a match stands, and its history (跟进历史) page by page, from the recommendation on.

    The notes of the other side are left out; the programme's staff read all of them.
    """
    after = 0 if asked.cursor is None else int(read_place(asked.cursor, NUMBER)[1])
    with engine_of(request).catalogue().store.reading() as connection:
        found = visible_match(connection, allowed.caller, match)
        # One more than asked for tells whether there is a next page.
        events = match_history.history(connection, match, after=after, limit=asked.limit + 1)
    shown = events[: asked.limit]
    cursor = write_place(str(shown[-1].id)) if len(events) > asked.limit else None
    response.headers["ETag"] = etag(found.version)
    return HistoryView.page(found, shown, cursor, allowed.caller.role)


@router.get(
    "/v1/follow-ups/due",
    response_model=DueView,
    summary="Which next actions are due",
    responses=problems.documented(problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE),
)
def due(request: Request, allowed: Allowed, asked: Annotated[DueRequest, Query()]) -> DueView:
    """Next actions (待办) until a day, of the matches that the key sees, as its side noted them.

    An action stands until its side follows the match up again.
    """
    until = asked.until or datetime.now(UTC).date()
    after = None if asked.cursor is None else _due_place(asked.cursor)
    caller = allowed.caller
    with engine_of(request).catalogue().store.reading() as connection:
        actions = match_history.due(
            connection,
            caller,
            matches_seen_by(caller),
            until,
            after=after,
            limit=asked.limit + 1,
        )
    shown = [NextActionView.of(action) for action in actions[: asked.limit]]
    cursor = None
    if len(actions) > asked.limit:
        last = actions[asked.limit - 1].event
        cursor = write_place(f"{last.next_action_on}/{last.id}")
    return DueView(until=until, actions=shown, next_cursor=cursor)


@router.put(
    "/v1/matches/{match}/case-owner",
    response_model=CaseOwnerView,
    summary="Give a match to a case owner",
    responses=problems.documented(*_EDITING),
)
def case_owner(
    request: Request, response: Response, allowed: Allowed, match: MatchId, form: CaseOwnerForm
) -> CaseOwnerView:
    """The attorney or broker who sees the match through (个案负责人), and the person's office.

    Contracts of the match count as that person's performance, unless they name somebody else.
    """
    with engine_of(request).catalogue().store.writing() as connection:
        found = visible_match(connection, allowed.caller, match)
        check_match(request, found.version)
        changed = assign_case_owner(connection, found, form.owner)
        audit.append(
            connection,
            by=allowed.caller,
            action="case_owner.set" if form.owner else "case_owner.cleared",
            subject=match,
        )
    response.headers["ETag"] = etag(changed.version)
    return CaseOwnerView.of(changed)


def _due_place(cursor: str) -> tuple[date, int]:
    found = read_place(cursor, _DUE_PLACE)
    try:
        return date.fromisoformat(found[1]), int(found[2])
    except ValueError:
        raise InputError(REFUSED) from None
