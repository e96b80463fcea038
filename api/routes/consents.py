"""Routes for consents, subject access and erasure."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api.access.auth import Access, Allowed
from api.engine.dependencies import SettingsDep, StoreDep
from api.http import problems
from api.http.pages import read_page, read_record_cursor, record_cursor
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
from api.schemas.ids import ConsentId
from matcher.access.contact_rules import (
    Consent,
    ConsentNotFoundError,
    HeldContact,
    consent_day,
)
from matcher.language.messages import _
from matcher.settings import Settings
from matcher.store import consents, personal_contacts
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.types import PersonalContact
from matcher.workflows import record_consent, subject_access

router = APIRouter(tags=["consents"])


@router.post(
    "/v1/consents",
    status_code=201,
    response_model=ConsentView,
    summary="Record what a person agreed to",
    responses=problems.documented(problems.CONTACTS_UNAVAILABLE, *problems.TAKING_JSON),
)
def record(
    store: StoreDep, settings: SettingsDep, form: ConsentForm, allowed: Allowed
) -> JSONResponse:
    """Add a consent (同意记录); phone and e-mail, if sent, are encrypted at once.

    Earlier consents stay in force until they expire or are withdrawn.
    """
    values = form.model_dump(exclude={"expires_on", "recipients"})
    recipients = tuple(dict.fromkeys(form.recipients))
    contact = PersonalContact(**values, expires=form.expires_on, recipients=recipients)
    with store.writing() as connection:
        consent = record_consent.record(
            connection,
            contact,
            by=allowed.caller,
            own=allowed.own_institution,
            key=settings.contact_key,
            today=consent_day(now()),
        )
        (view,) = _views(connection, [consent])
    return JSONResponse(view, 201, {"Location": f"/v1/consents/{consent.id}"})


@router.get(
    "/v1/consents",
    response_model=ConsentPageView,
    summary="What persons agreed to",
    responses=problems.documented(*problems.READING),
)
def page(
    store: StoreDep, query: Annotated[ConsentPageRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """List consents (同意记录): for an office those of its own institution, for an admin all."""
    after = read_record_cursor(query.cursor)
    in_force_on = consent_day(now()) if query.in_force else None
    with store.reading() as connection:
        page = read_page(
            lambda limit: consents.page(
                connection,
                institution=allowed.own_institution,
                contact=query.contact,
                in_force_on=in_force_on,
                after=after,
                limit=limit,
            ),
            query.limit,
            lambda consent: record_cursor(consent.recorded_at, consent.id),
        )
        views = _views(connection, page.items)
    return JSONResponse({"consents": views, "next_cursor": page.next_cursor})


@router.get(
    "/v1/consents/{consent}",
    response_model=ConsentView,
    summary="One consent",
    responses=problems.documented(problems.CONSENT_NOT_FOUND, *problems.READING),
)
def one(store: StoreDep, consent: ConsentId, allowed: Allowed) -> JSONResponse:
    """Return a consent (同意记录), without the phone and e-mail."""
    with store.reading() as connection:
        (view,) = _views(connection, [_visible(connection, consent, allowed)])
    return JSONResponse(view)


@router.post(
    "/v1/consents/{consent}/withdraw",
    response_model=ConsentView,
    summary="Withdraw a consent",
    responses=problems.documented(problems.CONSENT_NOT_FOUND, *problems.READING),
)
def withdraw(store: StoreDep, consent: ConsentId, allowed: Allowed) -> JSONResponse:
    """Withdraw a consent (撤回同意), with effect at once; an earlier withdrawal stands."""
    with store.writing() as connection:
        _visible(connection, consent, allowed)
        withdrawn = consents.withdraw(connection, consent, allowed.caller)
        (view,) = _views(connection, [withdrawn])
    return JSONResponse(view)


@router.post(
    "/v1/subject-reports",
    response_model=SubjectReportView,
    summary="All that is held about one person",
    responses=problems.documented(*problems.TAKING_JSON),
)
def report(
    store: StoreDep, settings: SettingsDep, form: SubjectForm, allowed: Allowed
) -> JSONResponse:
    """Report contacts without phone and e-mail, consents, mentions and reveals (个人信息查询).

    Leaves an audit row.
    """
    return _report(store, settings, form, allowed, with_values=False)


@router.post(
    "/v1/subject-reports/full",
    response_model=SubjectReportView,
    summary="The same with phone and e-mail, for the person",
    responses=problems.documented(problems.CONTACTS_UNAVAILABLE, *problems.TAKING_JSON),
)
def full_report(
    store: StoreDep, settings: SettingsDep, form: SubjectForm, allowed: Allowed
) -> JSONResponse:
    """Report the same with phone and e-mail, for the person (个人信息查询, 含联系方式).

    Leaves an audit row.
    """
    return _report(store, settings, form, allowed, with_values=True)


@router.post(
    "/v1/erasures",
    response_model=ErasureView,
    summary="Delete what is held about one person",
    responses=problems.documented(problems.CONTACT_NOT_FOUND, *problems.TAKING_JSON),
)
def erase(store: StoreDep, form: ErasureForm, allowed: Allowed) -> JSONResponse:
    """Delete a person's contacts and consents for good (删除个人信息); the audit trail stays.

    Published facts about the person (patents, teams) stay as well.
    """
    with store.writing() as connection:
        erased = subject_access.erase(
            connection, form.person, form.institution, reason=form.reason, by=allowed.caller
        )
    return JSONResponse(erased)


def _report(
    store: Store, settings: Settings, form: SubjectForm, allowed: Access, *, with_values: bool
) -> JSONResponse:
    with store.writing() as connection:
        report = subject_access.report(
            connection,
            form.person,
            form.institution,
            by=allowed.caller,
            with_values=with_values,
            key=settings.contact_key,
        )
    return JSONResponse(report, headers={"Cache-Control": "no-store"})


def _visible(connection: Connection, consent_id: str, allowed: Access) -> Consent:
    consent = consents.find(connection, consent_id, allowed.own_institution)
    if consent is None:
        raise ConsentNotFoundError(
            _(
                "there is no consent {consent_id!r} that this key may see",
                consent_id=consent_id[:60],
            )
        )
    return consent


def _views(connection: Connection, records: Sequence[Consent]) -> list[dict[str, Any]]:
    contacts = personal_contacts.by_ids(connection, [consent.contact for consent in records])
    return [_view(consent, contacts) for consent in records]


def _view(consent: Consent, contacts: Mapping[str, HeldContact]) -> dict[str, Any]:
    contact = contacts[consent.contact]
    return {
        **subject_access.consent_json(consent),
        "person": contact.person,
        "institution": contact.institution,
        "team": contact.team,
        "in_force": consent.is_in_force(consent_day(now())),
    }
