"""Revealing a contact: decided, counted and written into the audit trail, in one transaction."""

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
from matcher.matches.record import MatchRecord
from matcher.store import audit, consents, patents, personal_contacts
from matcher.store.matches import visible_match

REVEALED = "contact.revealed"
MASKED = "contact.masked"
ON_PAPER = "printed on the enterprise's paper of an event"
"""The reason that the audit trail gives."""
WINDOW = timedelta(hours=24)


class RevealLimitError(MatcherError):
    """The caller has seen as many contacts as its key may in a day."""

    def __init__(self, words: str, seconds: int) -> None:
        super().__init__(words)
        self.seconds = seconds
        """Until the next one can be seen."""


@dataclass(frozen=True, slots=True)
class SeenContact:
    """A contact as one caller may see it: whole by right of a consent, or masked."""

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
    """The contacts behind a match, or the one that is named: whole where a consent permits it.

    The connection is one for writing: each contact leaves a row in the audit trail. Raises
    MatchNotFoundError, ContactNotFoundError, InputError for a reason that cannot be kept,
    ForbiddenError while nobody knows who asks, RevealLimitError, and ContactKeyError.
    """
    check_known(caller)
    match = visible_match(connection, caller, match_id)
    held = _chosen(behind(connection, match), contact_id)
    reason = contact_rules.check_reason(reason, [contact.person for contact in held])
    today = contact_rules.consent_day(moment)
    permitted = {
        contact.id: contact_rules.permitting(
            consents.of_contact(connection, contact.id), caller, match.id, today
        )
        for contact in held
    }
    _check_limit(connection, caller, sum(map(bool, permitted.values())), per_day, moment)
    seen = _opened(held, permitted, key)
    for contact in seen:
        _write_down(connection, caller, match, contact, reason)
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
    """The contacts behind a match that the paper may show which an enterprise gets at an event.

    Whoever prints may see more: what counts is what the enterprise may see, and nothing is masked
    on paper. The connection is one for writing, as for `reveal`. Raises MatchNotFoundError, and
    ContactKeyError.
    """
    match = visible_match(connection, by, match_id)
    reader = Caller(enterprise, Role.ENTERPRISE, enterprise=enterprise)
    today = contact_rules.consent_day(moment)
    permitted = {}
    held = behind(connection, match)
    for contact in held:
        given = consents.of_contact(connection, contact.id)
        if consent := contact_rules.permitting(given, reader, match.id, today, event):
            permitted[contact.id] = consent
    seen = _opened([one for one in held if one.id in permitted], permitted, key)
    for shown in seen:
        _write_down(connection, by, match, shown, ON_PAPER)
    return seen


def masked(
    connection: Connection, match: MatchRecord, key: SecretStr | None, contact_id: str | None
) -> list[SeenContact]:
    """The contacts behind a match, or the one that is named, as anybody may see them.

    Without the key that opens them, their phone and e-mail are None: a message can be relayed all
    the same. Raises ContactNotFoundError.
    """
    held = _chosen(behind(connection, match), contact_id)
    try:
        return _opened(held, {}, key)
    except ContactKeyError:
        return [SeenContact(contact, ContactTier.MASKED, None, None, None) for contact in held]


def behind(connection: Connection, match: MatchRecord) -> list[HeldContact]:
    """The contacts of the team behind a match; none where the patent left the catalogue."""
    try:
        patent = patents.by_identifier(connection, match.patent)
    except NotFoundError:
        return []
    if patent.institution is None:
        return []
    held = personal_contacts.of_institution(connection, patent.institution)
    return [contact for contact in held if contact_rules.belongs_to(contact, patent)]


def check_known(caller: Caller) -> None:
    """Raises ForbiddenError for whoever asks without a key: the trail could not say who."""
    if caller == OPEN_CALLER:
        raise ForbiddenError(
            "personal contacts need a key, so that it is known who asks: matcher keys create"
        )


def _chosen(held: Sequence[HeldContact], contact_id: str | None) -> list[HeldContact]:
    chosen = [contact for contact in held if contact_id in (None, contact.id)]
    if contact_id is not None and not chosen:
        raise ContactNotFoundError(f"this match has no contact {contact_id[:60]!r}")
    return chosen


def _check_limit(
    connection: Connection, caller: Caller, asked: int, per_day: int, moment: datetime
) -> None:
    """What was revealed in the last 24 hours counts, as the audit trail has it."""
    seen = audit.page(connection, action=REVEALED, by=caller.key, since=moment - WINDOW)
    excess = len(seen) + asked - per_day
    if not asked or excess <= 0:
        return
    waits_for = seen[min(excess, len(seen)) - 1].at if seen else moment
    seconds = max(1, math.ceil((waits_for + WINDOW - moment).total_seconds()))
    raise RevealLimitError(
        f"this key may see {per_day} contacts in 24 hours; {len(seen)} are used and {asked} more "
        "are asked for: name one by its id, wait, or ask the office to relay a message",
        seconds,
    )


def _opened(
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
            contact_rules.mask_phone(phone),
            contact_rules.mask_email(email),
        )
        return SeenContact(held, ContactTier.MASKED, masked_phone, masked_email, None)
    return SeenContact(held, ContactTier(consent.scope.value), phone, email, consent)


def _write_down(
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
