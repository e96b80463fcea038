"""Reading of SQLite files in a folder where nothing may be written.

A file with a write-ahead log wants two more files beside it, for readers too. Where they cannot be
made, it is read as a file that nobody changes; where they are there, another process keeps them,
and readers follow it.
"""

from pathlib import Path

from matcher.disk.errors import can_write
from matcher.errors import ReadOnlyError
from matcher.language.messages import _

LOG, SHARED = "-wal", "-shm"
"""Ends of the names of the log and of its index, which all its users share."""


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
