"""Record of a consent by hand: by an office for its own institution, by an admin for any."""

from datetime import date

from pydantic import SecretStr
from sqlalchemy import Connection

from matcher.access import contact_rules, encryption
from matcher.access.contact_rules import Consent
from matcher.access.roles import Caller
from matcher.errors import ForbiddenError, InputError
from matcher.ids import new_id
from matcher.language.messages import _
from matcher.store import consents, personal_contacts
from matcher.store.schema.times import now
from matcher.types import PersonalContact


def record(
    connection: Connection,
    given: PersonalContact,
    *,
    by: Caller,
    own: str | None,
    key: SecretStr | None,
    today: date,
) -> Consent:
    """Save the contact if phone or e-mail are given, and add the consent.

    `own` is the only institution for which the caller may record. Raises ForbiddenError for
    another, InputError for a consent that permits nothing or has no contact, and ContactKeyError.
    """
    if own is not None and given.institution != own:
        raise ForbiddenError(_("this key may record consents of its own institution only"))
    contact_rules.check_consent(given.scope, given.recipients, given.given_on, given.expires, today)
    moment = now()
    consent = Consent(
        id=new_id("consent"),
        contact=_contact(connection, given, key),
        scope=given.scope,
        purpose=given.purpose,
        recipients=given.recipients,
        evidence=given.evidence,
        given_on=given.given_on,
        expires_on=given.expires,
        recorded_at=moment,
        recorded_by=by.key,
    )
    consents.add(connection, consent, by)
    return consent


def _contact(connection: Connection, given: PersonalContact, key: SecretStr | None) -> str:
    """Return the id of the contact, saved now or held already."""
    if given.phone or given.email:
        return personal_contacts.save(connection, given, encryption.cipher(key))
    held = personal_contacts.find(connection, given.institution, given.team, given.person)
    if held is None:
        raise InputError(
            _(
                "no contact of this person in this team is held: send the phone or e-mail with "
                "the consent"
            )
        )
    return held.id
