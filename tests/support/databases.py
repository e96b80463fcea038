"""Database of the tests: SQLite files, or PostgreSQL if MATCHER_DATABASE_URL names it.

On PostgreSQL every SQLite file that a test would open is a schema of its own, without a change in
the tests or in the code under test.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine, create_engine, make_url, text

from matcher.store import database

VARIABLES = ("MATCHER_TEST_DATABASE_URL", "MATCHER_DATABASE_URL")


class Server:
    """PostgreSQL database for the tests alone."""

    def __init__(self, url: str) -> None:
        """Take the URL; no schema is created yet."""
        self._url = make_url(url)
        self._admin = create_engine(url)
        self._files: dict[Path, str] = {}
        self._creating = Lock()
        self._engines: list[tuple[Path, Engine]] = []

    def open(self, file: Path, open_engine: Callable[[str], Engine]) -> Engine:
        """Open an engine over a file's schema; it is closed when the schema is dropped."""
        engine = open_engine(self.url_for(file))
        self._engines.append((Path(os.path.abspath(file)), engine))
        return engine

    def url_for(self, file: Path) -> str:
        """Return the URL of the schema of a SQLite file, which is created if it is new."""
        file = Path(os.path.abspath(file))
        with self._creating:
            if file not in self._files:
                schema = "t_" + hashlib.sha256(str(file).encode()).hexdigest()[:24]
                with self._admin.begin() as connection:
                    connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
                    connection.execute(text(f"CREATE SCHEMA {schema}"))
                self._files[file] = schema
        named = self._url.update_query_dict({"options": f"-csearch_path={self._files[file]}"})
        return named.render_as_string(hide_password=False)

    def drop_below(self, folder: Path) -> None:
        """Drop the schemas of all files in a folder."""
        gone = [file for file in self._files if file.is_relative_to(folder)]
        for file, engine in self._engines:
            if file.is_relative_to(folder):
                engine.dispose()
        self._engines = [pair for pair in self._engines if not pair[0].is_relative_to(folder)]
        with self._admin.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '20s'"))
            for file in gone:
                schema = self._files.pop(file)
                kept = text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :name)")
                names = connection.execute(kept, {"name": f"{schema}_before_"}).scalars().all()
                for name in (schema, *names):  # and what restores put aside
                    connection.execute(text(f"DROP SCHEMA {name} CASCADE"))

    def close(self) -> None:
        """Drop all schemas and disconnect."""
        self.drop_below(Path("/"))
        self._admin.dispose()


server: Server | None = None
"""None while the tests use SQLite."""


def start() -> None:
    """Take the server's URL out of the environment, so that the code under test does not use it."""
    global server
    urls = [url for name in VARIABLES if (url := os.environ.pop(name, None))]
    if urls and make_url(urls[0]).get_backend_name() == "postgresql":
        server = Server(urls[0])
        setattr(database, "open_engine", _redirecting(database.open_engine))  # noqa: B010


def url_of(home: Path) -> str:
    """Return the database URL of a home folder, for another process."""
    file = home / "matcher.sqlite"
    return f"sqlite:///{file.as_posix()}" if server is None else server.url_for(file)


def _redirecting(open_engine: Callable[[str], Engine]) -> Callable[[str], Engine]:
    def opened(url: str) -> Engine:
        parsed = make_url(url)
        is_file = parsed.get_backend_name() == "sqlite" and parsed.database
        if server is not None and is_file:
            return server.open(Path(str(parsed.database)), open_engine)
        return open_engine(url)

    return opened
