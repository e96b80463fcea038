"""The tables. The database is the truth; every index is derived from it."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 1

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
)
"""schema_version, and generation: a number that grows whenever what an index holds has changed."""

patents = Table(
    "patents",
    metadata,
    Column("row", Integer, primary_key=True, autoincrement=True),
    Column("id", String(60), nullable=False, unique=True),
    Column("publication_number", String(40), index=True),
    Column("patent_type", String(20), nullable=False),
    Column("legal_status", String(20), nullable=False),
    Column("institution", String(200), index=True),
    Column("region", String(40)),
    Column("filing_date", Date),
    Column("expiry_date", Date),
    Column("unused_since", Date),
    Column("open_licence", Boolean),
    Column("record", JSON, nullable=False),
    Column("record_hash", String(64), nullable=False),
    Column("passages_hash", String(64), nullable=False),
    sqlite_autoincrement=True,
)
"""`record` is the whole patent; the other columns repeat what a filter asks for."""

patent_ipc = Table(
    "patent_ipc",
    metadata,
    Column("patent", ForeignKey("patents.row", ondelete="CASCADE"), primary_key=True),
    Column("symbol", String(30), primary_key=True, index=True),
)

patent_industries = Table(
    "patent_industries",
    metadata,
    Column("patent", ForeignKey("patents.row", ondelete="CASCADE"), primary_key=True),
    Column("industry", String(10), primary_key=True, index=True),
)

institutions = Table(
    "institutions",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("tto_name", String(200)),
    Column("tto_phone", String(60)),
    Column("tto_email", String(200)),
)

teams = Table(
    "teams",
    metadata,
    Column("institution", ForeignKey("institutions.name"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("college", String(200)),
    Column("lead", String(100)),
    Column("members", JSON, nullable=False),
    Column("fields", Text),
)

personal_contacts = Table(
    "personal_contacts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("institution", String(200), nullable=False),
    Column("team", String(200), nullable=False),
    Column("person", String(100), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("scope", String(20), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("expires", Date),
    UniqueConstraint("institution", "team", "person"),
)
"""`sealed` is the phone and e-mail, encrypted; they are nowhere else in the database."""

card_overrides = Table(
    "card_overrides",
    metadata,
    Column("patent", ForeignKey("patents.row", ondelete="CASCADE"), primary_key=True),
    Column("lines", JSON, nullable=False),
    Column("written_by", String(200), nullable=False),
    Column("written_at", DateTime, nullable=False),
)
"""`lines` are the institution's texts by aspect; `written_at` is in UTC."""
