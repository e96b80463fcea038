"""Array files of an index folder, with one error for damaged ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from matcher.errors import IndexUnavailableError
from matcher.language.messages import _


@contextmanager
def index_read_errors(folder: Path, content: str) -> Iterator[None]:
    """Turn errors of reading an index folder into IndexUnavailableError, with the remedy."""
    try:
        yield
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as problem:
        raise IndexUnavailableError(
            _(
                "the {content} of the index {name} cannot be read ({problem}); build it anew: "
                "matcher index --full",
                content=content,
                name=folder.name,
                problem=type(problem).__name__,
            )
        ) from problem


def save_array(path: Path, values: NDArray[Any]) -> None:
    """Write the file of an array. Raises OSError.

    Numpy itself would hand a real file to C, which does not say when its last bytes find no space.
    """
    with path.open("wb") as file:
        np.save(_Writer(file), values)


class _Writer:
    """Output of a file, which is no file to numpy."""

    def __init__(self, file: BinaryIO) -> None:
        self.write = file.write


def open_array(path: Path) -> NDArray[Any]:
    """Open the array of a file; it stays on disk unless it is empty, which cannot be mapped.

    It comes as a plain array: each slice of numpy's own class for them takes a microsecond more.
    """
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r").view(np.ndarray)
    except ValueError:
        array = np.load(path)
    return array
