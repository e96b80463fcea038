"""Routes to the persons behind a match: reveals, and messages relayed by the institution."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.access.auth import Access, Allowed
from api.engine.dependencies import SettingsDep, StoreDep
from api.engine.metrics import Metrics
from api.http import problems
from api.http.pages import read_page, read_record_cursor, record_cursor
from api.schemas.contacts import (
    NewRelayView,
    RelayAnswerForm,
    RelayDeclineForm,
    RelayForm,
    RelayPageRequest,
    RelayPageView,
    RelayView,
    RevealForm,
    RevealView,
)
from api.schemas.ids import MatchId, RelayId
from matcher.access.relay import (
    STEPS,
    RelayNotFoundError,
    RelayRequest,
    RelayState,
    RelayStep,
    after_step,
)
from matcher.errors import ConflictError
from matcher.ids import new_id
from matcher.language.messages import _
from matcher.search.answer_json import tto_json
from matcher.store import audit, relays
from matcher.store.database import Store
from matcher.store.institutions import tto_contact
from matcher.store.matches import visible_match
from matcher.store.schema.times import now
from matcher.store.visibility import matches_seen_by
from matcher.workflows import reveal_contact
from matcher.workflows.reveal_contact import RevealLimitError, SeenContact

router = APIRouter(tags=["contacts"])
_WRITING = (problems.CONFLICT, *problems.TAKING_JSON)


@router.post(
    "/v1/matches/{match}/contact-reveals",
    response_model=RevealView,
    summary="See the persons behind a match",
    responses=problems.documented(
        problems.MATCH_NOT_FOUND,
        problems.CONTACT_NOT_FOUND,
        problems.CONTACTS_UNAVAILABLE,
        problems.REVEAL_LIMIT,
        *_WRITING,
    ),
)
def reveal(
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    match: MatchId,
    form: RevealForm,
    allowed: Allowed,
) -> JSONResponse:
    """Return phone and e-mail, whole if a consent in force permits it, and else masked (脱敏).

    Every requested contact leaves a row in the audit trail: key, contact, time and reason. The
    number of reveals of a key in 24 hours is limited. The answer is not stored; use it for the
    purpose that it names, and for nothing else. docs/contacts.md shows the tiers.
    """
    metrics: Metrics = request.app.state.metrics
    with store.writing(f"reveals {allowed.caller.key}") as connection:
        try:
            contacts = reveal_contact.reveal(
                connection,
                allowed.caller,
                match,
                reason=form.reason,
                contact_id=form.contact,
                key=settings.contact_key,
                per_day=settings.reveals_per_day,
                moment=now(),
            )
        except RevealLimitError as limit:
            metrics.note_reveals("refused")
            wait = {"Retry-After": str(limit.seconds)}
            return problems.respond(problems.REVEAL_LIMIT, str(limit), headers=wait)
        institution = visible_match(connection, allowed.caller, match).institution
        tto = tto_contact(connection, institution)
    for contact in contacts:
        metrics.note_reveals(contact.tier.value)
    return JSONResponse(
        {
            "match": match,
            "contacts": [_contact_json(contact) for contact in contacts],
            "tto": tto_json(tto),
            "relay": f"/v1/matches/{match}/relay-requests",
        },
        headers={"Cache-Control": "no-store"},
    )


@router.post(
    "/v1/matches/{match}/relay-requests",
    status_code=201,
    response_model=NewRelayView,
    summary="Have a message passed on",
    responses=problems.documented(problems.MATCH_NOT_FOUND, problems.CONTACT_NOT_FOUND, *_WRITING),
)
def ask_to_relay(
    store: StoreDep, settings: SettingsDep, match: MatchId, form: RelayForm, allowed: Allowed
) -> JSONResponse:
    """Put a message into the queue of the institution's technology-transfer office (转达).

    It needs no consent: the office passes it on, and its answer is added to the request. A key
    has one open message for a match at a time.
    """
    caller, moment = allowed.caller, now()
    reveal_contact.check_identified(caller)
    with store.writing() as connection:
        record = visible_match(connection, caller, match)
        if record.institution is None:
            raise ConflictError(
                _("no institution is on record for this match: nobody can pass it on")
            )
        contacts = reveal_contact.masked_contacts(
            connection, record, settings.contact_key, form.contact
        )
        earlier = relays.find_open(connection, match, caller.key)
        if earlier is not None:
            raise ConflictError(
                _("your request {id} for this match is not settled yet", id=earlier.id)
            )
        relay = RelayRequest(
            id=new_id("relay"),
            match=match,
            institution=record.institution,
            asked_by=caller.key,
            contact=form.contact,
            state=RelayState.PENDING,
            message=form.message,
            answer=None,
            asked_at=moment,
            changed_at=moment,
            changed_by=None,
        )
        relays.add(connection, relay)
        details = {"match": match, "contact": form.contact}
        audit.append(
            connection, by=caller, action="relay.requested", subject=relay.id, details=details
        )
    body = {**_relay_json(relay), "contacts": [_contact_json(contact) for contact in contacts]}
    return JSONResponse(body, 201, {"Location": f"/v1/relay-requests/{relay.id}"})


@router.get(
    "/v1/relay-requests",
    response_model=RelayPageView,
    summary="Messages to pass on",
    responses=problems.documented(*problems.READING),
)
def queue(
    store: StoreDep, query: Annotated[RelayPageRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """List the queue of an office's own institution (转达队列), or the caller's own requests."""
    after = read_record_cursor(query.cursor)
    visible = matches_seen_by(allowed.caller)
    with store.reading() as connection:
        page = read_page(
            lambda limit: relays.page(
                connection, visible, state=query.state, after=after, limit=limit
            ),
            query.limit,
            lambda relay: record_cursor(relay.asked_at, relay.id),
        )
    return page.response("relay_requests", _relay_json)


@router.get(
    "/v1/relay-requests/{relay}",
    response_model=RelayView,
    summary="One message to pass on",
    responses=problems.documented(problems.RELAY_NOT_FOUND, *problems.READING),
)
def one(store: StoreDep, relay: RelayId, allowed: Allowed) -> JSONResponse:
    """Return the request with its state, and the answer (答复) if there is one."""
    with store.reading() as connection:
        request = _visible(connection, relay, allowed)
    return JSONResponse(_relay_json(request))


_STEP: dict[str, Any] = {
    "response_model": RelayView,
    "responses": problems.documented(problems.RELAY_NOT_FOUND, *_WRITING),
}


@router.post("/v1/relay-requests/{relay}/accept", summary="Take a message on", **_STEP)
def accept(store: StoreDep, relay: RelayId, allowed: Allowed) -> JSONResponse:
    """Accept a message, which the office passes on (受理)."""
    return _step(store, relay, allowed, RelayStep.ACCEPT, None)


@router.post("/v1/relay-requests/{relay}/decline", summary="Turn a message down", **_STEP)
def decline(
    store: StoreDep, relay: RelayId, form: RelayDeclineForm, allowed: Allowed
) -> JSONResponse:
    """Decline a message, which is not passed on (谢绝)."""
    return _step(store, relay, allowed, RelayStep.DECLINE, form.answer)


@router.post("/v1/relay-requests/{relay}/answer", summary="Answer a message", **_STEP)
def answer(
    store: StoreDep, relay: RelayId, form: RelayAnswerForm, allowed: Allowed
) -> JSONResponse:
    """Answer the sender of a message (答复)."""
    return _step(store, relay, allowed, RelayStep.ANSWER, form.answer)


def _step(
    store: Store, relay_id: str, allowed: Access, step: RelayStep, answer_text: str | None
) -> JSONResponse:
    caller = allowed.caller
    with store.writing() as connection:
        relay = _visible(connection, relay_id, allowed)
        changed = replace(
            relay,
            state=after_step(relay.state, step),
            answer=answer_text,
            changed_at=now(),
            changed_by=caller.key,
        )
        relays.save(connection, changed)
        audit.append(
            connection,
            by=caller,
            action=f"relay.{changed.state}",
            subject=relay_id,
            details={"match": changed.match},
        )
    return JSONResponse(_relay_json(changed))


def _visible(connection: Connection, relay_id: str, allowed: Access) -> RelayRequest:
    relay = relays.find(connection, relay_id, matches_seen_by(allowed.caller))
    if relay is None:
        raise RelayNotFoundError(
            _(
                "there is no relay request {relay_id!r} that this key may see",
                relay_id=relay_id[:60],
            )
        )
    return relay


def _contact_json(seen: SeenContact) -> dict[str, Any]:
    consent = seen.consent
    expires = None if consent is None else consent.expires_on
    return {
        "contact": seen.held.id,
        "person": seen.held.person,
        "institution": seen.held.institution,
        "team": seen.held.team,
        "tier": seen.tier.value,
        "phone": seen.phone,
        "email": seen.email,
        "purpose": None if consent is None else consent.purpose,
        "expires_on": None if expires is None else expires.isoformat(),
    }


def _relay_json(relay: RelayRequest) -> dict[str, Any]:
    return {
        "id": relay.id,
        "match": relay.match,
        "institution": relay.institution,
        "contact": relay.contact,
        "asked_by": relay.asked_by,
        "state": relay.state.value,
        "possible": [step.value for step in STEPS[relay.state]],
        "message": relay.message,
        "answer": relay.answer,
        "asked_at": relay.asked_at.isoformat(),
        "changed_at": relay.changed_at.isoformat(),
    }
