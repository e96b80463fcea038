"""Who may see which personal contact: the one place that decides it.

| tier | rests on | opens the contact to |
|---|---|---|
| public 公开 | a consent of scope public | whoever may see the match |
| event 活动 | a consent of scope event | staff, and the keys, enterprises and events it names |
| granted 授权 | a consent of scope granted | the enterprise, or the match, it names |
| masked 脱敏 | nothing in force | nobody: `138****1234`, and a message through the TTO |

That the caller may see the match at all is decided before, by matcher.visibility.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from matcher.access.roles import Caller, Role
from matcher.errors import InputError, NotFoundError
from matcher.types import ConsentScope, Patent

REASON_AT_MOST = 500


class ContactNotFoundError(NotFoundError):
    """There is no such contact, or none that belongs to this."""


class ConsentNotFoundError(NotFoundError):
    """There is no such consent, or none that the caller may see."""


class ContactTier(StrEnum):
    """By what right a contact is seen."""

    PUBLIC = "public"
    EVENT = "event"
    GRANTED = "granted"
    MASKED = "masked"


@dataclass(frozen=True, slots=True)
class HeldContact:
    """A personal contact as it is kept: its phone and e-mail are sealed."""

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
    """What a person agreed to, on which proof, and until when."""

    id: str
    contact: str
    scope: ConsentScope
    purpose: str | None
    recipients: tuple[str, ...]
    """Names of enterprises and events, ids of matches, ids of keys."""
    evidence: str
    given_on: date | None
    expires_on: date | None
    """The last day on which it holds."""
    recorded_at: datetime
    recorded_by: str
    replaced_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def is_in_force(self, today: date) -> bool:
        """Whether it permits anything on this day."""
        ended = self.replaced_at is not None or self.withdrawn_at is not None
        return not ended and (self.expires_on is None or today <= self.expires_on)


def consent_day(moment: datetime) -> date:
    """The day on which consents are judged: China's, where people agree to them."""
    return moment.astimezone(_CHINA).date()


_CHINA = timezone(timedelta(hours=8))


def permitting(
    consents: Iterable[Consent],
    caller: Caller,
    match_id: str,
    today: date,
    event: str | None = None,
) -> Consent | None:
    """The consent by which a caller who may see the match may see the contact; None if masked.

    Of several, the one with the widest scope. `event` is the name of the event at whose papers the
    caller looks.
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
    """Whether it is the contact of somebody of the patent's team.

    By the team's name; without one, a person of the institution whom the patent names. A namesake
    of another institution or team is somebody else.
    """
    if patent.institution is None or contact.institution != patent.institution:
        return False
    if contact.team is not None:
        return patent.team is not None and contact.team == patent.team.name
    lead = None if patent.team is None else patent.team.lead
    return contact.person in {*patent.inventors, lead}


def mask_phone(phone: str | None) -> str | None:
    """`138****1234`: the first three and the last four digits, of a short number the last two."""
    if phone is None:
        return None
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) >= 7 else "****"


def mask_email(email: str | None) -> str | None:
    """`a***@sample.example`: the first letter and the domain."""
    if email is None:
        return None
    name, at, domain = email.rpartition("@")
    return f"{name[:1]}***@{domain}" if at and name and domain else "***"


EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
"""What an e-mail address looks like."""
_LIKE_CONTACT = re.compile(r"\d(?:[\s()（）.-]*\d){6,}|[^\s@]+@[^\s@]+|＠")


def check_reason(reason: str, persons: Iterable[str] = ()) -> str:
    """A reason as the audit trail keeps it for good: it must name nobody and no way to anybody.

    Raises InputError, which does not repeat it.
    """
    words = " ".join(reason.split())
    if not words:
        raise InputError("say why: the reason is kept with who asked and when")
    if len(words) > REASON_AT_MOST:
        raise InputError(f"a reason may have {REASON_AT_MOST} characters at most")
    if _LIKE_CONTACT.search(words) or any(person and person in words for person in persons):
        raise InputError(
            "the reason may hold no person's name, phone or e-mail: it is kept for good; say what "
            "the contact is needed for"
        )
    return words


def check_consent(
    scope: ConsentScope,
    recipients: Iterable[str],
    given_on: date | None,
    expires_on: date | None,
    today: date,
) -> None:
    """Raises InputError for a consent that cannot be, or that would permit nothing."""
    if scope is ConsentScope.GRANTED and not any(recipients):
        raise InputError(
            "a granted consent names its recipients: the enterprise, or the id of the match"
        )
    if given_on is not None and given_on > today:
        raise InputError("a consent cannot have been given in the future")
    if expires_on is not None and expires_on < today:
        raise InputError("this consent has run out: ask for consent again")
