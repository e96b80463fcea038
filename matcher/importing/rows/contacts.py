"""Contacts in a row: the TTO's, which is public, and a person's, which needs that one's consent."""

import re
from datetime import date

from matcher.access.contact_rules import EMAIL
from matcher.importing.rows.row import Row
from matcher.text import dates
from matcher.types import ConsentScope, PersonalContact, TtoContact

_SCOPES = (
    (re.compile(r"不公开|不同意|拒绝|^(?:无|否|no|none)$", re.I), None),
    (re.compile(r"活动|对接|event", re.I), ConsentScope.EVENT),
    (re.compile(r"授权|逐次|指定|单个企业|granted", re.I), ConsentScope.GRANTED),
    (re.compile(r"公开|public", re.I), ConsentScope.PUBLIC),
)
_BETWEEN_RECIPIENTS = re.compile(r"[;；、|\n]")
_EMAIL = re.compile(EMAIL)


def read_tto(row: Row, institution: str | None) -> TtoContact | None:
    """The institution's technology-transfer office, if the row names any of its details."""
    name, phone, email = (row.get(f"tto_{detail}") or None for detail in ("name", "phone", "email"))
    if not (name or phone or email):
        return None
    if institution is None:
        row.complain("tto_name", "a TTO contact without an institution was left out: name the 机构")
        return None
    return TtoContact(institution, name, phone, email)


def read_personal(
    row: Row, institution: str | None, team: str | None, lead: str | None
) -> tuple[PersonalContact, ...]:
    """The person's contact, if it may be kept; else nothing, and a problem that shows no value."""
    phone, email = row.get("contact_phone") or None, row.get("contact_email") or None
    if not (phone or email):
        return ()
    column = "contact_phone" if phone else "contact_email"
    person = row.get("contact_name") or lead
    scope = _read_scope(row, column)
    if scope is None:
        return ()
    missing = [word for word, given in (("联系人", person), ("机构", institution)) if not given]
    if not row.get("consent_evidence"):
        missing.append("同意凭证")
    if missing:
        row.complain(column, f"personal contact not stored: fill in {'、'.join(missing)}")
        return ()
    if email and not _EMAIL.fullmatch(email):
        row.complain("contact_email", "not stored: this is no e-mail address")
        email = None
    expires = None
    if until := row.get("consent_until"):
        expires = dates.parse(until)
        if expires is None or expires < row.reading.today:
            row.complain(
                "consent_until",
                "personal contact not stored: the consent has run out, or its date cannot be read "
                "(write 2027-12-31); ask for consent again",
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


def _read_recipients(row: Row) -> tuple[str, ...]:
    names = (name.strip() for name in _BETWEEN_RECIPIENTS.split(row.get("consent_recipients")))
    return tuple(dict.fromkeys(name for name in names if name))


def _read_given(row: Row) -> date | None:
    """When the person agreed; a date that cannot be is left out, as the proof itself has it."""
    written = row.get("consent_given")
    if not written:
        return None
    given = dates.parse(written)
    if given is None or given > row.reading.today:
        row.complain("consent_given", "left out: this is no day in the past (write 2026-01-15)")
        return None
    return given


def _read_scope(row: Row, column: str) -> ConsentScope | None:
    written = row.get("consent_scope")
    if not written:
        row.complain(
            column,
            "personal contact not stored: there is no consent scope; fill in 同意公开范围 "
            "(公开, 本次活动, 经授权) and 同意凭证",
        )
        return None
    for pattern, scope in _SCOPES:
        if pattern.search(written):
            if scope is None:
                row.complain(column, "personal contact not stored: the person does not consent")
            return scope
    row.complain(
        "consent_scope",
        "personal contact not stored: the scope is not understood; write 公开, 本次活动 or 经授权",
    )
    return None
