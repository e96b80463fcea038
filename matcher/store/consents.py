"""Consents in the database: never rewritten, only replaced or withdrawn."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, update

from matcher.access.contact_rules import Consent, ConsentNotFoundError
from matcher.access.roles import Caller
from matcher.language.messages import _
from matcher.store import audit
from matcher.store.schema.contacts import consents, personal_contacts
from matcher.store.schema.times import now
from matcher.types import ConsentScope

IMPORT = "import"
"""`recorded_by` of a consent that came with an import."""
_COLUMNS = consents.c


def add(connection: Connection, consent: Consent, by: Caller) -> None:
    """Record a consent, valid from now on. Leaves an audit row."""
    values = {**asdict(consent), "recipients": list(consent.recipients)}
    connection.execute(insert(consents).values({**values, "scope": consent.scope.value}))
    details = {"consent": consent.id, "scope": consent.scope.value, "source": consent.recorded_by}
    audit.append(
        connection, by=by, action="consent.recorded", subject=consent.contact, details=details
    )


def add_imported(connection: Connection, consent: Consent, by: Caller) -> None:
    """Record a consent of an import in place of that of an earlier import."""
    earlier = [
        held
        for held in of_contact(connection, consent.contact)
        if held.recorded_by == IMPORT and held.replaced_at is None and held.withdrawn_at is None
    ]
    if any(_terms(held) == _terms(consent) for held in earlier):
        return
    ids = [held.id for held in earlier]
    connection.execute(update(consents).where(_COLUMNS.id.in_(ids)).values(replaced_at=now()))
    add(connection, consent, by)


def end_imported(connection: Connection, contact_id: str, by: Caller) -> None:
    """End the imported consents of a contact whose person does not consent any more.

    Leaves an audit row for each.
    """
    for held in of_contact(connection, contact_id):
        if held.recorded_by == IMPORT and held.replaced_at is None:
            withdraw(connection, held.id, by)


def withdraw(connection: Connection, consent_id: str, by: Caller) -> Consent:
    """Withdraw a consent: it permits nothing from now on; an earlier withdrawal stands.

    Leaves an audit row. Raises ConsentNotFoundError.
    """
    consent = find(connection, consent_id)
    if consent is None:
        raise ConsentNotFoundError(
            _("there is no consent {consent_id!r}", consent_id=consent_id[:60])
        )
    if consent.withdrawn_at is not None:
        return consent
    connection.execute(update(consents).where(_COLUMNS.id == consent_id).values(withdrawn_at=now()))
    audit.append(
        connection,
        by=by,
        action="consent.withdrawn",
        subject=consent.contact,
        details={"consent": consent_id, "scope": consent.scope.value},
    )
    withdrawn = find(connection, consent_id)
    assert withdrawn is not None
    return withdrawn


def find(connection: Connection, consent_id: str, institution: str | None = None) -> Consent | None:
    """Return the consent with this id; where given, of this institution only."""
    query = _query(institution).where(_COLUMNS.id == consent_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _from_row(row)


def of_contact(connection: Connection, contact_id: str) -> list[Consent]:
    """Return all consents of a contact, the oldest first, replaced and withdrawn ones too."""
    query = select(consents).where(_COLUMNS.contact == contact_id)
    rows = connection.execute(query.order_by(_COLUMNS.recorded_at, _COLUMNS.id))
    return [_from_row(row) for row in rows]


def withdrawn_evidence(connection: Connection, contact_id: str) -> set[str]:
    """Return the evidence of a contact's withdrawn consents."""
    held = of_contact(connection, contact_id)
    return {consent.evidence for consent in held if consent.withdrawn_at is not None}


def page(
    connection: Connection,
    *,
    institution: str | None,
    contact: str | None,
    in_force_on: date | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Consent]:
    """Return at most `limit` consents, the latest first, after this time and id."""
    query = _query(institution)
    if contact is not None:
        query = query.where(_COLUMNS.contact == contact)
    if in_force_on is not None:
        query = query.where(_in_force(in_force_on))
    if after is not None:
        moment, last_id = after
        same = and_(_COLUMNS.recorded_at == moment, _COLUMNS.id < last_id)
        query = query.where(or_(_COLUMNS.recorded_at < moment, same))
    query = query.order_by(_COLUMNS.recorded_at.desc(), _COLUMNS.id.desc()).limit(limit)
    return [_from_row(row) for row in connection.execute(query)]


def _query(institution: str | None) -> Any:
    query = select(consents)
    if institution is None:
        return query
    own = select(personal_contacts.c.id).where(personal_contacts.c.institution == institution)
    return query.where(_COLUMNS.contact.in_(own))


def _in_force(today: date) -> ColumnElement[bool]:
    """SQL condition equal to `Consent.is_in_force`."""
    return and_(
        _COLUMNS.replaced_at.is_(None),
        _COLUMNS.withdrawn_at.is_(None),
        or_(_COLUMNS.expires_on.is_(None), _COLUMNS.expires_on >= today),
    )


def _terms(consent: Consent) -> Sequence[object]:
    return (
        consent.scope,
        consent.purpose,
        consent.recipients,
        consent.evidence,
        consent.given_on,
        consent.expires_on,
    )


def _from_row(row: Row[Any]) -> Consent:
    values = dict(row._mapping)
    scope, names = ConsentScope(row.scope), tuple(row.recipients)
    return Consent(**{**values, "scope": scope, "recipients": names})
