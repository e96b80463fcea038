"""Array files of an index folder, with one error for damaged ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from matcher.errors import IndexUnavailableError


@contextmanager
def index_read_errors(folder: Path, content: str) -> Iterator[None]:
    """Turn errors of reading an index folder into IndexUnavailableError, with the remedy."""
    try:
        yield
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as problem:
        raise IndexUnavailableError(
            f"the {content} of the index {folder.name} cannot be read ({type(problem).__name__}); "
            "build it anew: matcher index --full"
        ) from problem


def open_array(path: Path) -> NDArray[Any]:
    """Open the array of a file; it stays on disk unless it is empty, which cannot be mapped."""
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r")
    except ValueError:
        array = np.load(path)
    return array
