"""States of the searchable content with random ids, in place of a counter."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the states; the present one goes on from the counter. Each patent gets its state."""
    connection = op.get_bind()
    meta = sa.table("meta", sa.column("key", sa.String), sa.column("value", sa.Integer))
    counter = meta.c.key == "generation"
    number = connection.execute(sa.select(meta.c.value).where(counter)).scalar_one()
    states = op.create_table(
        "catalogue_states",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.bulk_insert(states, [{"number": number, "id": secrets.token_hex(16)}])
    connection.execute(sa.delete(meta).where(counter))
    # The default stays: SQLite would copy the whole table to drop it, and every row names its own.
    op.add_column(
        "patents",
        sa.Column("searchable_state", sa.Integer(), nullable=False, server_default=str(number)),
    )
    op.create_index("ix_patents_searchable_state", "patents", ["searchable_state"])
