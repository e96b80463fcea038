"""Rows of a table kept in a temporary file, since what a column is, its cells tell only together.

So the memory of an import does not grow with the rows. A small table stays in memory; the file has
no name and goes with the process.
"""

import pickle
import weakref
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from matcher.importing.files.sheet import SheetRow

MEMORY_BYTES = 16_000_000
"""Bytes up to which rows or records stay in memory."""
_CHUNK = 200
"""Rows that are written and read together."""


def temporary_file(owner: object) -> IO[bytes]:
    """Open a file without a name that is closed when its owner goes."""
    file = SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115
    weakref.finalize(owner, file.close)
    return file


class RowSpool:
    """Rows that are read once from their source, and then as often as needed."""

    def __init__(self) -> None:
        self._file = temporary_file(self)
        self._chunk: list[tuple[int, list[str], str | None]] = []
        self._count = 0

    def keep(self, rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
        """Yield the rows, and keep them."""
        for row in rows:
            self._chunk.append((row.number, list(row.cells), row.fault))
            self._count += 1
            if len(self._chunk) == _CHUNK:
                self._write()
            yield row
        self._write()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[SheetRow]:
        """Yield the rows that are kept, without the spans of their cells."""
        end = self._file.seek(0, 2)
        self._file.seek(0)
        while self._file.tell() < end:
            for number, cells, fault in pickle.load(self._file):
                yield SheetRow(number, cells, fault)

    def _write(self) -> None:
        pickle.dump(self._chunk, self._file, pickle.HIGHEST_PROTOCOL)
        self._chunk = []
