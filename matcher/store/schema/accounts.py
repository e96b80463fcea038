"""Tables of accounts, of failed attempts to sign in, and of sessions."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from matcher.store.schema.catalogue import metadata
from matcher.store.schema.times import UtcTime

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("name", String(60), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("institution", String(200)),
    Column("enterprise", String(200)),
    Column("hashed", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("password_set_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
    Column("last_sign_in_at", UtcTime),
)
"""`hashed` is the Argon2id hash of the password. An account is never deleted: the audit trail
names it by its id, and nobody gets its name after it."""

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("account", ForeignKey("accounts.id"), primary_key=True),
    Column("known_browser", Boolean, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    Column("locked_until", UtcTime),
)
"""Failures in a row, apart for browsers in which the account has signed in before."""

sessions = Table(
    "sessions",
    metadata,
    Column("hashed", String(64), primary_key=True),
    Column("account", ForeignKey("accounts.id"), index=True),
    Column("api_key", ForeignKey("api_keys.id"), index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("last_seen_at", UtcTime, nullable=False),
)
"""`hashed` is the keyed hash of the token; the token itself is not stored. A session belongs to
an account or to a key."""
