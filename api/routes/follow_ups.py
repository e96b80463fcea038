"""Routes for follow-ups of matches, their history, next actions and case owners."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access.auth import Allowed
from api.engine.dependencies import StoreDep
from api.http import problems
from api.http.pages import (
    NUMBER,
    number_cursor,
    read_cursor,
    read_day,
    read_number_cursor,
    read_page,
    write_cursor,
)
from api.http.preconditions import check_match, etag
from api.schemas.fields import ListRequest
from api.schemas.follow_ups import (
    CaseOwnerForm,
    CaseOwnerView,
    DueRequest,
    DueView,
    FollowedUpView,
    FollowUpForm,
    HistoryView,
    NextActionView,
)
from api.schemas.ids import MatchId
from matcher.matches.states import MatchState, take_step
from matcher.store import audit, match_history
from matcher.store.matches import assign_case_owner, visible_match
from matcher.store.visibility import matches_seen_by

router = APIRouter(tags=["follow-up"])
_READING = (problems.MATCH_NOT_FOUND, *problems.READING)
_EDITING = (problems.MATCH_NOT_FOUND, *problems.EDITING, *problems.TAKING_JSON)


@router.post(
    "/v1/matches/{match}/follow-ups",
    response_model=FollowedUpView,
    status_code=201,
    summary="Follow a match up",
    responses=problems.documented(*_EDITING, problems.IMPOSSIBLE_STEP),
)
def follow_up(
    request: Request,
    store: StoreDep,
    response: Response,
    allowed: Allowed,
    match: MatchId,
    form: FollowUpForm,
) -> FollowedUpView:
    """Move a match to another state (跟进), or add a note or a next action to its history.

    If-Match names the version that is followed up. A step that the state or the role does not
    allow is answered 409 with the possible ones: docs/follow-up.md shows all.
    """
    caller = allowed.caller
    with store.writing(f"match {match}") as connection:
        before = visible_match(connection, caller, match)
        check_match(request, before.version)
        step = None
        if form.to is not None:
            step = take_step(MatchState(before.state), form.to, caller.role, form.reason, form.note)
        changed, event = match_history.add_follow_up(
            connection,
            before,
            caller,
            step=step,
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
    store: StoreDep,
    response: Response,
    allowed: Allowed,
    match: MatchId,
    query: Annotated[ListRequest, Query()],
) -> HistoryView:
    """Return the state of a match and its history (跟进历史), page by page from the first event.

    The notes of the other side are left out; the programme's staff read all of them.
    """
    after = read_number_cursor(query.cursor) or 0
    with store.reading() as connection:
        record = visible_match(connection, allowed.caller, match)
        page = read_page(
            lambda limit: match_history.history(connection, match, after=after, limit=limit),
            query.limit,
            lambda event: number_cursor(event.id),
        )
    response.headers["ETag"] = etag(record.version)
    return HistoryView.page(record, page.items, page.next_cursor, allowed.caller.role)


@router.get(
    "/v1/follow-ups/due",
    response_model=DueView,
    summary="Which next actions are due",
    responses=problems.documented(*problems.READING),
)
def due(store: StoreDep, allowed: Allowed, query: Annotated[DueRequest, Query()]) -> DueView:
    """List next actions (待办) until a day, for the matches that the key sees and by its own side.

    An action stands until its side follows the match up again.
    """
    until = query.until or datetime.now(UTC).date()
    after = _read_due_cursor(query.cursor)
    caller = allowed.caller
    with store.reading() as connection:
        page = read_page(
            lambda limit: match_history.due_actions(
                connection, caller, matches_seen_by(caller), until, after=after, limit=limit
            ),
            query.limit,
            lambda action: write_cursor(f"{action.event.next_action_on}/{action.event.id}"),
        )
    actions = [NextActionView.of(action) for action in page.items]
    return DueView(until=until, actions=actions, next_cursor=page.next_cursor)


@router.put(
    "/v1/matches/{match}/case-owner",
    response_model=CaseOwnerView,
    summary="Give a match to a case owner",
    responses=problems.documented(*_EDITING),
)
def case_owner(
    request: Request,
    store: StoreDep,
    response: Response,
    allowed: Allowed,
    match: MatchId,
    form: CaseOwnerForm,
) -> CaseOwnerView:
    """Assign the attorney or broker who looks after a match (个案负责人), and the person's office.

    Contracts of the match count as that person's performance, unless they name somebody else.
    """
    with store.writing(f"match {match}") as connection:
        before = visible_match(connection, allowed.caller, match)
        check_match(request, before.version)
        changed = assign_case_owner(connection, before, form.owner)
        audit.append(
            connection,
            by=allowed.caller,
            action="case_owner.set" if form.owner else "case_owner.cleared",
            subject=match,
        )
    response.headers["ETag"] = etag(changed.version)
    return CaseOwnerView.of(changed)


def _read_due_cursor(cursor: str | None) -> tuple[date, int] | None:
    position = read_cursor(cursor, rf"(\d{{4}}-\d\d-\d\d)/{NUMBER}")
    return None if position is None else (read_day(position[1]), int(position[2]))
