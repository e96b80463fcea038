"""Lock of an index folder while an index is built in it.

With SQLite it is a file in the folder. With PostgreSQL it is a lock of the build's own session in
the database, under a random identity that the folder keeps: it also holds between machines that
share the folder over a network, where locks of files often do not, and is free as soon as the
process or its connection ends.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection

from indexes import generations
from indexes.generations import BuildingError, BuildLock
from matcher.store import locks

IDENTITY = ".identity"
"""File of an index folder with its identity."""


def build_lock(connection: Connection) -> BuildLock:
    """Return the lock for builds that read this connection until their end."""
    if not locks.has_locks(connection):
        return generations.file_lock

    @contextmanager
    def locked(root: Path) -> Iterator[None]:
        try:
            with locks.holding(connection, f"index {_identity(root)}"):
                yield
        except locks.TakenError:
            raise BuildingError(root) from None

    return locked


def _identity(root: Path) -> str:
    """Return the identity of a folder; of two processes that give it one, the first one's holds."""
    file = root / IDENTITY
    if not file.exists():
        draft = root / f"{IDENTITY}.{secrets.token_hex(4)}"
        draft.write_text(secrets.token_hex(16), encoding="ascii")
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text(encoding="ascii")
