"""Table of API keys."""

from sqlalchemy import Column, String, Table

from matcher.store.schema.catalogue import metadata
from matcher.store.schema.times import UtcTime

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("label", String(200)),
    Column("institution", String(200)),
    Column("enterprise", String(200)),
    Column("hashed", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("last_used_at", UtcTime),
)
"""`hashed` is the keyed hash of the secret; the secret itself is not stored."""
