"""Look at the file of a SQLite database before it is used: is it there, and is it whole?

The header and the size are compared at each opening. The tables are read through once for each
state of the file, as long as it is not large; `matcher check` reads them whatever their size.
"""

import json
import struct
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection

from matcher.disk.errors import can_write
from matcher.disk.sqlite import first_bytes, has_log
from matcher.errors import StoreUnavailableError
from matcher.language.messages import _

MAGIC = b"SQLite format 3\0"
HEADER_BYTES = 100
QUICK_BYTES = 256 * 2**20
"""Size up to which the tables are read through."""
UNREMEMBERED_BYTES = 4 * 2**20
"""Size up to which they are read each time: that takes milliseconds."""
CHECKED = ".{name}.checked"
"""Name of the file that says which state of the database was found whole."""


def check_there(file: Path) -> None:
    """Raise StoreUnavailableError for a file that is missing or empty."""
    if not file.is_file() or not file.stat().st_size:
        raise missing(str(file))


def check_header(file: Path) -> None:
    """Compare the header of a database with its file. Raises StoreUnavailableError."""
    if not file.is_file() or not (size := file.stat().st_size):
        if has_log(file):  # SQLite would delete it
            raise missing(str(file))
        return  # it is made now
    header = first_bytes(file, HEADER_BYTES)
    if not header.startswith(MAGIC) or len(header) < HEADER_BYTES:
        raise damaged(file)
    page, changes, pages, counted_at = _numbers(header)
    # The log may hold the pages that are missing. A number of pages is valid since it was counted.
    if not has_log(file) and changes == counted_at and pages * page > size:
        raise damaged(file)


def check_tables(connection: Connection, file: Path) -> None:
    """Read the tables through, unless they were found whole before or are large.

    Raises StoreUnavailableError.
    """
    state = _state(file)
    size = state[0]
    if not size or size > QUICK_BYTES:
        return
    remembered = file.with_name(CHECKED.format(name=file.name))
    if size > UNREMEMBERED_BYTES and _remembered(remembered) == state:
        return
    if find_damage(connection) != "ok":
        raise damaged(file)
    if size > UNREMEMBERED_BYTES and can_write(file.parent) and _state(file) == state:
        with suppress(OSError):  # then they are read through again
            remembered.write_text(json.dumps(state), "ascii")


def find_damage(connection: Connection) -> str:
    """Read the tables through; return "ok", or the first damage.

    Some damage raises at once, and `database.open_engine` names it.
    """
    return str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())


def damaged(file: Path | str) -> StoreUnavailableError:
    """Return the error of a database that is not as it was written."""
    return StoreUnavailableError(
        _(
            "the database {file} is damaged, by a fault of the disk or a change from outside: "
            "restore a backup (matcher restore FILE); matcher check says what is damaged",
            file=file,
        )
    )


def missing(place: str) -> StoreUnavailableError:
    """Return the error of a database that is gone, although there was one."""
    return StoreUnavailableError(
        _(
            "there is no database in {place}, although there was one: its index, keys or log are "
            "there. Restore a backup (matcher restore FILE), or begin a new one (matcher import "
            "--new-database FILE)",
            place=place,
        )
    )


def _numbers(header: bytes) -> tuple[int, int, int, int]:
    """Return the bytes of a page, and the counts of changes, pages, and changes when counted."""
    (page,) = struct.unpack(">H", header[16:18])
    changes, pages = struct.unpack(">II", header[24:32])
    (counted_at,) = struct.unpack(">I", header[92:96])
    return 65536 if page == 1 else page, changes, pages, counted_at


def _state(file: Path) -> list[int]:
    """Return what changes whenever the file is written: its size, time and place on the disk."""
    status = file.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ino]


def _remembered(file: Path) -> list[int] | None:
    try:
        state: list[int] = json.loads(file.read_text("ascii"))
    except (OSError, ValueError):
        return None
    return state
