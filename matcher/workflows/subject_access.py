"""Subject access (个人信息查询): all data on a person with its audit rows, and erasure (删除).

A person is a name and an institution: a namesake elsewhere is another person.
"""

from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection

from matcher.access import contact_rules, encryption
from matcher.access.contact_rules import Consent, ContactNotFoundError, HeldContact
from matcher.access.relay import RelayRequest
from matcher.access.roles import Caller
from matcher.language.messages import _
from matcher.store import (
    audit,
    consents,
    mentions,
    personal_contacts,
    relays,
)
from matcher.types import Json


def report(
    connection: Connection,
    person: str,
    institution: str,
    *,
    by: Caller,
    with_values: bool,
    key: SecretStr | None,
) -> Json:
    """Report all data on a person as a JSON object; phone and e-mail only with `with_values`.

    The connection is one for writing: the report leaves a row in the audit trail. Raises
    ContactKeyError for values that no key decrypts.
    """
    held = personal_contacts.of_person(connection, person, institution)
    ids = [contact.id for contact in held]
    cipher = encryption.cipher(key) if with_values and held else None
    trail = {row.seq: row for contact in ids for row in audit.page(connection, about=contact)}
    data: Json = {
        "person": person,
        "institution": institution,
        "contacts": [
            {
                **contact_json(contact),
                **({} if cipher is None else encryption.unseal(cipher, contact.sealed)),
                "consents": [
                    consent_json(consent) for consent in consents.of_contact(connection, contact.id)
                ],
            }
            for contact in held
        ],
        "teams": mentions.teams_naming(connection, person, institution),
        "patents": mentions.patents_naming(connection, person, institution),
        "case_owner_of": mentions.matches_owned_by(connection, person, institution),
        "relay_requests": [relay_json(request) for request in relays.of_contact(connection, ids)],
        "audit": [audit.audit_json(trail[seq]) for seq in sorted(trail)],
    }
    for contact in ids:
        details = {"values": "shown" if with_values else "left out"}
        audit.append(connection, by=by, action="subject.reported", subject=contact, details=details)
    return data


def erase(
    connection: Connection, person: str, institution: str, *, reason: str, by: Caller
) -> Json:
    """Delete a person's contacts and consents; the audit trail stays and gets a row for each.

    Returns a JSON object with the ids that the trail continues to name. Raises
    ContactNotFoundError where nothing is held, InputError for a reason that cannot be kept.
    """
    held = personal_contacts.of_person(connection, person, institution)
    if not held:
        raise ContactNotFoundError(
            _("no personal contact of this person is held at this institution")
        )
    reason = contact_rules.check_reason(reason, [person])
    counts = {contact.id: len(consents.of_contact(connection, contact.id)) for contact in held}
    personal_contacts.erase(connection, held)
    for contact, count in counts.items():
        audit.append(
            connection,
            by=by,
            action="subject.erased",
            subject=contact,
            details={"consents": count, "reason": reason},
        )
    return {"contacts": list(counts), "consents": sum(counts.values())}


def contact_json(contact: HeldContact) -> Json:
    """Return a contact as a JSON object, without phone and e-mail."""
    return {
        "contact": contact.id,
        "institution": contact.institution,
        "team": contact.team,
        "person": contact.person,
        "stored_at": contact.stored_at.isoformat(),
    }


def consent_json(consent: Consent) -> Json:
    """Return a consent as a JSON object."""
    return {
        "id": consent.id,
        "contact": consent.contact,
        "scope": consent.scope.value,
        "purpose": consent.purpose,
        "recipients": list(consent.recipients),
        "evidence": consent.evidence,
        "given_on": _day(consent.given_on),
        "expires_on": _day(consent.expires_on),
        "recorded_at": consent.recorded_at.isoformat(),
        "recorded_by": consent.recorded_by,
        "replaced_at": _day(consent.replaced_at),
        "withdrawn_at": _day(consent.withdrawn_at),
    }


def relay_json(request: RelayRequest) -> Json:
    """Return a relay request as a JSON object, without its message."""
    return {
        "id": request.id,
        "match": request.match,
        "asked_by": request.asked_by,
        "state": request.state.value,
        "asked_at": request.asked_at.isoformat(),
    }


def _day(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()
