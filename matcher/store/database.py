"""Database connections: SQLite in the home folder by default, any SQLAlchemy URL by setting."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, update
from sqlalchemy.exc import ArgumentError, DataError, SQLAlchemyError

from matcher.errors import InputError, StoreError
from matcher.labels import COLON, label
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _
from matcher.store import catalogue_states
from matcher.store.catalogue_states import CatalogueState
from matcher.store.revision import ensure_schema
from matcher.store.schema.catalogue import meta

SaveOutcome = Literal["new", "changed", "unchanged"]
"""Effect of saving a record."""

_REVISION = select(meta.c.value).where(meta.c.key == "revision")
_VERSION = select(_REVISION.scalar_subquery(), catalogue_states.LATEST_ID.scalar_subquery())
"""Made once: every request reads it, and to make it takes as long as to run it."""

MAX_CONNECTIONS = 60
"""Connections of one process. A server has 44 threads: with more connections than threads no
thread that holds a connection waits for another thread that waits for it."""


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
    def writing(self) -> Iterator[Connection]:
        """Open a transaction: everything in it is kept, or after an error or a kill, nothing.

        Writers wait for one another from the start, so that none works on stale rows.
        Raises InputError for a value that a column cannot hold: PostgreSQL counts characters.
        """
        try:
            with self.engine.begin() as connection:
                connection.execute(
                    update(meta).where(meta.c.key == "revision").values(value=meta.c.value)
                )
                yield connection
        except DataError:  # its message may quote the value
            raise InputError(
                _(
                    "nothing was saved: a text is longer than the database takes (names: 200 "
                    "characters), or has a character that it does not take (NUL)"
                )
            ) from None

    @contextmanager
    def trying(self) -> Iterator[Connection]:
        """Open a transaction as `writing` does, all of which is undone at its end."""
        with suppress(_UndoneError), self.writing() as connection:
            yield connection
            raise _UndoneError

    def version(self) -> StoreVersion:
        """Return the present version."""
        with self.reading() as connection:
            revision, state = connection.execute(_VERSION).one()
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


def advance_revision(connection: Connection) -> None:
    """Count a change of the content."""
    here = meta.c.key == "revision"
    connection.execute(update(meta).where(here).values(value=meta.c.value + 1))


def open_engine(url: str) -> Engine:
    """Create the engine for a database URL, without connecting."""
    parsed = make_url(url)
    pool = {"pool_size": 5, "max_overflow": MAX_CONNECTIONS - 5}
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, **pool)
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
