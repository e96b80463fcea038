"""Reading of SQLite files beside SQLite, and in a folder where nothing may be written.

Closing any descriptor of a file takes all locks of this process on it away, those of SQLite too
(https://sqlite.org/howtocorrupt.html, 2.2): no SQLite file that may be in use is opened and closed.

In a folder where nothing may be written, a file with a write-ahead log wants two more files beside
it, for readers too. Where they cannot be made, it is read as a file that nobody changes; where they
are there, another process keeps them, and readers follow it.
"""

import os
import sqlite3
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from matcher.disk.errors import can_write
from matcher.errors import ReadOnlyError
from matcher.language.messages import _

LOG, SHARED = "-wal", "-shm"
"""Ends of the names of the log and of its index, which all its users share."""

MAX_HELD = 64
"""Files that are held open; a server has three."""
_held: OrderedDict[tuple[int, int], int] = OrderedDict()
"""Descriptors by device and number of the file, those used last at the end."""
_holding = Lock()


def first_bytes(file: Path, count: int) -> bytes:
    """Return the first bytes of a SQLite file that may be in use. Raises OSError.

    Its descriptor stays open as long as the file is there.
    """
    with _holding:
        for key, held in list(_held.items()):
            if not os.fstat(held).st_nlink:  # deleted, or another one has its name
                os.close(_held.pop(key))
        key = _identity(file.stat())
        if key not in _held:
            opened = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            key = _identity(os.fstat(opened))  # another file may have taken the name meanwhile
            _held[key] = opened
        _held.move_to_end(key)
        if len(_held) > MAX_HELD:
            os.close(_held.popitem(last=False)[1])
        return os.pread(_held[key], count, 0)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def open_to_read(file: Path, seconds: float = 60) -> sqlite3.Connection:
    """Open a file that nothing is written into. Raises sqlite3.DatabaseError, ReadOnlyError."""
    return open_address(read_only_address(file) or f"{file.resolve().as_uri()}?mode=ro", seconds)


def open_address(address: str, seconds: float = 60) -> sqlite3.Connection:
    """Open the URI of a file that is there. Raises sqlite3.DatabaseError for no database."""
    connection = sqlite3.connect(address, uri=True, timeout=seconds, isolation_level=None)
    try:
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def read_only_address(file: Path) -> str | None:
    """Return the URI by which a file in a folder like that is read; None where it can be written.

    Raises ReadOnlyError where changes stand in a log that cannot be read without writing.
    """
    if can_write(file.parent):
        return None
    address = f"{file.resolve().as_uri()}?mode=ro"
    if not has_log(file):
        return f"{address}&immutable=1"
    if not file.with_name(file.name + SHARED).exists():
        raise ReadOnlyError(
            _(
                "{file} was not closed: its last changes stand in {log}, which cannot be read "
                "where nothing may be written. Run any matcher command once where the folder can "
                "be written",
                file=file,
                log=file.name + LOG,
            )
        )
    return address


def has_log(file: Path) -> bool:
    """True if changes of a file may stand in its write-ahead log."""
    log = file.with_name(file.name + LOG)
    return log.exists() and log.stat().st_size > 0
