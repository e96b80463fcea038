"""Generations of the index, side by side; a pointer file names the published one.

A new generation is built in a folder of its own and published by one atomic rename of the pointer
file. Readers of the old generation keep reading it. Order comes from a number, not from the clock.
"""

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from matcher.errors import IndexUnavailableError
from matcher.language.messages import _

POINTER = "CURRENT"
LOCK = ".building.lock"
BUILDING = ".building"
KEPT = 2
"""Generations that are kept unless more are asked for: the published one, and the one before it,
which its readers still have open."""
_NAME = re.compile(r"(?P<number>\d{6,})-[0-9a-f]{8}|\d{8}T[\d.]+Z")
"""Names of generations, also those by time of earlier versions."""


def current(root: Path) -> Path | None:
    """Return the folder of the published generation, or None.

    Raises IndexUnavailableError for a folder that is gone.
    """
    name = _pointed(root)
    if name is None:
        return None
    folder = root / name
    if not name or not folder.is_dir():
        raise IndexUnavailableError(
            _(
                "the published index {name} is gone from {root}; build it anew: matcher index",
                name=name,
                root=root,
            )
        )
    return folder


class BuildingError(IndexUnavailableError):
    """Another process is building an index in this folder."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            _("another process is building an index in {root}; wait until it is done", root=root)
        )


BuildLock = Callable[[Path], AbstractContextManager[object]]
"""Function that locks an index folder, or raises BuildingError at once."""


@contextmanager
def file_lock(root: Path) -> Iterator[None]:
    """Lock an index folder by a file in it. Raises BuildingError."""
    lock = FileLock(root / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BuildingError(root) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def building(root: Path, lock: BuildLock = file_lock, keep: int = KEPT) -> Iterator[Path]:
    """Open an empty folder for a new generation; it is published when the block ends normally.

    Then `keep` generations are kept, with the published one.

    Raises BuildingError if another process is building.
    """
    root.mkdir(parents=True, exist_ok=True)
    with lock(root):
        try:
            _prune(root, keep)
            folder = root / BUILDING
            folder.mkdir()
            yield folder
            _publish(root, folder, keep)
        finally:
            shutil.rmtree(root / BUILDING, ignore_errors=True)


def tidy(root: Path, lock: BuildLock = file_lock, keep: int = KEPT) -> None:
    """Delete what killed builds left, and all beyond `keep`, unless a build is under way."""
    with suppress(BuildingError, OSError), lock(root):
        _prune(root, keep)


def _publish(root: Path, folder: Path, keep: int) -> None:
    """Give the folder the next number and point to it."""
    number = max((number_of(path.name) for path in folders(root)), default=0) + 1
    # The random part keeps names apart where an index folder is begun anew: answers quote them.
    name = f"{number:06d}-{secrets.token_hex(4)}"
    folder.rename(root / name)
    pointer = root / f"{POINTER}.new"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(root / POINTER)
    _prune(root, keep)


def leftovers(root: Path, keep: int = KEPT) -> list[Path]:
    """Return what kills left: half-built folders, and generations not published or not deleted.

    A build that is under way has such a folder too.
    """
    published = _pointed(root)
    others = [path for path in folders(root) if path.name != published]
    others.sort(key=lambda path: number_of(path.name))
    older = [path for path in others if published and number_of(path.name) <= number_of(published)]
    drafts = [path for path in (root / BUILDING, root / f"{POINTER}.new") if path.exists()]
    return [*drafts, *(path for path in others if path not in older[1 - keep :])]


def _prune(root: Path, keep: int) -> None:
    """Delete what kills left, and generations that are no longer kept."""
    for path in leftovers(root, keep):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _pointed(root: Path) -> str | None:
    """Name in the pointer file; None without one."""
    try:
        return (root / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def folders(root: Path) -> list[Path]:
    """Return the folders of all generations that are there."""
    return [path for path in root.iterdir() if path.is_dir() and _NAME.fullmatch(path.name)]


def number_of(name: str) -> int:
    """Return the number of a generation; 0 for one that an earlier version named by its time."""
    match = _NAME.fullmatch(name)
    return int(match["number"] or 0) if match else 0
