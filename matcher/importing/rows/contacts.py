"""Contacts in a row: the TTO's, which is public, and a person's, which needs consent."""

import re
from datetime import date

from matcher.importing.rows.consent_scope import ConsentRefusedError, read_consent_scope
from matcher.importing.rows.row import Row
from matcher.labels import listed
from matcher.language.messages import _
from matcher.text import dates
from matcher.text.personal_data import EMAIL_FORM
from matcher.types import ConsentRefusal, ConsentScope, PersonalContact, TtoContact

_RECIPIENT_SEPARATOR = re.compile(r"[;；、|\n]")
_EMAIL = re.compile(EMAIL_FORM)


def read_tto(row: Row, institution: str | None) -> TtoContact | None:
    """Read the institution's technology-transfer office; None where the row gives no detail."""
    name, phone, email = (row.get(f"tto_{detail}") or None for detail in ("name", "phone", "email"))
    if not (name or phone or email):
        return None
    if institution is None:
        row.complain(
            "tto_name", _("a TTO contact without an institution was left out: name the 机构")
        )
        return None
    return TtoContact(institution, name, phone, email)


def read_personal(
    row: Row, institution: str | None, team: str | None, lead: str | None
) -> tuple[PersonalContact | ConsentRefusal, ...]:
    """Read the personal contact, if it may be stored; else none, and a problem without its value.

    A refusal is kept: it ends the consent of an earlier import.

    It needs a person, an institution, a consent scope with evidence, and a consent that is still
    valid.
    """
    phone, email = row.get("contact_phone") or None, row.get("contact_email") or None
    if not (phone or email):
        return ()
    column = "contact_phone" if phone else "contact_email"
    person = row.get("contact_name") or lead
    try:
        scope = _read_scope(row, column)
    except ConsentRefusedError:
        return (ConsentRefusal(person, institution, team),) if person and institution else ()
    if scope is None:
        return ()
    if missing := _missing_headings(row, person, institution):
        row.complain(
            column, _("personal contact not stored: fill in {missing}", missing=listed(missing))
        )
        return ()
    email = _check_email(row, email)
    until = row.get("consent_until")
    expires = dates.parse(until) if until else None
    if until and (expires is None or expires < row.context.today):
        row.complain(
            "consent_until",
            _(
                "personal contact not stored: the consent has run out, or its date cannot be "
                "read (write 2027-12-31); ask for consent again"
            ),
        )
        return ()
    if not (phone or email) or person is None or institution is None:
        return ()
    contact = PersonalContact(
        person,
        institution,
        team,
        phone,
        email,
        scope,
        row.get("consent_evidence"),
        expires,
        purpose=row.get("consent_purpose") or None,
        recipients=_read_recipients(row),
        given_on=_read_given(row),
    )
    return (contact,)


def _missing_headings(row: Row, person: str | None, institution: str | None) -> list[str]:
    """Headings of the empty columns without which a personal contact is not stored."""
    required = (
        ("联系人", person),
        ("机构", institution),
        ("同意凭证", row.get("consent_evidence")),
    )
    return [heading for heading, value in required if not value]


def _check_email(row: Row, email: str | None) -> str | None:
    """Return the address, or None, with a problem, for text of another form."""
    if email and not _EMAIL.fullmatch(email):
        row.complain("contact_email", _("not stored: this is no e-mail address"))
        return None
    return email


def _read_recipients(row: Row) -> tuple[str, ...]:
    names = (name.strip() for name in _RECIPIENT_SEPARATOR.split(row.get("consent_recipients")))
    return tuple(dict.fromkeys(name for name in names if name))


def _read_given(row: Row) -> date | None:
    """Read the day of consent; an impossible one is left out, since the evidence gives it too."""
    written = row.get("consent_given")
    if not written:
        return None
    given = dates.parse(written)
    if given is None or given > row.context.today:
        row.complain("consent_given", _("left out: this is no day in the past (write 2026-01-15)"))
        return None
    return given


def _read_scope(row: Row, column: str) -> ConsentScope | None:
    written = row.get("consent_scope")
    if not written:
        row.complain(
            column,
            _(
                "personal contact not stored: there is no consent scope; fill in 同意公开范围 "
                "(公开, 本次活动, 经授权) and 同意凭证"
            ),
        )
        return None
    try:
        scope = read_consent_scope(written)
    except ConsentRefusedError:
        row.complain(
            column,
            _(
                "personal contact not stored: the person does not consent, or the cell can be read "
                "so, and the consent of an earlier import ends; if there is one, write 公开, "
                "本次活动 or 经授权 alone"
            ),
        )
        raise
    if scope is None:
        row.complain(
            "consent_scope",
            _(
                "personal contact not stored: the scope is not understood; write 公开, 本次活动 or "
                "经授权"
            ),
        )
    return scope
