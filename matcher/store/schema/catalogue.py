"""Tables of the catalogue. The database is the truth; every index is derived from it."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from matcher.ids import new_id
from matcher.store.schema.times import UtcTime, now

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
)
"""Numbers: `revision` grows when anything changes; `oldest_program` is the revision of the oldest
program that runs on the tables."""

catalogue_states = Table(
    "catalogue_states",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", String(32), nullable=False),
)
"""States of the searchable content, in order; each has a random id, which no other database has."""

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
    Column("searchable_state", Integer, nullable=False, index=True),
    Column("open_licence", Boolean),
    Column("record", JSON, nullable=False),
    Column("record_hash", String(64), nullable=False),
    Column("passages_hash", String(64), nullable=False),
    sqlite_autoincrement=True,
)
"""`record` is the whole patent; the other columns repeat the fields of filters."""

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
    Column("id", String(40), unique=True, default=lambda: new_id("inst")),
    Column("kind", String(20)),
    Column("region", String(40)),
    Column("created_at", UtcTime, default=now),
    Column("updated_at", UtcTime, default=now),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
)
"""Institutions named by imported patents. Their further fields are a record of the programme
(matcher.programme.institutions); every row gets its id, times and version when it is added."""

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

card_overrides = Table(
    "card_overrides",
    metadata,
    Column("patent", ForeignKey("patents.row", ondelete="CASCADE"), primary_key=True),
    Column("lines", JSON, nullable=False),
    Column("written_by", String(200), nullable=False),
    Column("written_at", DateTime, nullable=False),
)
"""`lines` are the institution's texts by aspect; `written_at` is in UTC."""
