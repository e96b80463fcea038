"""The open database: SQLite in the home folder by default, any SQLAlchemy URL by setting."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, update
from sqlalchemy.exc import ArgumentError, DataError, SQLAlchemyError

from matcher.errors import InputError, StoreError
from matcher.store.revision import settle
from matcher.store.schema.catalogue import meta

CONNECTIONS = 60
"""At most, of one process: more than a server has threads (44), so that none that holds a
connection waits for another that waits for it."""


class Store:
    """Connections to one database. Readers never wait for a writer (SQLite runs in WAL mode)."""

    def __init__(self, url: str) -> None:
        """Open the database, with all tables if it is empty. Raises StoreError."""
        try:
            self.engine = open_engine(url)
            try:
                with self.engine.begin() as connection:
                    settle(connection)
            except Exception:
                self.engine.dispose()
                raise
        except (ArgumentError, SQLAlchemyError, OSError) as problem:
            raise unopened(problem) from problem

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading; each statement sees one state of the database."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: everything in it is kept, or after an error or a kill, nothing.

        Writers wait for one another from their first moment, so none works on stale rows.
        Raises InputError for what a column cannot hold: PostgreSQL counts characters.
        """
        try:
            with self.engine.begin() as connection:
                connection.execute(
                    update(meta).where(meta.c.key == "revision").values(value=meta.c.value)
                )
                yield connection
        except DataError:  # whose own words may quote the value
            raise InputError(
                "nothing was saved: a text is longer than the database takes (names: 200 "
                "characters), or has a character that it does not take (NUL)"
            ) from None

    def number(self, key: str) -> int:
        """A counter: `generation` of what an index holds, or `revision` of anything."""
        with self.reading() as connection:
            return int(
                connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar_one()
            )

    def close(self) -> None:
        """Let go of every connection."""
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


def advance(connection: Connection, key: str) -> None:
    """Count one more change under a key of `meta`."""
    connection.execute(update(meta).where(meta.c.key == key).values(value=meta.c.value + 1))


def open_engine(url: str) -> Engine:
    """Connections to whatever database the URL names, which is not looked at yet."""
    parsed = make_url(url)
    pool = {"pool_size": 5, "max_overflow": CONNECTIONS - 5}
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


def unopened(problem: Exception) -> StoreError:
    """What to tell where a database cannot be opened."""
    cause = getattr(problem, "orig", None) or type(problem).__name__
    return StoreError(
        f"the database cannot be opened ({cause}); check MATCHER_HOME and MATCHER_DATABASE_URL"
    )
