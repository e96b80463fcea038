"""Which state of the tables a database has, and how an empty one gets the present state.

Opening a database asks this file and not Alembic, which takes long to import and is needed only
to migrate (matcher.store.migrate).
"""

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
from matcher.store.schema.all import metadata
from matcher.store.schema.catalogue import meta

FIRST = "0001"
"""The tables as they were before there were migrations."""
HEAD = "0002"
"""The last migration in matcher/store/migrations/versions: it leads to `metadata`."""

stamp = Table(
    "alembic_version",
    MetaData(),  # Alembic's own table, which is no part of ours
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
_LOCK = 0x6D617463686572
"""Our number among PostgreSQL's advisory locks of this database."""


def revision_of(connection: Connection) -> str | None:
    """The revision that a database is at, None for an empty one.

    Raises StoreError for a database that no program with migrations has written.
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
        raise StoreError(_unknown(f"schema version {version}"))
    return None if version is None else FIRST


def settle(connection: Connection) -> None:
    """Make the tables of an empty database. Raises StoreError where they are not the present ones.

    Of two processes that meet an empty database, one makes the tables and the other finds them.
    """
    found = revision_of(connection)
    if found is None:
        lock(connection)
        found = revision_of(connection) or create(connection)
    if found != HEAD:
        check_known(found)
        raise StoreError(
            f"the database is at revision {found}, this program needs {HEAD}: make a backup, then "
            "run matcher migrate"
        )


def check_known(revision: str) -> None:
    """Raise StoreError for a database that is newer than this program."""
    if not FIRST <= revision <= HEAD:
        raise StoreError(_unknown(f"revision {revision}"))


def lock(connection: Connection) -> None:
    """Keep others from changing the tables until this transaction ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def create(connection: Connection) -> str:
    """Make the present tables in an empty database; the revision that they are."""
    metadata.create_all(connection)
    counters = [{"key": key, "value": 0} for key in ("generation", "revision")]
    connection.execute(insert(meta), counters)
    stamp.create(connection, checkfirst=True)
    connection.execute(insert(stamp).values(version_num=HEAD))
    return HEAD


def _unknown(found: str) -> str:
    return (
        f"the database has {found}, which this program (revision {HEAD}) does not know: use the "
        "program version that wrote it"
    )
