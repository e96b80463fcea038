"""Database connections: SQLite in the home folder by default, any SQLAlchemy URL by setting."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, SQLAlchemyError

from matcher.errors import ConflictError, InputError, MatcherError, StoreError
from matcher.labels import COLON, label
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _
from matcher.store import catalogue_states, endings, locks
from matcher.store.catalogue_states import CatalogueState
from matcher.store.revision import HEAD, OLDEST, ensure_schema, shut_out
from matcher.store.schema.catalogue import meta

SaveOutcome = Literal["new", "changed", "unchanged"]
"""Effect of saving a record."""

_REVISION = select(meta.c.value).where(meta.c.key == "revision")
_VERSION = select(
    _REVISION.scalar_subquery(),
    catalogue_states.LATEST_ID.scalar_subquery(),
    OLDEST.scalar_subquery(),
)
"""Made once: every request reads it, and to make it takes as long as to run it."""

MAX_CONNECTIONS = 60
"""Connections of one process. A server has 44 threads: with more connections than threads no
thread that holds a connection waits for another thread that waits for it."""


_IN_THE_WAY = frozenset({"40P01", "40001", "55P03"})
"""States of PostgreSQL: a deadlock, no serial order, no lock in time."""
_MEANWHILE = frozenset({"23505", "23503"})
"""States of PostgreSQL: a key that is taken, a row that is gone."""


@dataclass(frozen=True, slots=True)
class StoreVersion:
    """Version of a database: another one after every change of what answers show."""

    revision: int
    catalogue: str
    """Id of the state of the searchable content; a restored database never has an old one."""


class _UndoneError(Exception):
    """Signal that undoes a transaction."""


class Store:
    """Connections to one database. Readers never wait for a writer (SQLite runs in WAL mode)."""

    def __init__(self, url: str) -> None:
        """Open the database; create all tables in an empty one. Raises StoreError."""
        try:
            self.engine = open_engine(url)
            try:
                with self.engine.begin() as connection:
                    ensure_schema(connection)
            except Exception:
                self.engine.dispose()
                raise
        except (ArgumentError, SQLAlchemyError, OSError) as problem:
            raise open_error(problem) from problem

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for reading; each statement sees one state of the database."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a connection for reading; all statements see one state of the database."""
        with snapshot(self.engine) as connection:
            yield connection

    @contextmanager
    def writing(self, *names: str) -> Iterator[Connection]:
        """Open a transaction: everything in it is kept, or after an error or a kill, nothing.

        Writers wait for one another from the start, so that none works on stale rows: on SQLite
        all of them; on PostgreSQL writers of records, and of those that name what they change
        (`match …`, `need …`) only two of the same name. Raises InputError for a value that a
        column cannot hold (PostgreSQL counts characters), and StoreError or ConflictError where
        another writer was in the way after all.
        """

        def lock(connection: Connection) -> None:
            if names:
                locks.take_some(connection, *names)
            else:
                locks.take_records(connection)

        with self._transaction(lock) as connection:
            yield connection

    @contextmanager
    def adding(self, *names: str) -> Iterator[Connection]:
        """Open a transaction as `writing` does, which on PostgreSQL waits for no other writer.

        It is for new rows, such as those of the audit trail, and for changes that one statement
        makes whatever the row was before. Two of the same name wait for one another.
        """
        with self._transaction(lambda connection: locks.take(connection, *names)) as connection:
            yield connection

    @contextmanager
    def changing_catalogue(self, *, is_trial: bool = False) -> Iterator[Connection]:
        """Open a transaction as `writing` does, for changes of the catalogue.

        On PostgreSQL it waits for others of its kind only, and before it changes a record of
        another kind it has to call `locks.take_records`. Of a trial everything is undone.
        """
        try:
            with self._transaction(locks.take_catalogue) as connection:
                yield connection
                if is_trial:
                    raise _UndoneError
        except _UndoneError:
            pass

    @contextmanager
    def _transaction(self, lock: Callable[[Connection], None]) -> Iterator[Connection]:
        try:
            with self.engine.begin() as connection:
                if locks.has_locks(connection):
                    endings.put_off(connection)
                    lock(connection)
                else:
                    endings.advance_revision(connection, 0)
                yield connection
                endings.finish(connection)
        except DBAPIError as problem:
            named = _writing_error(problem)
            if named is None:
                raise
            raise named from None  # its message may quote a value

    @property
    def is_shared(self) -> bool:
        """True if several machines may use the database, and with it the home folder."""
        return self.engine.dialect.name != "sqlite"

    def version(self) -> StoreVersion:
        """Return the present version.

        Raises StoreError where the database was meanwhile migrated past this program.
        """
        with self.reading() as connection:
            revision, state, oldest = connection.execute(_VERSION).one()
        if oldest > int(HEAD):
            raise shut_out(oldest)
        return StoreVersion(int(revision), state)

    def catalogue_state(self) -> CatalogueState:
        """Return the present state of the searchable content."""
        with self.reading() as connection:
            return catalogue_states.latest(connection)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def revision_of(connection: Connection) -> int:
    """Return the number of changes of the content until now."""
    return int(connection.execute(_REVISION).scalar_one())


def open_engine(url: str) -> Engine:
    """Create the engine for a database URL, without connecting."""
    parsed = make_url(url)
    pool = {"pool_size": 5, "max_overflow": MAX_CONNECTIONS - 5}
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            # Whoever waited for a lock reads what its holder wrote.
            isolation_level="READ COMMITTED",
            **pool,
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    else:
        pool = {}  # a database in memory has but one connection
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 60}, **pool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a connection for reading; all statements see one state of the database."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def open_error(problem: Exception) -> StoreError:
    """Return the StoreError for a database that cannot be opened."""
    cause = getattr(problem, "orig", None) or type(problem).__name__
    if isinstance(problem, OSError):
        cause = f"{problem.filename}{label(COLON)}{os_error_text(problem)}"
    return StoreError(
        _(
            "the database cannot be opened ({cause}); check MATCHER_HOME and MATCHER_DATABASE_URL",
            cause=cause,
        )
    )


def _writing_error(problem: DBAPIError) -> MatcherError | None:
    """Return the error for users; None for a failure of the database itself."""
    if isinstance(problem, DataError):
        return InputError(
            _(
                "nothing was saved: a text is longer than the database takes (names: 200 "
                "characters), or has a character that it does not take (NUL)"
            )
        )
    state = getattr(problem.orig, "sqlstate", None)  # PostgreSQL alone has it
    if state in _IN_THE_WAY:
        return StoreError(
            _("nothing was saved, because other changes were in the way: try again in a moment")
        )
    if state in _MEANWHILE:
        return ConflictError(
            _(
                "nothing was saved: somebody entered or deleted such a record at the same moment; "
                "look again"
            )
        )
    return None
