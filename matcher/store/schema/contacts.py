"""The tables of personal contacts, of the consents they rest on, and of relayed messages."""

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
"""`sealed` is the phone and e-mail, encrypted; they are nowhere else in the database. `team` is
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
"""The one place where it stands what a person agreed to. `recipients` is a list of names of
enterprises, match ids and key ids; `expires_on` is the last day on which it holds; `recorded_by`
is a key's id; a consent that was replaced or withdrawn is kept as a proof and permits nothing."""

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
"""A message that an institution's technology-transfer office passes on. `contact` is the id of the
person it is meant for, if it is meant for one; message and answer are confidential."""
