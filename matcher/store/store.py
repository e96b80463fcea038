"""The open database: SQLite in the home folder by default, any SQLAlchemy URL by setting."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, insert, make_url, select, update
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from matcher.errors import StoreError
from matcher.store.all_tables import metadata
from matcher.store.schema import SCHEMA_VERSION, meta


class Store:
    """Connections to one database. Readers never wait for a writer (SQLite runs in WAL mode)."""

    def __init__(self, url: str) -> None:
        """Open the database, creating it if need be. Raises StoreError."""
        try:
            self.engine = _engine(url)
            with self.engine.begin() as connection:
                metadata.create_all(connection)
                _check_schema(connection)
        except (ArgumentError, SQLAlchemyError, OSError) as problem:
            cause = getattr(problem, "orig", None) or type(problem).__name__
            raise StoreError(
                f"the database cannot be opened ({cause}); check MATCHER_HOME and "
                "MATCHER_DATABASE_URL"
            ) from problem

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading; each statement sees one state of the database."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: everything in it is kept, or after an error or a kill, nothing.

        Writers wait for one another from their first moment, so none works on stale rows.
        """
        with self.engine.begin() as connection:
            connection.execute(
                update(meta).where(meta.c.key == "revision").values(value=meta.c.value)
            )
            yield connection

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


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 60})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine


def _check_schema(connection: Connection) -> None:
    found = {row.key: row.value for row in connection.execute(select(meta.c.key, meta.c.value))}
    if not found:
        values = {"schema_version": SCHEMA_VERSION, "generation": 0, "revision": 0}
        rows = [{"key": key, "value": value} for key, value in values.items()]
        connection.execute(insert(meta), rows)
    elif found.get("schema_version") != SCHEMA_VERSION:
        raise StoreError(
            f"the database has schema version {found.get('schema_version')}, this program needs "
            f"{SCHEMA_VERSION}; use the program version that wrote it, or import into a new home"
        )
