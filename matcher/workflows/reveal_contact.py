"""Reveal of contacts: decision, daily limit and audit row in one transaction."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import MultiFernet
from pydantic import SecretStr
from sqlalchemy import Connection

from matcher.access import contact_rules, encryption
from matcher.access.contact_rules import (
    Consent,
    ContactNotFoundError,
    ContactTier,
    HeldContact,
)
from matcher.access.encryption import ContactKeyError
from matcher.access.roles import OPEN_CALLER, Caller, Role
from matcher.errors import ForbiddenError, MatcherError, NotFoundError
from matcher.language.messages import _
from matcher.matches.record import MatchRecord
from matcher.store import audit, consents, patents, personal_contacts
from matcher.store.matches import visible_match
from matcher.text.personal_data import mask_email, mask_phone

REVEALED = contact_rules.REVEALED
MASKED = "contact.masked"
PRINT_REASON = "printed on the enterprise's paper of an event"
"""Reason in the audit rows of contacts printed for an event."""
LIMIT_WINDOW = timedelta(hours=24)


class RevealLimitError(MatcherError):
    """The key has reached its daily number of revealed contacts."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds
        """Seconds until the next reveal is possible."""


@dataclass(frozen=True, slots=True)
class SeenContact:
    """A contact as a caller may see it: whole by right of a consent, or masked."""

    held: HeldContact
    tier: ContactTier
    phone: str | None
    email: str | None
    consent: Consent | None

    def __repr__(self) -> str:
        return f"SeenContact({self.held.id}, {self.tier})"


def reveal(
    connection: Connection,
    caller: Caller,
    match_id: str,
    *,
    reason: str,
    contact_id: str | None,
    key: SecretStr | None,
    per_day: int,
    moment: datetime,
) -> list[SeenContact]:
    """Reveal the contacts behind a match, or the contact of this id: whole if a consent permits it.

    The connection is one for writing: each contact leaves a row in the audit trail. Raises
    MatchNotFoundError, ContactNotFoundError, InputError for a reason that cannot be kept,
    ForbiddenError for a caller without a key, RevealLimitError, and ContactKeyError.
    """
    check_identified(caller)
    match = visible_match(connection, caller, match_id)
    held = _chosen(contacts_behind(connection, match), contact_id)
    reason = contact_rules.check_reason(reason, [contact.person for contact in held])
    today = contact_rules.consent_day(moment)
    permitted = {
        contact.id: contact_rules.permitting(
            consents.of_contact(connection, contact.id), caller, match.id, today
        )
        for contact in held
    }
    _check_limit(connection, caller, sum(map(bool, permitted.values())), per_day, moment)
    seen = _decrypt(held, permitted, key)
    for contact in seen:
        _record_seen(connection, caller, match, contact, reason)
    return seen


def reveal_on_paper(
    connection: Connection,
    match_id: str,
    *,
    enterprise: str,
    event: str,
    by: Caller,
    key: SecretStr | None,
    moment: datetime,
) -> list[SeenContact]:
    """Return the contacts behind a match that an enterprise's page of an event may show.

    What the enterprise may see counts, not what the printing caller may see; masked contacts are
    left out. The connection is one for writing, as for `reveal`. Raises MatchNotFoundError, and
    ContactKeyError.
    """
    match = visible_match(connection, by, match_id)
    reader = Caller(enterprise, Role.ENTERPRISE, enterprise=enterprise)
    today = contact_rules.consent_day(moment)
    permitted = {}
    held = contacts_behind(connection, match)
    for candidate in held:
        given = consents.of_contact(connection, candidate.id)
        if consent := contact_rules.permitting(given, reader, match.id, today, event):
            permitted[candidate.id] = consent
    seen = _decrypt([contact for contact in held if contact.id in permitted], permitted, key)
    for contact in seen:
        _record_seen(connection, by, match, contact, PRINT_REASON)
    return seen


def masked_contacts(
    connection: Connection, match: MatchRecord, key: SecretStr | None, contact_id: str | None
) -> list[SeenContact]:
    """Return the contacts behind a match, or the contact of this id, masked.

    Without a key that decrypts them, phone and e-mail are None: a message can still be relayed.
    Raises ContactNotFoundError.
    """
    held = _chosen(contacts_behind(connection, match), contact_id)
    try:
        return _decrypt(held, {}, key)
    except ContactKeyError:
        return [SeenContact(contact, ContactTier.MASKED, None, None, None) for contact in held]


def contacts_behind(connection: Connection, match: MatchRecord) -> list[HeldContact]:
    """Return the contacts of the team behind a match; none where the patent left the catalogue."""
    try:
        patent = patents.by_identifier(connection, match.patent)
    except NotFoundError:
        return []
    if patent.institution is None:
        return []
    held = personal_contacts.of_institution(connection, patent.institution)
    return [contact for contact in held if contact_rules.belongs_to(contact, patent)]


def check_identified(caller: Caller) -> None:
    """Refuse a caller without a key: the trail could not name it. Raises ForbiddenError."""
    if caller == OPEN_CALLER:
        raise ForbiddenError(
            _("personal contacts need a key, so that it is known who asks: matcher keys create")
        )


def _chosen(held: Sequence[HeldContact], contact_id: str | None) -> list[HeldContact]:
    chosen = [contact for contact in held if contact_id in (None, contact.id)]
    if contact_id is not None and not chosen:
        raise ContactNotFoundError(
            _("this match has no contact {contact_id!r}", contact_id=contact_id[:60])
        )
    return chosen


def _check_limit(
    connection: Connection, caller: Caller, requested: int, per_day: int, moment: datetime
) -> None:
    """Check the limit against the last 24 hours of the audit trail. Raises RevealLimitError."""
    seen = audit.page(connection, action=REVEALED, by=caller.key, since=moment - LIMIT_WINDOW)
    excess = len(seen) + requested - per_day
    if not requested or excess <= 0:
        return
    blocking = seen[min(excess, len(seen)) - 1].at if seen else moment
    seconds = max(1, math.ceil((blocking + LIMIT_WINDOW - moment).total_seconds()))
    raise RevealLimitError(
        _(
            "this key may see {per_day} contacts in 24 hours; {count} are used and "
            "{requested} more are asked for: name one by its id, wait, or ask the office "
            "to relay a message",
            per_day=per_day,
            count=len(seen),
            requested=requested,
        ),
        seconds,
    )


def _decrypt(
    held: Sequence[HeldContact], permitted: Mapping[str, Consent | None], key: SecretStr | None
) -> list[SeenContact]:
    if not held:
        return []
    cipher = encryption.cipher(key)
    return [_seen(contact, permitted.get(contact.id), cipher) for contact in held]


def _seen(held: HeldContact, consent: Consent | None, cipher: MultiFernet) -> SeenContact:
    values: Mapping[str, str | None] = encryption.unseal(cipher, held.sealed)
    phone, email = values["phone"], values["email"]
    if consent is None:
        masked_phone, masked_email = (
            mask_phone(phone),
            mask_email(email),
        )
        return SeenContact(held, ContactTier.MASKED, masked_phone, masked_email, None)
    return SeenContact(held, ContactTier(consent.scope.value), phone, email, consent)


def _record_seen(
    connection: Connection, caller: Caller, match: MatchRecord, seen: SeenContact, reason: str
) -> None:
    audit.append(
        connection,
        by=caller,
        action=MASKED if seen.consent is None else REVEALED,
        subject=match.id,
        details={
            "contact": seen.held.id,
            "consent": None if seen.consent is None else seen.consent.id,
            "tier": seen.tier.value,
            "reason": reason,
        },
    )
