"""Copy of a SQLite database while others write, and its return into the place of another.

A database takes the place of another through SQLite's own backup, in one transaction of the file
that is there: whoever opens it, before or after, sees one of them whole, and a kill leaves the old
one. A file put in its place by a rename would share the write-ahead log of a process that still
has the old one open.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from errno import ENOSPC
from pathlib import Path

from matcher.disk.sqlite import open_to_read
from matcher.errors import StoreError
from matcher.language.messages import _

WAIT_SECONDS = 3
"""Time for which a restore waits until nobody else has the database open."""
_LOGS = ("-wal", "-shm", "-journal")
_HEADER = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
"""Errors of a file that SQLite cannot even open as a database."""


def write_copy(file: Path, target: Path) -> None:
    """Write the database of a file, as of one moment, into a new file. Raises StoreError,
    OSError for a full disk.

    The copy has no free pages, so nothing of what was erased.
    """
    try:
        with closing(open_to_read(file)) as connection:
            connection.execute("VACUUM INTO ?", [str(target)])
    except sqlite3.DatabaseError as problem:
        if problem.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise OSError(ENOSPC, os.strerror(ENOSPC), str(target.parent)) from problem
        raise StoreError(
            _(
                "the database {file} cannot be copied ({problem}): run matcher check",
                file=file,
                problem=problem,
            )
        ) from problem


def put_in_place(draft: Path, file: Path, aside: Path) -> bool:
    """Let the database of `draft` be that of `file`; keep the one before as `aside`.

    Returns whether there was one before. A kill leaves the old or the new one, each whole. Raises
    StoreError while another process has the database open.
    """
    _sync(draft)
    if not file.exists() or not file.stat().st_size:
        _move_logs(file, aside)
        draft.replace(file)
        sync_folder(file)
        return False
    try:
        with _alone(file) as connection:
            _copy(connection, aside)
            with closing(open_to_read(draft)) as source:
                source.backup(connection)
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise in_use() from None
        raise StoreError(_("nothing was restored ({problem})", problem=problem)) from problem
    except sqlite3.DatabaseError as problem:
        if problem.sqlite_errorcode & 0xFF not in _HEADER:
            raise
        _replace_unreadable(draft, file, aside)
    return True


def in_use() -> StoreError:
    """Return the error for a database that other processes use."""
    return StoreError(
        _(
            "nothing was restored, because the database is in use: stop every server and every "
            "other command, then try again"
        )
    )


@contextmanager
def _alone(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a database so that no other process has it open, or opens it, until the end."""
    with closing(sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")  # the lock stays
        yield connection


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the pages of a database, damaged ones too; the file is whole once it has its name."""
    draft = target.with_name(f"{target.name}.partial")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as copy:
        connection.backup(copy)
    _sync(draft)
    draft.replace(target)
    sync_folder(target)


def _replace_unreadable(draft: Path, file: Path, aside: Path) -> None:
    """Put a file into the place of one that is no database, so that nobody can have it open."""
    with suppress(FileExistsError):
        os.link(file, aside)
    _move_logs(file, aside)
    draft.replace(file)
    sync_folder(file)


def _move_logs(file: Path, aside: Path) -> None:
    """Move the logs of another database away: SQLite would take them for those of the new one."""
    for ending in _LOGS:
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).replace(aside.with_name(aside.name + ending))


def _sync(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def sync_folder(file: Path) -> None:
    """Write the name of a file to the disk."""
    with suppress(OSError):  # some file systems do not know it
        descriptor = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
