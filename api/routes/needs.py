"""Needs that are kept: sent in, listed, changed, closed."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import Connection, and_, true

from api.access.auth import Allowed
from api.engine.live import engine_of
from api.http import problems
from api.http.pages import (
    from_record_cursor,
    to_record_cursor,
)
from api.http.preconditions import check_match, etag
from api.schemas.fields import PRINTABLE
from api.schemas.needs import (
    CloseForm,
    ContactPerson,
    NeedChange,
    NeedRecordView,
    NeedsRequest,
    NeedsView,
    NeedWholeView,
    StoredNeedForm,
)
from matcher.access import encryption
from matcher.access.roles import Caller
from matcher.needs import lifecycle
from matcher.needs.lifecycle import NeedEdit
from matcher.needs.record import NeedRecord
from matcher.needs.visibility import (
    Sight,
    sight,
)
from matcher.settings import Settings
from matcher.store import audit
from matcher.store import needs as stored
from matcher.store.needs import visible_need
from matcher.store.schema.needs import needs
from matcher.store.schema.times import now
from matcher.store.visibility import (
    needs_of,
    needs_seen_by,
)

router = APIRouter(tags=["needs"])

NeedId = Annotated[
    str, Path(description="Id of the need (需求编号).", max_length=60, pattern=PRINTABLE)
]
_WRITING = (
    problems.MALFORMED_BODY,
    problems.CONTENT_TOO_LARGE,
    problems.UNSUPPORTED_MEDIA_TYPE,
    problems.INVALID_REQUEST,
    problems.DATABASE_UNAVAILABLE,
)


@router.post(
    "/v1/needs",
    response_model=NeedWholeView,
    status_code=201,
    summary="Send a need in",
    responses=problems.documented(*_WRITING, problems.CONTACTS_UNAVAILABLE),
)
def create(
    request: Request, response: Response, allowed: Allowed, form: StoredNeedForm
) -> NeedWholeView:
    """Keep a need (登记需求); it asks until its last day, or until it is closed.

    A contact person is sealed; where the server has no key for that, the need is refused. With an
    enterprise's own key the need is that enterprise's.
    """
    settings = _settings(request)
    sealed = _seal(settings, form.contact)
    need = lifecycle.posted(
        allowed.caller, _edit(form, sealed), now(), date.today(), settings.need_days
    )
    with engine_of(request).catalogue().store.writing() as connection:
        stored.add(connection, need)
        _note(connection, allowed.caller, "need.created", need)
    response.headers["Location"] = f"/v1/needs/{need.id}"
    return _whole(request, response, allowed.caller, need)


@router.get(
    "/v1/needs",
    response_model=NeedsView,
    summary="Needs, page by page",
    responses=problems.documented(problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE),
)
def listed(
    request: Request, allowed: Allowed, asked: Annotated[NeedsRequest, Query()]
) -> NeedsView:
    """The needs that the key may see (需求列表), never with a contact person.

    A technology-transfer office sees those that ask and are published: public ones whole, masked
    ones without whose they are.
    """
    caller, today = allowed.caller, date.today()
    where = and_(
        needs_seen_by(caller, today),
        true() if asked.state is None else needs.c.state == asked.state,
        true() if asked.enterprise is None else needs_of(caller, asked.enterprise),
    )
    after = None if asked.cursor is None else from_record_cursor(asked.cursor)
    with engine_of(request).catalogue().store.reading() as connection:
        # One more than asked for tells whether there is a next page.
        found = stored.page(connection, where, after=after, limit=asked.limit + 1)
    shown = found[: asked.limit]
    cursor = None
    if len(found) > asked.limit:
        cursor = to_record_cursor(shown[-1].created_at, shown[-1].id)
    views = [NeedRecordView.of(need, sight(caller, need, today), today) for need in shown]
    return NeedsView(needs=views, next_cursor=cursor)


@router.get(
    "/v1/needs/{need}",
    response_model=NeedWholeView,
    summary="One need",
    responses=problems.documented(
        problems.NEED_NOT_FOUND, problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE
    ),
)
def one(request: Request, response: Response, allowed: Allowed, need: NeedId) -> NeedWholeView:
    """A need as far as the key may see it, with its ETag; the contact person for its own side."""
    with engine_of(request).catalogue().store.reading() as connection:
        found = visible_need(connection, allowed.caller, need)
    return _whole(request, response, allowed.caller, found)


@router.patch(
    "/v1/needs/{need}",
    response_model=NeedWholeView,
    summary="Change a need",
    responses=problems.documented(
        *_WRITING,
        problems.NEED_NOT_FOUND,
        problems.CONFLICT,
        problems.CONTACTS_UNAVAILABLE,
        problems.PRECONDITION_FAILED,
        problems.PRECONDITION_REQUIRED,
    ),
)
def change(
    request: Request, response: Response, allowed: Allowed, need: NeedId, form: NeedChange
) -> NeedWholeView:
    """Change what is given (修改需求) and leave the rest (RFC 7396); If-Match names the version.

    What was shown for the need stays as it was shown. A closed need is changed no more.
    """
    settings = _settings(request)
    sealed = _seal(settings, form.contact)
    with engine_of(request).catalogue().store.writing() as connection:
        before = visible_need(connection, allowed.caller, need)
        check_match(request, before.version)
        if "contact" not in form.model_fields_set:
            sealed = before.contact
        after = lifecycle.changed(
            allowed.caller, before, _edit(_merged(before, form), sealed), now(), date.today()
        )
        stored.save(connection, after)
        _note(connection, allowed.caller, "need.changed", after)
    return _whole(request, response, allowed.caller, after)


@router.post(
    "/v1/needs/{need}/close",
    response_model=NeedWholeView,
    summary="Close a need",
    responses=problems.documented(*_WRITING, problems.NEED_NOT_FOUND, problems.CONFLICT),
)
def close(
    request: Request, response: Response, allowed: Allowed, need: NeedId, form: CloseForm
) -> NeedWholeView:
    """Let a need ask no more (关闭需求), and say why. Its matches and rankings stay."""
    with engine_of(request).catalogue().store.writing() as connection:
        before = visible_need(connection, allowed.caller, need)
        after = lifecycle.closed(before, form.reason, now())
        stored.save(connection, after)
        _note(connection, allowed.caller, "need.closed", after)
    return _whole(request, response, allowed.caller, after)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _seal(settings: Settings, contact: ContactPerson | None) -> bytes | None:
    """Raises ContactKeyError where there is a person but no key."""
    if contact is None:
        return None
    return encryption.seal(encryption.cipher(settings.contact_key), contact.model_dump())


def _edit(form: NeedChange, sealed: bytes | None) -> NeedEdit:
    return NeedEdit(
        form.to_details(), form.publish_scope, form.pledge_wish, form.expires_on, sealed
    )


def _merged(need: NeedRecord, form: NeedChange) -> StoredNeedForm:
    """The need as a form with what is changed in its place; checked as a new one is."""
    kept = {
        **need.details.to_json(),
        "publish_scope": need.publish_scope,
        "pledge_wish": need.pledge_wish,
        "expires_on": need.expires_on and need.expires_on.isoformat(),
    }
    given = form.model_dump(exclude_unset=True, exclude={"contact"}, mode="json")
    try:
        return StoredNeedForm.model_validate({**kept, **given})
    except ValidationError as problem:
        found = [{**e, "loc": ("body", *e["loc"])} for e in problem.errors(include_input=False)]
        raise RequestValidationError(found) from None


def _note(connection: Connection, caller: Caller, action: str, need: NeedRecord) -> None:
    details = {
        "version": need.version,
        "publish_scope": need.publish_scope.value,
        "reason": need.closed_reason and need.closed_reason.value,
    }
    audit.append(connection, by=caller, action=action, subject=need.id, details=details)


def _whole(request: Request, response: Response, caller: Caller, need: NeedRecord) -> NeedWholeView:
    """With the contact person where the caller may see it and the server can open it."""
    today = date.today()
    seen, contact = sight(caller, need, today), None
    if seen is Sight.OWN and need.contact is not None:
        try:
            contact = encryption.unseal(
                encryption.cipher(_settings(request).contact_key), need.contact
            )
        except encryption.ContactKeyError:
            contact = None  # told by has_contact; the rest of the need can still be worked on
    response.headers["ETag"] = etag(need.version)
    return NeedWholeView.whole(need, seen, today, contact)
