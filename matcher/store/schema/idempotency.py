"""The table of requests that came with an Idempotency-Key, and of what they were answered."""

from sqlalchemy import JSON, Column, Integer, LargeBinary, String, Table

from matcher.store.schema.catalogue import metadata
from matcher.store.schema.times import UtcTime

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("caller", String(20), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("started_at", UtcTime, nullable=False, index=True),
    Column("status", Integer),
    Column("headers", JSON),
    Column("sealed", LargeBinary),
)
"""`digest` and `request` are keyed hashes of the key and of what was asked with it; `status` is
null while the request is worked on; `sealed` is the answer's body, which only the key opens."""
