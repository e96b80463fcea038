"""Table of requests with an Idempotency-Key, and of their answers."""

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
"""`digest` and `request` are keyed hashes of the key and of its request; `status` is null while
the request is processed; `sealed` is the answer's body, encrypted by the client's key."""
