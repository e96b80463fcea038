"""Generations of the index, side by side; a pointer file names the published one.

A new generation is built in a folder of its own and published by one atomic rename of the pointer
file. Readers of the old generation keep reading it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from matcher.errors import IndexUnavailableError
from matcher.language.messages import _

POINTER = "CURRENT"
LOCK = ".building.lock"
BUILDING = ".building"
MAX_GENERATIONS = 2
"""Generations on disk: the published one and the one before, for its readers."""


def current(root: Path) -> Path | None:
    """Return the folder of the published generation, or None.

    Raises IndexUnavailableError for a folder that is gone.
    """
    try:
        name = (root / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    folder = root / name
    if not folder.is_dir():
        raise IndexUnavailableError(
            _(
                "the published index {name} is gone from {root}; build it anew: matcher index",
                name=name,
                root=root,
            )
        )
    return folder


@contextmanager
def building(root: Path) -> Iterator[Path]:
    """Open an empty folder for a new generation; it is published when the block ends normally.

    Raises IndexUnavailableError if another process is building.
    """
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise IndexUnavailableError(
            _("another process is building an index in {root}; wait until it is done", root=root)
        ) from None
    try:
        folder = root / BUILDING
        shutil.rmtree(folder, ignore_errors=True)  # left by a killed build
        folder.mkdir()
        yield folder
        _publish(root, folder)
    finally:
        shutil.rmtree(root / BUILDING, ignore_errors=True)
        lock.release()


def new_name() -> str:
    """Return a name that sorts by time."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def _publish(root: Path, folder: Path) -> None:
    name = new_name()
    folder.rename(root / name)
    pointer = root / f"{POINTER}.new"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(root / POINTER)
    generations = sorted(f for f in root.iterdir() if f.is_dir() and not f.name.startswith("."))
    for old in generations[:-MAX_GENERATIONS]:
        shutil.rmtree(old, ignore_errors=True)
