"""Generations of the index side by side; one small file says which is published.

A new generation is built in a folder of its own and becomes the published one by one atomic
rename of that file. Whoever has the old one open keeps reading it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from matcher.errors import IndexUnavailableError

POINTER = "CURRENT"
LOCK = ".building.lock"
BUILDING = ".building"
KEPT = 2
"""Generations that stay on disk: the published one and the one before, for those who read it."""


def current(root: Path) -> Path | None:
    """The folder of the published generation, or None where nothing was published."""
    try:
        name = (root / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    folder = root / name
    if not folder.is_dir():
        raise IndexUnavailableError(
            f"the published index {name} is gone from {root}; build it anew: matcher index"
        )
    return folder


@contextmanager
def building(root: Path) -> Iterator[Path]:
    """An empty folder to build a generation in; published when the block ends without an error.

    Raises IndexUnavailableError if another process is building.
    """
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise IndexUnavailableError(
            f"another process is building an index in {root}; wait until it is done"
        ) from None
    try:
        place = root / BUILDING
        shutil.rmtree(place, ignore_errors=True)  # what a killed build left
        place.mkdir()
        yield place
        _publish(root, place)
    finally:
        shutil.rmtree(root / BUILDING, ignore_errors=True)
        lock.release()


def new_name() -> str:
    """A name that sorts by time."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def _publish(root: Path, place: Path) -> None:
    name = new_name()
    place.rename(root / name)
    pointer = root / f"{POINTER}.new"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(root / POINTER)
    generations = sorted(f for f in root.iterdir() if f.is_dir() and not f.name.startswith("."))
    for old in generations[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
