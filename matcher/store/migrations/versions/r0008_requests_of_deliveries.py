"""The request behind a delivery to a webhook."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
kind = "expand"


def upgrade() -> None:
    """Add the column; deliveries made before have none."""
    op.add_column("deliveries", sa.Column("request", sa.String(40)))
