"""Acts of a process that outlive it: commits, and changes of files by Python.

A kill by the clock seldom falls between two of them; so some kills are at an act by its number.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

_CHANGES = frozenset(
    {"os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "shutil.rmtree"}
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Acts:
    """Counter of the acts of this process, from now on."""

    def __init__(self, at: int | None, die: Callable[[], object]) -> None:
        """Begin to count; `die` is called before the act of this number."""
        self._at, self._die = at, die
        self._count = 0
        sys.addaudithook(self._look)
        event.listen(Engine, "commit", self._act)
        event.listen(Pool, "checkin", self._act)  # after the commit, or an undone transaction

    def write(self, file: Path) -> None:
        """Write the number of acts into a file."""
        count = self._count
        file.write_text(str(count), encoding="ascii")

    def _look(self, name: str, given: tuple[Any, ...]) -> None:
        if name in _CHANGES or (name == "open" and _is_for_writing(given)):
            self._act()

    def _act(self, *_given: object) -> None:
        self._count += 1
        if self._count == self._at:
            self._die()


def _is_for_writing(given: tuple[Any, ...]) -> bool:
    flags = given[2] if len(given) > 2 else 0
    return isinstance(flags, int) and bool(flags & _WRITING)
