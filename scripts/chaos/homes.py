"""Homes with their databases, copied as a whole: SQLite files, or databases of a PostgreSQL."""

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from cryptography.fernet import Fernet
from sqlalchemy import create_engine, make_url, text

from scripts.chaos.process import Command


class Homes:
    """Homes below one folder, and what a command needs to know of them."""

    def __init__(self, folder: Path, *, model: str, database_url: str | None = None) -> None:
        """Take the folder; with the URL of a PostgreSQL each home has a database of its own."""
        self.folder = folder
        self._model = model
        self._url = None if database_url is None else make_url(database_url)
        self._made: set[str] = set()
        self.contact_key = Fernet.generate_key().decode()
        self.next_contact_key = Fernet.generate_key().decode()

    def home(self, name: str) -> Path:
        """Return the folder of a home."""
        return self.folder / "homes" / name

    def command(
        self, name: str, arguments: Sequence[str], more: Mapping[str, str] = MappingProxyType({})
    ) -> Command:
        """Return a command for a home, with more of the environment."""
        folder = self.folder / "output" / name
        return Command(arguments, {**self.environment(name), **more}, folder)

    def environment(self, name: str) -> Mapping[str, str]:
        """Return the environment of the commands of a home."""
        others = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("MATCHER", "LC_")) and key != "LANG"
        }
        own = {
            "MATCHER_HOME": str(self.home(name)),
            "MATCHER_MODEL": self._model,
            "MATCHER_LANGUAGE": "en",
            "MATCHER_CONTACT_KEY": self.contact_key,
            "OMP_NUM_THREADS": "1",
        }
        if self._url is not None:
            own["MATCHER_DATABASE_URL"] = self.url(name)
        return others | own

    def url(self, name: str) -> str:
        """Return the URL of the database of a home."""
        if self._url is None:
            return f"sqlite:///{(self.home(name) / 'matcher.sqlite').as_posix()}"
        named = self._url.set(database=self._database(name))
        return named.render_as_string(hide_password=False)

    def make(self, name: str) -> None:
        """Make an empty home."""
        self.remove(name)
        self.home(name).mkdir(parents=True)
        if self._url is not None:
            self._do(
                f"CREATE DATABASE \"{self._database(name)}\" ENCODING 'UTF8' TEMPLATE template0"
            )
            self._made.add(name)

    def copy(self, name: str, to: str) -> None:
        """Copy a home that nobody uses, in the place of another."""
        self.remove(to)
        shutil.copytree(self.home(name), self.home(to), symlinks=True)
        if self._url is not None:
            source = self._database(name)
            self._do(f'CREATE DATABASE "{self._database(to)}" TEMPLATE "{source}"')
            self._made.add(to)

    def remove(self, name: str) -> None:
        """Remove a home and its database; nothing where there is none."""
        shutil.rmtree(self.home(name), ignore_errors=True)
        if self._url is not None:
            self._do(f'DROP DATABASE IF EXISTS "{self._database(name)}" WITH (FORCE)')
            self._made.discard(name)

    def close(self) -> None:
        """Remove the databases that are outside of the folder."""
        for name in sorted(self._made):
            self.remove(name)

    def _database(self, name: str) -> str:
        place = hashlib.sha256(f"{self.folder}/{name}".encode()).hexdigest()[:16]
        return f"chaos_{place}"

    def _do(self, statement: str) -> None:
        assert self._url is not None
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()
