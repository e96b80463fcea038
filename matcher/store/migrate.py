"""Migration of a database of an earlier program version to the present tables, with its data."""

from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, update
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from matcher.errors import StoreError
from matcher.language.messages import _
from matcher.store import file_check
from matcher.store.database import file_of, open_engine, open_error
from matcher.store.revision import (
    HEAD,
    check_known,
    check_may_create,
    create,
    lock,
    revision_of,
    stamp,
)
from matcher.store.schema.catalogue import meta

SCRIPTS = "matcher.store:migrations"
"""Package of the migrations, in Alembic's notation."""
LOCK_TIMEOUT = "3s"
"""Time for which a migration waits for a table that others use, on PostgreSQL."""
FIRST_ASKED = "0006"
"""Revision from which on a migration that shuts programs out has to be asked for. Those before it
refuse every other revision than their own: there all servers stop for a migration anyway."""


@dataclass(frozen=True, slots=True)
class Migration:
    """Revisions before and after; `before` is None for a database that was empty."""

    before: str | None
    after: str


def migrate(url: str, *, contracts: bool = False, may_create: bool = True) -> Migration:
    """Migrate the database to HEAD in one transaction: all of it, or after an error nothing.

    Migrations that shut older programs out are made only with `contracts`. Raises StoreError
    without it, for a database that cannot be opened or is newer than this program, and for an
    empty one unless it `may_create` its tables; DiskError.
    """
    try:
        engine = open_engine(url)
        try:
            file = file_of(engine)
            if file is not None and not may_create:
                file_check.check_there(file)
            with engine.connect() as connection:
                if file is not None:
                    file_check.check_tables(connection, file)
                return _migrate(connection, contracts, may_create)
        finally:
            engine.dispose()
    except (ArgumentError, SQLAlchemyError, OSError) as problem:
        raise open_error(problem) from problem


def upgrade(connection: Connection, revision: str) -> None:
    """Run the migrations up to a revision, in the open transaction."""
    command.upgrade(config(connection), revision)


def _migrate(connection: Connection, contracts: bool, may_create: bool) -> Migration:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # A table that is rebuilt is first dropped: that must not delete the rows that refer to
        # it. SQLite accepts this statement only outside of a transaction.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    lock(connection)
    if connection.dialect.name == "postgresql":
        # Whoever comes after a statement that waits for a table waits as well.
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    before = revision_of(connection)
    if before is None:
        check_may_create(connection, may_create)
        create(connection)
    elif before != HEAD:
        to_head(connection, before, contracts=contracts)
    if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise StoreError(
            _(
                "nothing was changed: a row of {table} refers to a row of {other} that is "
                "not there; restore a backup",
                table=broken[0],
                other=broken[2],
            )
        )
    connection.commit()
    return Migration(before, HEAD)


def to_head(connection: Connection, before: str, *, contracts: bool) -> None:
    """Migrate from a revision to HEAD, in the open transaction. Raises StoreError."""
    check_known(connection, before)
    oldest = _oldest_program(before)
    if oldest is not None and before >= FIRST_ASKED and not contracts:
        raise StoreError(_refusal(oldest))
    _upgrade_to_head(connection, before)
    if oldest is not None:
        _record_oldest(connection, oldest)


def _oldest_program(before: str) -> str | None:
    """Return the oldest program that the next migrations leave; None if they shut none out."""
    script = ScriptDirectory.from_config(config())
    steps = [each.module for each in script.iterate_revisions(HEAD, before)]
    left = [step.oldest_program for step in steps if getattr(step, "kind", None) == "contract"]
    return max(left, default=None)


def _refusal(oldest: str) -> str:
    return _(
        "nothing was changed: what comes next shuts out programs before revision {oldest}. When "
        "every server runs this one, run matcher migrate --contract",
        oldest=oldest,
    )


def _record_oldest(connection: Connection, oldest: str) -> None:
    here = meta.c.key == "oldest_program"
    connection.execute(update(meta).where(here).values(value=int(oldest)))


def _upgrade_to_head(connection: Connection, before: str) -> None:
    try:
        if not inspect(connection).has_table(stamp.name):
            command.stamp(config(connection), before)
        upgrade(connection, HEAD)
    except SQLAlchemyError as problem:
        cause = getattr(problem, "orig", None) or type(problem).__name__
        raise StoreError(
            _(
                "the migration failed and nothing was changed ({cause}); the database is at "
                "revision {before} as before",
                cause=cause,
                before=before,
            )
        ) from problem


def config(connection: Connection | None = None) -> Config:
    """Build the Alembic configuration; there is no alembic.ini."""
    settings = Config()
    settings.set_main_option("script_location", SCRIPTS)
    settings.attributes["connection"] = connection
    return settings
