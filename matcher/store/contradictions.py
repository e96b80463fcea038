"""Contradictions between personal contacts, their consents, and the audit trail.

Order comes from the audit trail, never from a clock.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from matcher.access import encryption
from matcher.access.contact_rules import REVEALED
from matcher.language.messages import _
from matcher.store.consents import IMPORT
from matcher.store.personal_contacts import SEALED
from matcher.store.schema.audit import audit_trail
from matcher.store.schema.contacts import consents, personal_contacts, relay_requests

_ROWS_PER_FETCH = 1000
RECORDED, WITHDRAWN, ERASED = "consent.recorded", "consent.withdrawn", "subject.erased"


def contradictions(connection: Connection) -> Iterator[str]:
    """Yield one line for each contradiction, with the ids of the records."""
    yield from _contacts_alone(connection)
    yield from _not_sealed(connection)
    yield from _not_in_the_trail(connection)


def _contacts_alone(connection: Connection) -> Iterator[str]:
    """Contacts that rest on no consent, and messages to contacts that are gone."""
    given = select(consents.c.id).where(consents.c.contact == personal_contacts.c.id)
    query = select(personal_contacts.c.id).where(~given.exists())
    for contact in connection.execute(query.order_by(personal_contacts.c.id)).scalars():
        yield _("the contact {contact} is kept without any consent", contact=contact)
    held = select(personal_contacts.c.id).where(personal_contacts.c.id == relay_requests.c.contact)
    named = relay_requests.c.contact.is_not(None)
    orphans = select(relay_requests.c.id).where(named, ~held.exists())
    for request in connection.execute(orphans.order_by(relay_requests.c.id)).scalars():
        yield _("the message {request} names a contact that is not kept", request=request)


def _not_sealed(connection: Connection) -> Iterator[str]:
    """Values that stand in the place of encrypted ones; none is opened."""
    for table, column in SEALED:
        query = select(table.c.id, column).where(column.is_not(None))
        rows = connection.execute(query.execution_options(yield_per=_ROWS_PER_FETCH))
        for identity, sealed in rows:
            if not encryption.is_sealed(sealed):
                yield _(
                    "{record} has a value of {table} that is not encrypted, or is damaged",
                    record=identity,
                    table=table.name,
                )


@dataclass
class _Trail:
    """Acts that the audit trail tells of consents."""

    recorded: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    """Contacts whose data was erased."""
    reveals: list[tuple[int, str, str | None, bool]] = field(default_factory=list)
    """Row, contact, consent, and whether that was withdrawn before."""


def _not_in_the_trail(connection: Connection) -> Iterator[str]:
    """Consents that the trail does not know, and reveals that no consent permitted."""
    trail = _read_trail(connection)
    columns = consents.c
    rows = connection.execute(
        select(columns.id, columns.contact, columns.recorded_by, columns.withdrawn_at)
    ).all()
    for row in sorted(rows):
        # A consent of an import may be older than the trail: a migration gave it its row.
        if row.recorded_by != IMPORT and row.id not in trail.recorded:
            yield _("the audit trail does not know of the consent {consent}", consent=row.id)
        if (row.withdrawn_at is not None) != (row.id in trail.withdrawn):
            yield _(
                "of the consent {consent} the audit trail and the record do not agree whether it "
                "was withdrawn",
                consent=row.id,
            )
    contacts = {row.id: row.contact for row in rows}
    for seq, contact, consent, is_withdrawn in trail.reveals:
        permitted = consent is not None and not is_withdrawn
        if not permitted or (contacts.get(consent) != contact and contact not in trail.erased):
            yield _(
                "no consent permitted the reveal of {contact} in row {seq} of the audit trail",
                contact=contact,
                seq=seq,
            )


def _read_trail(connection: Connection) -> _Trail:
    trail = _Trail()
    columns = audit_trail.c
    query = (
        select(columns.seq, columns.action, columns.subject, columns.details)
        .where(columns.action.in_((RECORDED, WITHDRAWN, ERASED, REVEALED)))
        .order_by(columns.seq)
        .execution_options(yield_per=_ROWS_PER_FETCH)
    )
    for seq, action, subject, written in connection.execute(query):
        details = _details(written)
        consent = details.get("consent")
        if action == RECORDED:
            trail.recorded.add(str(consent))
        elif action == WITHDRAWN:
            trail.withdrawn.add(str(consent))
        elif action == ERASED:
            trail.erased.add(subject)
        else:
            contact = str(details.get("contact"))
            trail.reveals.append((seq, contact, consent, consent in trail.withdrawn))
    return trail


def _details(written: str) -> dict[str, Any]:
    """Return the details of a row; a damaged row has none (its digest tells)."""
    try:
        details = json.loads(written)
    except ValueError:
        return {}
    return details if isinstance(details, dict) else {}
