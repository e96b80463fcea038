"""The way to the persons behind a match: a reveal, or a message that the institution passes on."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse

from api.access.auth import Access, Allowed
from api.engine.live import engine_of
from api.http import problems
from api.http.pages import (
    from_record_cursor,
    to_record_cursor,
)
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
from api.schemas.fields import PRINTABLE
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
from matcher.search.answer_json import tto_json
from matcher.settings import Settings
from matcher.store import audit, relays
from matcher.store.institutions import tto_contact
from matcher.store.matches import visible_match
from matcher.store.schema.times import now
from matcher.store.visibility import matches_seen_by
from matcher.workflows import reveal_contact
from matcher.workflows.reveal_contact import RevealLimitError, SeenContact

router = APIRouter(tags=["contacts"])

MatchId = Annotated[
    str, Path(description="Id of the match (匹配编号).", max_length=60, pattern=PRINTABLE)
]
RelayId = Annotated[
    str, Path(description="Id of the relay request (转达编号).", max_length=60, pattern=PRINTABLE)
]
_READING = (problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE)
_WRITING = (
    problems.MALFORMED_BODY,
    problems.CONFLICT,
    problems.CONTENT_TOO_LARGE,
    problems.UNSUPPORTED_MEDIA_TYPE,
    *_READING,
)


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
def reveal(request: Request, match: MatchId, asked: RevealForm, allowed: Allowed) -> JSONResponse:
    """Phone and e-mail, each whole where a consent in force permits it, and else masked (脱敏).

    Every contact that is asked for leaves a row in the audit trail: which key, which contact,
    when and why. A key may see only so many in 24 hours. Nothing of the answer is kept here; use
    it for the purpose that it names, and for nothing else. docs/contacts.md shows who sees what.
    """
    settings: Settings = request.app.state.settings
    with engine_of(request).catalogue().store.writing() as connection:
        try:
            seen = reveal_contact.reveal(
                connection,
                allowed.caller,
                match,
                reason=asked.reason,
                contact_id=asked.contact,
                key=settings.contact_key,
                per_day=settings.reveals_per_day,
                moment=now(),
            )
        except RevealLimitError as limit:
            wait = {"Retry-After": str(limit.seconds)}
            return problems.respond(problems.REVEAL_LIMIT, str(limit), headers=wait)
        found = visible_match(connection, allowed.caller, match)
        tto = tto_contact(connection, found.institution)
    return JSONResponse(
        {
            "match": match,
            "contacts": [_seen_json(contact) for contact in seen],
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
    request: Request, match: MatchId, asked: RelayForm, allowed: Allowed
) -> JSONResponse:
    """Put a message into the queue of the institution's technology-transfer office (转达).

    No consent is needed: the office passes it on, and what it answers stands in the request. One
    message of a key for a match at a time.
    """
    caller, moment = allowed.caller, now()
    settings: Settings = request.app.state.settings
    reveal_contact.check_known(caller)
    with engine_of(request).catalogue().store.writing() as connection:
        found = visible_match(connection, caller, match)
        if found.institution is None:
            raise ConflictError("no institution is on record for this match: nobody can pass it on")
        contacts = reveal_contact.masked(connection, found, settings.contact_key, asked.contact)
        earlier = relays.find_open(connection, match, caller.key)
        if earlier is not None:
            raise ConflictError(f"your request {earlier.id} for this match is not settled yet")
        relay = RelayRequest(
            id=new_id("relay"),
            match=match,
            institution=found.institution,
            asked_by=caller.key,
            contact=asked.contact,
            state=RelayState.PENDING,
            message=asked.message,
            answer=None,
            asked_at=moment,
            changed_at=moment,
            changed_by=None,
        )
        relays.add(connection, relay)
        details = {"match": match, "contact": asked.contact}
        audit.append(
            connection, by=caller, action="relay.requested", subject=relay.id, details=details
        )
    shown = {**_relay_json(relay), "contacts": [_seen_json(contact) for contact in contacts]}
    return JSONResponse(shown, 201, {"Location": f"/v1/relay-requests/{relay.id}"})


@router.get(
    "/v1/relay-requests",
    response_model=RelayPageView,
    summary="Messages to pass on",
    responses=problems.documented(*_READING),
)
def queue(
    request: Request, asked: Annotated[RelayPageRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """An office gets its own institution's queue (转达队列), the asking side what it asked."""
    after = None if asked.cursor is None else from_record_cursor(asked.cursor)
    with engine_of(request).catalogue().store.reading() as connection:
        # One more than asked for tells whether there is a next page.
        found = relays.page(
            connection,
            matches_seen_by(allowed.caller),
            state=asked.state,
            after=after,
            limit=asked.limit + 1,
        )
    shown, more = found[: asked.limit], len(found) > asked.limit
    cursor = to_record_cursor(shown[-1].asked_at, shown[-1].id) if more else None
    return JSONResponse(
        {"relay_requests": [_relay_json(relay) for relay in shown], "next_cursor": cursor}
    )


@router.get(
    "/v1/relay-requests/{relay}",
    response_model=RelayView,
    summary="One message to pass on",
    responses=problems.documented(problems.RELAY_NOT_FOUND, *_READING),
)
def one(request: Request, relay: RelayId, allowed: Allowed) -> JSONResponse:
    """With its state, and the answer (答复) once there is one."""
    with engine_of(request).catalogue().store.reading() as connection:
        found = relays.find(connection, relay, matches_seen_by(allowed.caller))
    if found is None:
        raise _not_found(relay)
    return JSONResponse(_relay_json(found))


_STEPPING: dict[str, Any] = {
    "response_model": RelayView,
    "responses": problems.documented(problems.RELAY_NOT_FOUND, *_WRITING),
}


@router.post("/v1/relay-requests/{relay}/accept", summary="Take a message on", **_STEPPING)
def accept(request: Request, relay: RelayId, allowed: Allowed) -> JSONResponse:
    """The office passes the message on (受理)."""
    return _step(request, relay, allowed, RelayStep.ACCEPT, None)


@router.post("/v1/relay-requests/{relay}/decline", summary="Turn a message down", **_STEPPING)
def decline(
    request: Request, relay: RelayId, asked: RelayDeclineForm, allowed: Allowed
) -> JSONResponse:
    """The message is not passed on (谢绝)."""
    return _step(request, relay, allowed, RelayStep.DECLINE, asked.answer)


@router.post("/v1/relay-requests/{relay}/answer", summary="Answer a message", **_STEPPING)
def answer(
    request: Request, relay: RelayId, asked: RelayAnswerForm, allowed: Allowed
) -> JSONResponse:
    """What the asking side is to know (答复)."""
    return _step(request, relay, allowed, RelayStep.ANSWER, asked.answer)


def _step(
    request: Request, relay: str, allowed: Access, step: RelayStep, words: str | None
) -> JSONResponse:
    caller = allowed.caller
    with engine_of(request).catalogue().store.writing() as connection:
        found = relays.find(connection, relay, matches_seen_by(caller))
        if found is None:
            raise _not_found(relay)
        changed = replace(
            found,
            state=after_step(found.state, step),
            answer=words,
            changed_at=now(),
            changed_by=caller.key,
        )
        relays.save(connection, changed)
        audit.append(
            connection,
            by=caller,
            action=f"relay.{changed.state}",
            subject=relay,
            details={"match": changed.match},
        )
    return JSONResponse(_relay_json(changed))


def _not_found(relay: str) -> RelayNotFoundError:
    return RelayNotFoundError(f"there is no relay request {relay[:60]!r} that this key may see")


def _seen_json(seen: SeenContact) -> dict[str, Any]:
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
