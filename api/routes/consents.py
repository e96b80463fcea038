"""What persons agreed to, and what is held about one of them."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.access.auth import Access, Allowed
from api.engine.live import engine_of
from api.http import problems
from api.http.pages import (
    from_record_cursor,
    to_record_cursor,
)
from api.schemas.consents import (
    ConsentForm,
    ConsentPageRequest,
    ConsentPageView,
    ConsentView,
    ErasureForm,
    ErasureView,
    SubjectForm,
    SubjectReportView,
)
from api.schemas.fields import PRINTABLE
from matcher.access.contact_rules import (
    Consent,
    ConsentNotFoundError,
    HeldContact,
    consent_day,
)
from matcher.access.roles import Reach
from matcher.settings import Settings
from matcher.store import consents, personal_contacts
from matcher.store.schema.times import now
from matcher.types import PersonalContact
from matcher.workflows import record_consent, subject_access

router = APIRouter(tags=["consents"])

ConsentId = Annotated[
    str, Path(description="Id of the consent (同意编号).", max_length=60, pattern=PRINTABLE)
]
_READING = (problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE)
_WRITING = (
    problems.MALFORMED_BODY,
    problems.CONTENT_TOO_LARGE,
    problems.UNSUPPORTED_MEDIA_TYPE,
    *_READING,
)


@router.post(
    "/v1/consents",
    status_code=201,
    response_model=ConsentView,
    summary="Record what a person agreed to",
    responses=problems.documented(problems.CONTACTS_UNAVAILABLE, *_WRITING),
)
def record(request: Request, asked: ConsentForm, allowed: Allowed) -> JSONResponse:
    """Add a consent (同意记录); phone and e-mail, where they are sent, are sealed at once.

    Earlier consents go on to hold until they expire or are withdrawn.
    """
    settings: Settings = request.app.state.settings
    values = asked.model_dump(exclude={"expires_on", "recipients"})
    names = tuple(dict.fromkeys(asked.recipients))
    given = PersonalContact(**values, expires=asked.expires_on, recipients=names)
    with engine_of(request).catalogue().store.writing() as connection:
        consent = record_consent.record(
            connection,
            given,
            by=allowed.caller,
            own=_own(allowed),
            key=settings.contact_key,
            today=consent_day(now()),
        )
        (shown,) = _views(connection, [consent])
    return JSONResponse(shown, 201, {"Location": f"/v1/consents/{consent.id}"})


@router.get(
    "/v1/consents",
    response_model=ConsentPageView,
    summary="What persons agreed to",
    responses=problems.documented(*_READING),
)
def page(
    request: Request, asked: Annotated[ConsentPageRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """An office gets its own institution's consents (同意记录), an admin all of them."""
    after = None if asked.cursor is None else from_record_cursor(asked.cursor)
    with engine_of(request).catalogue().store.reading() as connection:
        # One more than asked for tells whether there is a next page.
        found = consents.page(
            connection,
            institution=_own(allowed),
            contact=asked.contact,
            in_force_on=consent_day(now()) if asked.in_force else None,
            after=after,
            limit=asked.limit + 1,
        )
        shown, more = found[: asked.limit], len(found) > asked.limit
        views = _views(connection, shown)
    cursor = to_record_cursor(shown[-1].recorded_at, shown[-1].id) if more else None
    return JSONResponse({"consents": views, "next_cursor": cursor})


@router.get(
    "/v1/consents/{consent}",
    response_model=ConsentView,
    summary="One consent",
    responses=problems.documented(problems.CONSENT_NOT_FOUND, *_READING),
)
def one(request: Request, consent: ConsentId, allowed: Allowed) -> JSONResponse:
    """Who agreed to what (同意记录), without the phone and e-mail."""
    with engine_of(request).catalogue().store.reading() as connection:
        (shown,) = _views(connection, [_visible(connection, consent, allowed)])
    return JSONResponse(shown)


@router.post(
    "/v1/consents/{consent}/withdraw",
    response_model=ConsentView,
    summary="Withdraw a consent",
    responses=problems.documented(problems.CONSENT_NOT_FOUND, *_READING),
)
def withdraw(request: Request, consent: ConsentId, allowed: Allowed) -> JSONResponse:
    """It permits nothing from this moment on (撤回同意); an earlier withdrawal stands."""
    with engine_of(request).catalogue().store.writing() as connection:
        _visible(connection, consent, allowed)
        withdrawn = consents.withdraw(connection, consent, allowed.caller)
        (shown,) = _views(connection, [withdrawn])
    return JSONResponse(shown)


@router.post(
    "/v1/subject-reports",
    response_model=SubjectReportView,
    summary="All that is held about one person",
    responses=problems.documented(*_WRITING),
)
def report(request: Request, asked: SubjectForm, allowed: Allowed) -> JSONResponse:
    """Contacts without phone and e-mail, consents, mentions, and who saw what (个人信息查询).

    Leaves an audit row.
    """
    return _report(request, asked, allowed, with_values=False)


@router.post(
    "/v1/subject-reports/full",
    response_model=SubjectReportView,
    summary="The same with phone and e-mail, for the person",
    responses=problems.documented(problems.CONTACTS_UNAVAILABLE, *_WRITING),
)
def full_report(request: Request, asked: SubjectForm, allowed: Allowed) -> JSONResponse:
    """What the person gets who asks what is held of one (个人信息查询, 含联系方式).

    Leaves an audit row.
    """
    return _report(request, asked, allowed, with_values=True)


@router.post(
    "/v1/erasures",
    response_model=ErasureView,
    summary="Delete what is held about one person",
    responses=problems.documented(problems.CONTACT_NOT_FOUND, *_WRITING),
)
def erase(request: Request, asked: ErasureForm, allowed: Allowed) -> JSONResponse:
    """Delete a person's contacts and consents for good (删除个人信息); the audit trail stays.

    What is published of the person (patents, teams) is not touched.
    """
    with engine_of(request).catalogue().store.writing() as connection:
        erased = subject_access.erase(
            connection, asked.person, asked.institution, reason=asked.reason, by=allowed.caller
        )
    return JSONResponse(erased)


def _report(
    request: Request, asked: SubjectForm, allowed: Access, *, with_values: bool
) -> JSONResponse:
    settings: Settings = request.app.state.settings
    with engine_of(request).catalogue().store.writing() as connection:
        found = subject_access.report(
            connection,
            asked.person,
            asked.institution,
            by=allowed.caller,
            with_values=with_values,
            key=settings.contact_key,
        )
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


def _own(allowed: Access) -> str | None:
    """The one institution that the caller may meet; None for all."""
    return None if allowed.reach is Reach.ALL else allowed.caller.institution or ""


def _visible(connection: Connection, consent: str, allowed: Access) -> Consent:
    found = consents.find(connection, consent, _own(allowed))
    if found is None:
        raise ConsentNotFoundError(f"there is no consent {consent[:60]!r} that this key may see")
    return found


def _views(connection: Connection, found: list[Consent]) -> list[dict[str, Any]]:
    held = personal_contacts.by_ids(connection, [consent.contact for consent in found])
    return [_view(consent, held) for consent in found]


def _view(consent: Consent, held: Mapping[str, HeldContact]) -> dict[str, Any]:
    contact = held[consent.contact]
    return {
        **subject_access.consent_json(consent),
        "person": contact.person,
        "institution": contact.institution,
        "team": contact.team,
        "in_force": consent.is_in_force(consent_day(now())),
    }
