"""Database connections: SQLite in the home folder by default, any SQLAlchemy URL by setting."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from matcher.disk.errors import can_write, disk_error
from matcher.disk.sqlite import read_only_address
from matcher.errors import (
    ConflictError,
    InputError,
    MatcherError,
    StoreError,
    StoreUnavailableError,
)
from matcher.labels import COLON, label
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _
from matcher.store import catalogue_states, endings, file_check, locks
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

LOCK_SECONDS = 60
"""Time for which a writer waits for another one, on SQLite."""
MAX_CONNECTIONS = 60
"""Connections of one process. A server has 44 threads: with more connections than threads no
thread that holds a connection waits for another thread that waits for it."""


_IN_THE_WAY = frozenset({"40P01", "40001", "55P03"})
"""States of PostgreSQL: a deadlock, no serial order, no lock in time."""
_MEANWHILE = frozenset({"23505", "23503"})
"""States of PostgreSQL: a key that is taken, a row that is gone."""


_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNREADABLE = frozenset({sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ})


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

    def __init__(self, url: str, *, may_create: bool = True) -> None:
        """Open the database; create all tables in an empty one, if it `may_create` them.

        Raises StoreError, DiskError.
        """
        try:
            self.engine = open_engine(url)
            try:
                file = file_of(self.engine)
                if file is not None and not may_create:
                    file_check.check_there(file)
                with self.engine.begin() as connection:
                    if file is not None:
                        file_check.check_tables(connection, file)
                    ensure_schema(connection, may_create=may_create)
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

    @property
    def is_read_only(self) -> bool:
        """True for a file in a folder where nothing may be written."""
        file = file_of(self.engine)
        return file is not None and not can_write(file.parent)

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
    pool: dict[str, Any] = {"pool_size": 5, "max_overflow": MAX_CONNECTIONS - 5}
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            # Whoever waited for a lock reads what its holder wrote.
            isolation_level="READ COMMITTED",
            **pool,
        )
        _name_errors(engine)
        return engine
    if parsed.database and parsed.database != ":memory:":
        file = Path(parsed.database)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds personal data
        file_check.check_header(file)
        if read_only_address(file) is not None:
            return _open_read_only(url, file)
    else:
        pool = {}  # a database in memory has but one connection
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": LOCK_SECONDS}, **pool
    )
    _name_errors(engine)

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


def _open_read_only(url: str, file: Path) -> Engine:
    """Create the engine for a file in a folder where nothing may be written.

    Each connection looks anew whether another process keeps the file's log.
    """

    def connect() -> sqlite3.Connection:
        address = read_only_address(file) or file.resolve().as_uri()
        return sqlite3.connect(address, uri=True, timeout=LOCK_SECONDS, check_same_thread=False)

    engine = create_engine(url, hide_parameters=True, creator=connect, poolclass=NullPool)
    _name_errors(engine)
    return engine


def file_of(engine: Engine) -> Path | None:
    """Return the file of a SQLite database; None for one in memory or on a server."""
    name = engine.url.database
    is_file = engine.dialect.name == "sqlite" and name and name != ":memory:"
    return Path(str(name)) if is_file else None


def _name_errors(engine: Engine) -> None:
    """Raise errors for users where the database itself fails, wherever it is used."""
    file = file_of(engine)

    @event.listens_for(engine, "handle_error")
    def name(context: ExceptionContext) -> None:
        if context.is_pre_ping:
            return  # then a new connection is tried
        problem = context.original_exception
        if file is not None:
            named: MatcherError | None = disk_error(problem, file.parent)
            named = named or _file_error(problem, file)
        else:
            named = _server_error(context)
        if named is not None:
            raise named from None  # its message may quote a value


def _server_error(context: ExceptionContext) -> StoreError | None:
    """Return the error for a server that cannot be reached, or went away."""
    is_connecting = context.connection is None
    if not context.is_disconnect and not is_connecting:
        return None
    reason = str(context.original_exception).partition("\n")[0][:200]
    return StoreUnavailableError(
        _(
            "the database cannot be reached ({reason}): check MATCHER_DATABASE_URL and that it "
            "runs, then do the same again; what was not finished is undone",
            reason=reason,
        )
    )


def _file_error(problem: BaseException, file: Path) -> StoreError | None:
    """Return the error for a file that is damaged, gone, or in use for too long."""
    code = getattr(problem, "sqlite_errorcode", None) or 0
    kind = code & 0xFF
    if kind in _DAMAGED or code in _UNREADABLE:
        return file_check.damaged(file)
    if code == sqlite3.SQLITE_READONLY_DBMOVED:
        return file_check.missing(str(file))
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(
            _(
                "nothing was saved: another process has been writing the database for more than "
                "{seconds} seconds; try again when it is done",
                seconds=LOCK_SECONDS,
            )
        )
    return None


def open_error(problem: Exception) -> MatcherError:
    """Return the error for a database that cannot be opened."""
    if (named := disk_error(problem)) is not None:
        return named
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
