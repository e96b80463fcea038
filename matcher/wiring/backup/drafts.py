"""Folder for files that are not finished; what a kill left in it goes with the next use."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from matcher.errors import ConflictError
from matcher.language.messages import _

_LOCK = "lock"


@contextmanager
def draft_folder(folder: Path) -> Iterator[Path]:
    """Open an empty folder for its owner only; it is deleted when the block ends.

    Raises ConflictError while another process uses it.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise ConflictError(
            _("another process is at this already ({folder}): wait for its end", folder=folder)
        ) from None
    try:
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != _LOCK:
                path.unlink()
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)
