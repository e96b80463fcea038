"""Tables of personal contacts, of their consents, and of relayed messages."""

from sqlalchemy import (
    JSON,
    Column,
    Date,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from matcher.store.schema.catalogue import metadata
from matcher.store.schema.times import UtcTime

personal_contacts = Table(
    "personal_contacts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("institution", String(200), nullable=False),
    Column("team", String(200), nullable=False),
    Column("person", String(100), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("stored_at", UtcTime, nullable=False),
    UniqueConstraint("institution", "team", "person"),
)
"""`sealed` is the encrypted phone and e-mail; they are nowhere else in the database. `team` is
empty where none is known. An id is never used again: the audit trail names contacts by it."""

consents = Table(
    "consents",
    metadata,
    Column("id", String(40), primary_key=True),
    Column(
        "contact",
        ForeignKey("personal_contacts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("scope", String(20), nullable=False),
    Column("purpose", Text),
    Column("recipients", JSON, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("given_on", Date),
    Column("expires_on", Date),
    Column("recorded_at", UtcTime, nullable=False),
    Column("recorded_by", String(20), nullable=False),
    Column("replaced_at", UtcTime),
    Column("withdrawn_at", UtcTime),
)
"""Consents of persons, recorded nowhere else. `recipients` is a list of enterprise names, match
ids and key ids; `expires_on` is the last valid day; `recorded_by` is a key's id; a replaced or
withdrawn consent is kept as a proof and permits nothing."""

relay_requests = Table(
    "relay_requests",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("match", ForeignKey("matches.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("institution", String(200), nullable=False, index=True),
    Column("asked_by", String(20), nullable=False),
    Column("contact", String(40), index=True),
    Column("state", String(20), nullable=False, index=True),
    Column("message", Text, nullable=False),
    Column("answer", Text),
    Column("asked_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", String(20)),
)
"""Messages that an institution's technology-transfer office passes on. `contact` is the id of the
addressee, if it is a person; message and answer are confidential."""
