"""Tables of what servers tell one another: who is there, and how far their import jobs are."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    String,
    Table,
    Text,
    text,
)

from matcher.store.schema.catalogue import metadata
from matcher.store.schema.times import UtcTime

servers = Table(
    "servers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("leased_until", UtcTime, nullable=False),
    Column("home", String(32), nullable=False),
    Column("pepper", String(8)),
    Column("counts_alone", Boolean, nullable=False),
)
"""Servers that run now. `home` is the mark of the home folder, `pepper` some digits of the pepper's
hash, too few to try peppers on; `counts_alone` is true where requests are counted in memory."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("run", String(40), nullable=False, unique=True),
    Column("work", String(10), nullable=False),
    Column("state", String(12), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("leased_until", UtcTime, nullable=False),
    Column("is_ending", Boolean, nullable=False),
    Column("stage", Text, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("rate", Float),
    Column("ended_at", UtcTime),
    Column("reason", Text),
    Column("saved", JSON(none_as_null=True)),
    Column("index", JSON(none_as_null=True)),
    Index(
        "ix_jobs_running",
        "state",
        unique=True,
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
)
"""The last job of each import. `run` names one attempt; until `leased_until`, by the clock of the
database, its server is alive. `is_ending` asks that server to end it. One job runs at a time."""
