"""Reading an index folder: arrays that stay on disk, and one word for what is broken."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from matcher.errors import IndexUnavailableError


@contextmanager
def readable(folder: Path, what: str) -> Iterator[None]:
    """Raises IndexUnavailableError, with the mend, where reading what stands there fails."""
    try:
        yield
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as problem:
        raise IndexUnavailableError(
            f"the {what} of the index {folder.name} cannot be read ({type(problem).__name__}); "
            "build it anew: matcher index --full"
        ) from problem


def mapped(path: Path) -> NDArray[Any]:
    """An array of a file, left on disk unless it is empty: nothing cannot be mapped."""
    try:
        read: NDArray[Any] = np.load(path, mmap_mode="r")
    except ValueError:
        read = np.load(path)
    return read
