"""Patents, institutions, teams and contacts: the tables before there were migrations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "institutions",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("tto_name", sa.String(200)),
        sa.Column("tto_phone", sa.String(60)),
        sa.Column("tto_email", sa.String(200)),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "patents",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("publication_number", sa.String(40)),
        sa.Column("patent_type", sa.String(20), nullable=False),
        sa.Column("legal_status", sa.String(20), nullable=False),
        sa.Column("institution", sa.String(200)),
        sa.Column("region", sa.String(40)),
        sa.Column("filing_date", sa.Date()),
        sa.Column("expiry_date", sa.Date()),
        sa.Column("unused_since", sa.Date()),
        sa.Column("open_licence", sa.Boolean()),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("record_hash", sa.String(64), nullable=False),
        sa.Column("passages_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_patents_institution", "patents", ["institution"])
    op.create_index("ix_patents_publication_number", "patents", ["publication_number"])

    op.create_table(
        "personal_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution", sa.String(200), nullable=False),
        sa.Column("team", sa.String(200), nullable=False),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("expires", sa.Date()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("institution", "team", "person"),
    )
    op.create_table(
        "card_overrides",
        sa.Column("patent", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.String(200), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["patent"], ["patents.row"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("patent"),
    )
    op.create_table(
        "patent_industries",
        sa.Column("patent", sa.Integer(), nullable=False),
        sa.Column("industry", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["patent"], ["patents.row"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("patent", "industry"),
    )
    op.create_index("ix_patent_industries_industry", "patent_industries", ["industry"])

    op.create_table(
        "patent_ipc",
        sa.Column("patent", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(["patent"], ["patents.row"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("patent", "symbol"),
    )
    op.create_index("ix_patent_ipc_symbol", "patent_ipc", ["symbol"])

    op.create_table(
        "teams",
        sa.Column("institution", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("college", sa.String(200)),
        sa.Column("lead", sa.String(100)),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("fields", sa.Text()),
        sa.ForeignKeyConstraint(["institution"], ["institutions.name"]),
        sa.PrimaryKeyConstraint("institution", "name"),
    )
    meta = sa.table("meta", sa.column("key", sa.String), sa.column("value", sa.Integer))
    counters = {"schema_version": 1, "generation": 0, "revision": 0}
    op.bulk_insert(meta, [{"key": key, "value": value} for key, value in counters.items()])
