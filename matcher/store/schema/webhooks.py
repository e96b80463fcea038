"""Tables of webhooks and of deliveries to them."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from matcher.store.schema.catalogue import metadata
from matcher.store.schema.times import UtcTime

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("created_by", String(20), nullable=False, index=True),
    Column("url", String(2000), nullable=False),
    Column("events", JSON, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)
"""`secret` signs the deliveries; it is encrypted. `created_by` is a key's id."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("webhook", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("event", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("claimed_until", UtcTime),
    Column("attempts", Integer, nullable=False),
    Column("last_status", Integer),
    Column("last_error", String(60)),
    Column("settled_at", UtcTime),
    Column("request", String(40)),
    Index("ix_deliveries_due", "state", "due_at"),
)
"""Outbox: a row is written with its event, and sent by the process that claims it first.

`request` is the id of the request that caused the event, for the log of the sender.
"""
