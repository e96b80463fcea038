"""Personal contacts in the database: phone and e-mail encrypted, consents beside them."""

from collections.abc import Iterable, Sequence
from typing import Any

from cryptography.fernet import MultiFernet
from pydantic import SecretStr
from sqlalchemy import Connection, Row, delete, insert, select, update

from matcher.access import encryption
from matcher.access.contact_rules import Consent, HeldContact
from matcher.access.roles import COMMAND_CALLER, Caller
from matcher.ids import new_id
from matcher.store import consents
from matcher.store.schema.contacts import personal_contacts, relay_requests
from matcher.store.schema.needs import needs
from matcher.store.schema.times import now
from matcher.store.schema.webhooks import webhooks
from matcher.types import ConsentRefusal, PersonalContact

_COLUMNS = personal_contacts.c
SEALED = (
    (personal_contacts, _COLUMNS.sealed),
    (needs, needs.c.contact),
    (webhooks, webhooks.c.secret),
)
"""Every column encrypted by MATCHER_CONTACT_KEY."""


def save_personal(
    connection: Connection,
    contacts: Iterable[PersonalContact],
    key: SecretStr,
    *,
    by: Caller = COMMAND_CALLER,
) -> list[PersonalContact]:
    """Encrypt and save contacts, one per person and team, each with the consent it rests on.

    The consent of an import replaces that of an earlier import. A contact whose person withdrew
    this very consent (the same evidence) is left out; the contacts left out are returned.
    Raises ContactKeyError.
    """
    cipher = encryption.cipher(key)
    left_out = []
    for contact in dict.fromkeys(contacts):
        held = find(connection, contact.institution, contact.team, contact.person)
        if held and contact.evidence in consents.withdrawn_evidence(connection, held.id):
            left_out.append(contact)
            continue
        contact_id = save(connection, contact, cipher)
        consents.add_imported(connection, _consent(contact, contact_id), by)
    return left_out


def end_refused(
    connection: Connection, refusals: Iterable[ConsentRefusal], *, by: Caller = COMMAND_CALLER
) -> None:
    """End the imported consents of persons who do not consent any more."""
    for refusal in dict.fromkeys(refusals):
        held = find(connection, refusal.institution, refusal.team, refusal.person)
        if held is not None:
            consents.end_imported(connection, held.id, by)


def save(connection: Connection, contact: PersonalContact, cipher: MultiFernet) -> str:
    """Encrypt and save a contact without its consent, replacing an older one; return its id."""
    values = {"phone": contact.phone, "email": contact.email}
    sealed = {"sealed": encryption.seal(cipher, values), "stored_at": now()}
    held = find(connection, contact.institution, contact.team, contact.person)
    if held is not None:
        connection.execute(update(personal_contacts).where(_COLUMNS.id == held.id).values(sealed))
        return held.id
    identity = new_id("contact")
    connection.execute(
        insert(personal_contacts).values(
            id=identity,
            institution=contact.institution,
            team=contact.team or "",
            person=contact.person,
            **sealed,
        )
    )
    return identity


def find(
    connection: Connection, institution: str, team: str | None, person: str
) -> HeldContact | None:
    """Return the contact of this person in this team, or with None in no team."""
    query = select(personal_contacts).where(
        _COLUMNS.institution == institution,
        _COLUMNS.team == (team or ""),
        _COLUMNS.person == person,
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _from_row(row)


def by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, HeldContact]:
    """Return the contacts with these ids; deleted contacts are left out."""
    query = select(personal_contacts).where(_COLUMNS.id.in_(ids))
    return {row.id: _from_row(row) for row in connection.execute(query)}


def of_institution(connection: Connection, institution: str | None) -> list[HeldContact]:
    """Return the contacts of an institution, or of all, by institution, team and person."""
    query = select(personal_contacts).order_by(_COLUMNS.institution, _COLUMNS.team, _COLUMNS.person)
    if institution is not None:
        query = query.where(_COLUMNS.institution == institution)
    return [_from_row(row) for row in connection.execute(query)]


def of_person(connection: Connection, person: str, institution: str) -> list[HeldContact]:
    """Return all contacts of a person at an institution, in any team."""
    return [held for held in of_institution(connection, institution) if held.person == person]


def erase(connection: Connection, contacts: Sequence[HeldContact]) -> None:
    """Delete contacts with their consents; relay requests to them no longer name them."""
    ids = [held.id for held in contacts]
    connection.execute(
        update(relay_requests).where(relay_requests.c.contact.in_(ids)).values(contact=None)
    )
    connection.execute(delete(personal_contacts).where(_COLUMNS.id.in_(ids)))


def reseal_all(connection: Connection, key: SecretStr | None) -> int:
    """Encrypt every encrypted value anew by the first key; return their number.

    Contact persons of needs and secrets of webhooks are encrypted by the same keys.
    Raises ContactKeyError.
    """
    cipher = encryption.cipher(key)
    count = 0
    for table, column in SEALED:
        query = select(table.c.id, column).where(column.is_not(None))
        for identity, sealed in connection.execute(query).all():
            anew = {column.name: encryption.reseal(cipher, sealed)}
            connection.execute(update(table).where(table.c.id == identity).values(anew))
            count += 1
    return count


def _consent(contact: PersonalContact, contact_id: str) -> Consent:
    return Consent(
        id=new_id("consent"),
        contact=contact_id,
        scope=contact.scope,
        purpose=contact.purpose,
        recipients=contact.recipients,
        evidence=contact.evidence,
        given_on=contact.given_on,
        expires_on=contact.expires,
        recorded_at=now(),
        recorded_by=consents.IMPORT,
    )


def _from_row(row: Row[Any]) -> HeldContact:
    return HeldContact(
        id=row.id,
        institution=row.institution,
        team=row.team or None,
        person=row.person,
        sealed=row.sealed,
        stored_at=row.stored_at,
    )
