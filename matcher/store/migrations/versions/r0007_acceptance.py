"""Acceptance of patents in pools and members of alliances; the batch of an event under way."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
kind = "expand"


def upgrade() -> None:
    """Add the columns. What was entered before counts as accepted on that day."""
    op.add_column("events", sa.Column("batch", sa.JSON()))
    for name in ("alliance_members", "pool_patents"):
        op.add_column(name, sa.Column("accepted_on", sa.Date()))
        table = sa.table(
            name,
            sa.column("id", sa.String),
            sa.column("created_at", sa.DateTime),
            sa.column("accepted_on", sa.Date),
        )
        connection = op.get_bind()
        rows = connection.execute(sa.select(table.c.id, table.c.created_at)).all()
        for identity, entered in rows:
            here = table.c.id == identity
            connection.execute(sa.update(table).where(here).values(accepted_on=entered.date()))
