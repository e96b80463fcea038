"""Records that servers share about themselves and their work; they change while an import saves.

On PostgreSQL they are tables of the database. On SQLite, where a transaction that saves keeps all
other writers waiting, they have a file of their own beside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, inspect, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from matcher.errors import StoreUnavailableError
from matcher.store import database, file_check
from matcher.store.database import Store
from matcher.store.revision import lock
from matcher.store.schema.servers import jobs, servers

FILE = "servers.sqlite"
"""File beside a SQLite database. When a column changes, the name has to: nothing migrates it, and
what it holds is of the day: a damaged one is begun anew."""


class SharedRecords:
    """Connections to these records; opened when they are first needed."""

    def __init__(self, url: str, *, may_create: bool = True) -> None:
        """Take the URL of the database, and whether it may be begun here; open nothing yet."""
        self._url = url
        self._may_create = may_create
        self._engine: Engine | None = None
        self._opening = Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for reading. Raises StoreError."""
        with self._opened().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction, which waits for no other than one on the same rows.

        Raises StoreError.
        """
        with self._opened().begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                try:
                    self._engine = _open(self._url, self._may_create)
                except (ArgumentError, SQLAlchemyError, OSError) as problem:
                    raise database.open_error(problem) from problem
            return self._engine


def _open(url: str, may_create: bool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return Store(url, may_create=may_create).engine
    file = Path(parsed.database).parent / FILE
    try:
        return _open_file(file)
    except StoreUnavailableError:  # it is damaged
        for part in file.parent.glob(f"{FILE}*"):
            part.unlink(missing_ok=True)
        return _open_file(file)


def _open_file(file: Path) -> Engine:
    engine = database.open_engine(f"sqlite:///{file.as_posix()}")
    try:
        with engine.begin() as connection:
            if database.file_of(engine) is not None:
                file_check.check_tables(connection, file)
            if not inspect(connection).has_table(jobs.name):
                lock(connection)  # of two processes, one creates the tables and the other waits
                for table in (servers, jobs):
                    table.create(connection, checkfirst=True)
    except Exception:
        engine.dispose()
        raise
    return engine
