"""Routes that store, list, change and close needs."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import Connection, and_, true

from api.access.auth import Allowed
from api.engine.dependencies import SettingsDep, StoreDep
from api.http import problems
from api.http.pages import read_page, read_record_cursor, record_cursor
from api.http.preconditions import check_match, etag
from api.schemas.ids import NeedId
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
from matcher.needs.contact_data import contact_person, without_contacts
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


@router.post(
    "/v1/needs",
    response_model=NeedWholeView,
    status_code=201,
    summary="Send a need in",
    responses=problems.documented(*problems.TAKING_JSON, problems.CONTACTS_UNAVAILABLE),
)
def create(
    store: StoreDep,
    settings: SettingsDep,
    response: Response,
    allowed: Allowed,
    form: StoredNeedForm,
) -> NeedWholeView:
    """Store a need (登记需求); it is open until its last day, or until it is closed.

    A contact person is encrypted; if the server has no key for that, the need is refused. With an
    enterprise's own key the need is that enterprise's.
    """
    cleared = _clear(settings, form, _seal(settings, form.contact))
    need = lifecycle.posted(allowed.caller, cleared.edit, now(), date.today(), settings.need_days)
    with store.writing(f"need {need.id}") as connection:
        stored.add(connection, need)
        _append_audit(connection, allowed.caller, "need.created", need)
    response.headers["Location"] = f"/v1/needs/{need.id}"
    return _whole(settings, response, allowed.caller, need, cleared.places)


@router.get(
    "/v1/needs",
    response_model=NeedsView,
    summary="Needs, page by page",
    responses=problems.documented(*problems.READING),
)
def listed(store: StoreDep, allowed: Allowed, query: Annotated[NeedsRequest, Query()]) -> NeedsView:
    """List the needs that the key may see (需求列表), never with a contact person.

    A technology-transfer office sees the open ones that are published: public ones whole, masked
    ones without the enterprise.
    """
    caller, today = allowed.caller, date.today()
    where = and_(
        needs_seen_by(caller, today),
        true() if query.state is None else needs.c.state == query.state,
        true() if query.enterprise is None else needs_of(caller, query.enterprise),
    )
    after = read_record_cursor(query.cursor)
    with store.reading() as connection:
        page = read_page(
            lambda limit: stored.page(connection, where, after=after, limit=limit),
            query.limit,
            lambda need: record_cursor(need.created_at, need.id),
        )
    views = [NeedRecordView.of(need, sight(caller, need, today), today) for need in page.items]
    return NeedsView(needs=views, next_cursor=page.next_cursor)


@router.get(
    "/v1/needs/{need}",
    response_model=NeedWholeView,
    summary="One need",
    responses=problems.documented(problems.NEED_NOT_FOUND, *problems.READING),
)
def one(
    store: StoreDep, settings: SettingsDep, response: Response, allowed: Allowed, need: NeedId
) -> NeedWholeView:
    """Return a need as far as the key may see it, with its ETag, and for its own side the contact
    person.
    """
    with store.reading() as connection:
        record = visible_need(connection, allowed.caller, need)
    return _whole(settings, response, allowed.caller, record)


@router.patch(
    "/v1/needs/{need}",
    response_model=NeedWholeView,
    summary="Change a need",
    responses=problems.documented(
        *problems.TAKING_JSON,
        problems.NEED_NOT_FOUND,
        problems.CONFLICT,
        problems.CONTACTS_UNAVAILABLE,
        *problems.EDITING,
    ),
)
def change(
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    response: Response,
    allowed: Allowed,
    need: NeedId,
    form: NeedChange,
) -> NeedWholeView:
    """Change the given fields (修改需求) and leave the rest (RFC 7396); If-Match names the version.

    Earlier rankings of the need stay as they were shown. A closed need cannot be changed.
    """
    sealed = _seal(settings, form.contact)
    with store.writing(f"need {need}") as connection:
        before = visible_need(connection, allowed.caller, need)
        check_match(request, before.version)
        if "contact" not in form.model_fields_set:
            sealed = before.contact
        written = before.details.budget_written
        if "budget_wan" in form.model_fields_set:
            written = None
        cleared = _clear(settings, _merged(before, form), sealed, written)
        after = lifecycle.changed(allowed.caller, before, cleared.edit, now(), date.today())
        stored.save(connection, after)
        _append_audit(connection, allowed.caller, "need.changed", after)
    return _whole(settings, response, allowed.caller, after, cleared.places)


@router.post(
    "/v1/needs/{need}/close",
    response_model=NeedWholeView,
    summary="Close a need",
    responses=problems.documented(
        *problems.TAKING_JSON, problems.NEED_NOT_FOUND, problems.CONFLICT
    ),
)
def close(
    store: StoreDep,
    settings: SettingsDep,
    response: Response,
    allowed: Allowed,
    need: NeedId,
    form: CloseForm,
) -> NeedWholeView:
    """Close a need (关闭需求) with a reason. Its matches and rankings stay."""
    with store.writing(f"need {need}") as connection:
        before = visible_need(connection, allowed.caller, need)
        after = lifecycle.closed(before, form.reason, now())
        stored.save(connection, after)
        _append_audit(connection, allowed.caller, "need.closed", after)
    return _whole(settings, response, allowed.caller, after)


def _seal(settings: Settings, contact: ContactPerson | None) -> bytes | None:
    """Encrypt a contact person. Raises ContactKeyError without a key."""
    if contact is None:
        return None
    return encryption.seal(encryption.cipher(settings.contact_key), contact.model_dump())


@dataclass(frozen=True, slots=True)
class _ClearedEdit:
    """Content of a need without contact data in its texts."""

    edit: NeedEdit
    places: int
    """Places of the texts from which contact data was taken out."""


def _clear(
    settings: Settings,
    form: NeedChange,
    sealed: bytes | None,
    budget_written: str | None = None,
) -> _ClearedEdit:
    """Take contact data out of the texts; it is encrypted where the need has no contact person.

    Without a key to encrypt it with, it is kept nowhere.
    """
    details, taken = without_contacts(form.to_details())
    person = contact_person(taken) if sealed is None else None
    if person is not None and settings.contact_key is not None:
        sealed = encryption.seal(encryption.cipher(settings.contact_key), person)
    details = replace(details, budget_written=budget_written)
    edit = NeedEdit(details, form.publish_scope, form.pledge_wish, form.expires_on, sealed)
    return _ClearedEdit(edit, len(taken))


def _merged(need: NeedRecord, form: NeedChange) -> StoredNeedForm:
    """Return the form of the need with the changes, validated like a new need."""
    details = need.details.to_json()
    details.pop("budget_written", None)  # not sent, but kept with its figure
    before = {
        **details,
        "publish_scope": need.publish_scope,
        "pledge_wish": need.pledge_wish,
        "expires_on": need.expires_on and need.expires_on.isoformat(),
    }
    changes = form.model_dump(exclude_unset=True, exclude={"contact"}, mode="json")
    try:
        return StoredNeedForm.model_validate({**before, **changes})
    except ValidationError as problem:
        faults = [{**e, "loc": ("body", *e["loc"])} for e in problem.errors(include_input=False)]
        raise RequestValidationError(faults) from None


def _append_audit(connection: Connection, caller: Caller, action: str, need: NeedRecord) -> None:
    details = {
        "version": need.version,
        "publish_scope": need.publish_scope.value,
        "reason": need.closed_reason and need.closed_reason.value,
    }
    audit.append(connection, by=caller, action=action, subject=need.id, details=details)


def _whole(
    settings: Settings, response: Response, caller: Caller, need: NeedRecord, cleared: int = 0
) -> NeedWholeView:
    """Return the need, with its contact person if the caller may see it and the key opens it."""
    today = date.today()
    seen, contact = sight(caller, need, today), None
    if seen is Sight.OWN and need.contact is not None:
        try:
            contact = encryption.unseal(encryption.cipher(settings.contact_key), need.contact)
        except encryption.ContactKeyError:
            contact = None  # has_contact is still true; the rest of the need is of use without it
    response.headers["ETag"] = etag(need.version)
    return NeedWholeView.whole(need, seen, today, contact, cleared)
