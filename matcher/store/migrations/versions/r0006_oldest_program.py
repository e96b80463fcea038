"""Oldest program that runs on the tables, so that later migrations need not stop every server."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
kind = "contract"
oldest_program = "0006"


def upgrade() -> None:
    """Record it. Programs before it refuse every revision but their own, so they end here."""
    meta = sa.table("meta", sa.column("key", sa.String), sa.column("value", sa.Integer))
    op.bulk_insert(meta, [{"key": "oldest_program", "value": int(oldest_program)}])
