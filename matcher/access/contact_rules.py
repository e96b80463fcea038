"""Visibility of personal contacts by consent and role; no other module decides it.

| tier | basis | visible to |
|---|---|---|
| public 公开 | a consent of scope public | every caller who may see the match |
| event 活动 | a consent of scope event | staff, and the keys, enterprises and events it names |
| granted 授权 | a consent of scope granted | the enterprise, or the match, it names |
| masked 脱敏 | nothing in force | nobody: `138****1234`, and a message through the TTO |

Access to the match itself is checked before, by matcher.store.visibility.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from matcher.access.roles import Caller, Role
from matcher.errors import InputError, NotFoundError
from matcher.language.messages import _
from matcher.text.personal_data import LONG_NUMBER, has_contact
from matcher.types import ConsentScope, Patent

MAX_REASON_CHARACTERS = 500
REVEALED = "contact.revealed"
"""Action of the audit row of each contact that was shown whole."""


class ContactNotFoundError(NotFoundError):
    """There is no such contact, or none that belongs to this."""


class ConsentNotFoundError(NotFoundError):
    """There is no such consent, or none that the caller may see."""


class ContactTier(StrEnum):
    """Basis on which a contact is shown."""

    PUBLIC = "public"
    EVENT = "event"
    GRANTED = "granted"
    MASKED = "masked"


@dataclass(frozen=True, slots=True)
class HeldContact:
    """Stored personal contact; its phone and e-mail are encrypted."""

    id: str
    institution: str
    team: str | None
    person: str
    sealed: bytes
    stored_at: datetime

    def __repr__(self) -> str:
        return f"HeldContact({self.id})"


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent of a person, with its proof and its end."""

    id: str
    contact: str
    scope: ConsentScope
    purpose: str | None
    recipients: tuple[str, ...]
    """Names of enterprises and events, ids of matches, ids of keys."""
    evidence: str
    given_on: date | None
    expires_on: date | None
    """Last day in force."""
    recorded_at: datetime
    recorded_by: str
    replaced_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def is_in_force(self, today: date) -> bool:
        """True if it is in force on this day."""
        ended = self.replaced_at is not None or self.withdrawn_at is not None
        return not ended and (self.expires_on is None or today <= self.expires_on)


def consent_day(moment: datetime) -> date:
    """Return the day of a moment in China, where consents are given."""
    return moment.astimezone(_CHINA).date()


_CHINA = timezone(timedelta(hours=8))


def permitting(
    consents: Iterable[Consent],
    caller: Caller,
    match_id: str,
    today: date,
    event: str | None = None,
) -> Consent | None:
    """Return the consent that shows a match's contact to the caller; None if it stays masked.

    Of several, the one with the widest scope. `event` is the name of the event whose papers are
    made.
    """
    opening = [
        consent
        for consent in consents
        if consent.is_in_force(today) and _opens_to(consent, caller, match_id, event)
    ]
    return min(opening, key=lambda consent: _WIDEST_FIRST.index(consent.scope), default=None)


_WIDEST_FIRST = (ConsentScope.PUBLIC, ConsentScope.EVENT, ConsentScope.GRANTED)


def _opens_to(consent: Consent, caller: Caller, match_id: str, event: str | None) -> bool:
    if caller.role is Role.AUDITOR:
        return False
    names = consent.recipients
    is_named = caller.role is Role.ENTERPRISE and caller.enterprise in names
    match consent.scope:
        case ConsentScope.PUBLIC:
            return True
        case ConsentScope.EVENT:
            is_there = event is not None and event in names
            return caller.role is Role.STAFF or is_named or caller.key in names or is_there
        case ConsentScope.GRANTED:
            return is_named or match_id in names


def belongs_to(contact: HeldContact, patent: Patent) -> bool:
    """True if the contact is a member of the patent's team.

    By the team's name; without one, a person of the institution whom the patent names. A namesake
    of another institution or team is somebody else.
    """
    if patent.institution is None or contact.institution != patent.institution:
        return False
    if contact.team is not None:
        return patent.team is not None and contact.team == patent.team.name
    lead = None if patent.team is None else patent.team.lead
    return contact.person in {*patent.inventors, lead}


def check_reason(reason: str, persons: Iterable[str] = ()) -> str:
    """Return a reason for the audit trail, which is permanent: no person, phone or e-mail.

    Raises InputError, which does not repeat it.
    """
    line = " ".join(reason.split())
    if not line:
        raise InputError(_("say why: the reason is kept with who asked and when"))
    if len(line) > MAX_REASON_CHARACTERS:
        raise InputError(
            _(
                "a reason may have {most} characters at most",
                most=MAX_REASON_CHARACTERS,
            )
        )
    if (
        LONG_NUMBER.search(line)
        or has_contact(line)
        or any(person and person in line for person in persons)
    ):
        raise InputError(
            _(
                "the reason may hold no person's name, phone or e-mail: it is kept for good; "
                "say what the contact is needed for"
            )
        )
    return line


def check_consent(
    scope: ConsentScope,
    recipients: Iterable[str],
    given_on: date | None,
    expires_on: date | None,
    today: date,
) -> None:
    """Raise InputError for a consent that cannot be, or that would permit nothing."""
    if scope is ConsentScope.GRANTED and not any(recipients):
        raise InputError(
            _("a granted consent names its recipients: the enterprise, or the id of the match")
        )
    if given_on is not None and given_on > today:
        raise InputError(_("a consent cannot have been given in the future"))
    if expires_on is not None and expires_on < today:
        raise InputError(_("this consent has run out: ask for consent again"))
