"""Revision of a database's tables, and creation of the tables in an empty database.

Opening a database needs this module only: Alembic takes long to import and is needed only to
migrate (matcher.store.migrate).
"""

import re

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
)

from matcher.errors import StoreError
from matcher.language.messages import _
from matcher.store import catalogue_states, file_check
from matcher.store.schema.all import metadata
from matcher.store.schema.catalogue import meta

FIRST = "0001"
"""Revision of the tables before there were migrations."""
HEAD = "0008"
"""Last migration in matcher/store/migrations/versions; it leads to `metadata`."""
OLDEST_PROGRAM = "0006"
"""Revision of the oldest program that runs on these tables: that of the last contracting migration.
It stands in `meta` as a number."""

stamp = Table(
    "alembic_version",
    MetaData(),  # Alembic's own table is no part of ours
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
OLDEST = select(meta.c.value).where(meta.c.key == "oldest_program")
"""Query of the revision of the oldest program that runs on the tables, as a number."""
_NUMBER = re.compile(r"[0-9]{4}")
_LOCK = 0x6D617463686572
"""Number of our advisory lock in PostgreSQL."""


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database, None for an empty one.

    Raises StoreError for a database of an unknown schema version.
    """
    tables = inspect(connection).get_table_names()
    if stamp.name in tables:
        return connection.execute(select(stamp.c.version_num)).scalar_one_or_none()
    if meta.name not in tables:
        return None
    version = connection.execute(
        select(meta.c.value).where(meta.c.key == "schema_version")
    ).scalar_one_or_none()
    if version not in (None, 1):
        raise StoreError(_unknown(_("schema version {version}", version=version)))
    return None if version is None else FIRST


def ensure_schema(connection: Connection, *, may_create: bool = True) -> None:
    """Create the tables of an empty database. Raises StoreError for tables of another program.

    Raises it for an empty one, too, unless it `may_create` them.

    A later revision will do as long as this program runs on it. Of two processes that open an
    empty database, one creates the tables and the other waits.
    """
    revision = revision_of(connection)
    if revision is None:
        check_may_create(connection, may_create)
        lock(connection)
        revision = revision_of(connection) or create(connection)
    if revision > HEAD and runs_on(connection, revision):
        return
    if revision != HEAD:
        check_known(connection, revision)
        raise StoreError(
            _(
                "the database is at revision {revision}, this program needs {head}: make a "
                "backup, then run matcher migrate",
                revision=revision,
                head=HEAD,
            )
        )


def check_may_create(connection: Connection, may_create: bool) -> None:
    """Raise StoreUnavailableError for an empty database where no new one is to be begun."""
    if not may_create:
        url = connection.engine.url
        place = url.database if connection.dialect.name == "sqlite" else url.render_as_string()
        raise file_check.missing(str(place))


def check_known(connection: Connection, revision: str) -> None:
    """Check that this program knows the revision. Raises StoreError for a newer database."""
    oldest = oldest_program(connection)
    if FIRST <= revision <= HEAD:
        return
    if _NUMBER.fullmatch(revision) and oldest is not None and oldest > int(HEAD):
        raise shut_out(oldest)
    raise StoreError(_unknown(_("revision {revision}", revision=revision)))


def oldest_program(connection: Connection) -> int | None:
    """Return the revision of the oldest program that runs on the tables, as a number."""
    return connection.execute(OLDEST).scalar_one_or_none()


def runs_on(connection: Connection, revision: str) -> bool:
    """True if this program runs on a later revision: all migrations since only added to it."""
    oldest = oldest_program(connection)
    return bool(_NUMBER.fullmatch(revision)) and oldest is not None and oldest <= int(HEAD)


def shut_out(oldest: int) -> StoreError:
    """Return the error for a database that was migrated past this program."""
    return StoreError(
        _(
            "the database was migrated for programs of revision {oldest:04} and later, and this "
            "one is of {head}: update the program and start it again",
            oldest=oldest,
            head=HEAD,
        )
    )


def lock(connection: Connection) -> None:
    """Lock the tables against changes by others until this transaction ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def create(connection: Connection) -> str:
    """Create the present tables in an empty database; return their revision."""
    metadata.create_all(connection)
    counters = {"revision": 0, "oldest_program": int(OLDEST_PROGRAM)}
    connection.execute(
        insert(meta), [{"key": key, "value": value} for key, value in counters.items()]
    )
    catalogue_states.add(connection, catalogue_states.FIRST)
    stamp.create(connection, checkfirst=True)
    connection.execute(insert(stamp).values(version_num=HEAD))
    return HEAD


def _unknown(version: str) -> str:
    return _(
        "the database has {version}, which this program (revision {head}) does not "
        "know: use the program version that wrote it",
        version=version,
        head=HEAD,
    )
