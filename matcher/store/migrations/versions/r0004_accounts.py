"""Accounts of people, their failed attempts to sign in, and sessions of the pages."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables, empty: until the first account everything stays as it was."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("institution", sa.String(200)),
        sa.Column("enterprise", sa.String(200)),
        sa.Column("hashed", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("password_set_at", sa.DateTime(), nullable=False),
        sa.Column("disabled_at", sa.DateTime()),
        sa.Column("last_sign_in_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("account", sa.String(20), nullable=False),
        sa.Column("known_browser", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("locked_until", sa.DateTime()),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("account", "known_browser"),
    )
    op.create_table(
        "sessions",
        sa.Column("hashed", sa.String(64), nullable=False),
        sa.Column("account", sa.String(20)),
        sa.Column("api_key", sa.String(20)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["api_key"], ["api_keys.id"]),
        sa.PrimaryKeyConstraint("hashed"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_index("ix_sessions_api_key", "sessions", ["api_key"])
