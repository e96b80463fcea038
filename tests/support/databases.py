"""Which database the tests use: SQLite files, or PostgreSQL where MATCHER_DATABASE_URL names it.

On PostgreSQL every SQLite file that a test would open is a schema of its own there, so that tests
and the code under test need not know.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

from matcher.store import database

VARIABLES = ("MATCHER_TEST_DATABASE_URL", "MATCHER_DATABASE_URL")


class Server:
    """A PostgreSQL database that the tests have for themselves."""

    def __init__(self, url: str) -> None:
        """Nothing is made yet."""
        self._url = make_url(url)
        self._admin = create_engine(url)
        self._files: dict[Path, str] = {}
        self._engines: list[tuple[Path, Engine]] = []

    def open(self, file: Path, open_engine: Callable[[str], Engine]) -> Engine:
        """The engine over a file's schema; it is closed when that is dropped."""
        engine = open_engine(self.url_for(file))
        self._engines.append((Path(os.path.abspath(file)), engine))
        return engine

    def url_for(self, file: Path) -> str:
        """The schema that stands for a SQLite file; an empty one where there was none."""
        file = Path(os.path.abspath(file))
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
        self._engines = [one for one in self._engines if not one[0].is_relative_to(folder)]
        with self._admin.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '20s'"))
            for file in gone:
                connection.execute(text(f"DROP SCHEMA {self._files.pop(file)} CASCADE"))

    def close(self) -> None:
        """Leave nothing behind."""
        self.drop_below(Path("/"))
        self._admin.dispose()


server: Server | None = None
"""None while the tests use SQLite."""


def start() -> None:
    """Take the server's URL out of the environment, where the code under test would find it."""
    global server
    urls = [url for name in VARIABLES if (url := os.environ.pop(name, None))]
    if urls and make_url(urls[0]).get_backend_name() == "postgresql":
        server = Server(urls[0])
        setattr(database, "open_engine", _redirecting(database.open_engine))  # noqa: B010


def url_of(home: Path) -> str:
    """The database of a home folder, for a process that does not know of `server`."""
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
