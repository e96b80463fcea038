"""SQLite files that are looked at while SQLite uses them."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from indexes import words
from matcher.disk import sqlite
from matcher.disk.sqlite import first_bytes
from matcher.store import file_check

pytestmark = pytest.mark.sqlite

TAKE_ALONE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
connection.execute("PRAGMA locking_mode=EXCLUSIVE")
try:
    connection.execute("BEGIN EXCLUSIVE")
except sqlite3.OperationalError as problem:
    print(problem)
"""


def in_use(file: Path) -> bool:
    """True if another process finds the file locked."""
    command = [sys.executable, "-c", TAKE_ALONE, str(file)]
    return "locked" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "look",
    [
        lambda file: first_bytes(file, 16),
        file_check.check_header,
        words._is_written_in_place,
        words._is_database,
    ],
    ids=["bytes", "header", "words", "words' tables"],
)
def test_a_look_at_a_file_takes_no_lock_of_this_process_away(
    tmp_path: Path, look: Callable[[Path], object]
) -> None:
    file = tmp_path / "used.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE rows (number INTEGER)")
        assert in_use(file)
        look(file)
        look(file)
        assert in_use(file)
    assert not in_use(file)


def test_files_that_are_gone_are_not_held(tmp_path: Path) -> None:
    for number in range(3):
        file = tmp_path / f"{number}.sqlite"
        file.write_bytes(b"SQLite format 3\0")
        assert first_bytes(file, 6) == b"SQLite"
        file.unlink()
    file = tmp_path / "last.sqlite"
    file.write_bytes(b"last")
    assert first_bytes(file, 16) == b"last"
    gone = [held for held in sqlite._held.values() if not os.fstat(held).st_nlink]
    assert gone == [] and len(sqlite._held) <= sqlite.MAX_HELD
