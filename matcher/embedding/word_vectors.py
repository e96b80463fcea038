"""Vectors of the most frequent words of an index, computed by indexing.

So an answer encodes only rare words and those of the need.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matcher.embedding.array_files import index_read_errors, open_array, save_array
from matcher.embedding.sentence_vectors import HalfVectors
from matcher.ports import Rows, Vectors

VECTORS_FILE = "words.npy"
WORDS_FILE = "words.txt"


class WordTable:
    """Words with their unit vectors."""

    def __init__(self, words: Sequence[str], vectors: HalfVectors | Vectors) -> None:
        """Take w distinct words without line breaks, and their vectors (w, d)."""
        self._rows = {word: row for row, word in enumerate(words)}
        self._starts = np.array([0, len(words)])
        self._vectors = [vectors]

    @classmethod
    def empty(cls) -> "WordTable":
        """Table without a word."""
        return cls([], np.empty((0, 0), dtype=np.float16))

    @classmethod
    def open(cls, folder: Path) -> "WordTable":
        """Read what `save` wrote; vectors stay on disk. Raises IndexUnavailableError."""
        with index_read_errors(folder, "words"):
            words = (folder / WORDS_FILE).read_text("utf-8").split("\n")[:-1]
            return cls(words, open_array(folder / VECTORS_FILE))

    @classmethod
    def joined(cls, tables: Sequence["WordTable"]) -> "WordTable":
        """Join the tables of segments; their rows follow one another."""
        joined = cls.__new__(cls)
        joined._starts = np.cumsum([0, *map(len, tables)])
        joined._vectors = [vectors for table in tables for vectors in table._vectors]
        joined._rows = {}
        for table, start in zip(reversed(tables), joined._starts[-2::-1].tolist(), strict=True):
            joined._rows.update((word, start + row) for word, row in table._rows.items())
        return joined

    def save(self, folder: Path) -> None:
        """Write the table into an index folder."""
        (folder / WORDS_FILE).write_text("".join(f"{word}\n" for word in self._rows), "utf-8")
        (vectors,) = self._vectors
        save_array(folder / VECTORS_FILE, vectors)

    def __len__(self) -> int:
        return int(self._starts[-1])

    def row(self, word: str) -> int | None:
        """Return the row of a word's vector; None for a word that is not in the table."""
        return self._rows.get(word)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors (n, d) of rows."""
        if len(self._vectors) == 1:
            return np.asarray(self._vectors[0][rows], dtype=np.float32)
        segment = np.searchsorted(self._starts, rows, side="right") - 1
        vectors: Vectors = np.empty((len(rows), self._dimension), dtype=np.float32)
        for number in np.unique(segment).tolist():
            here = segment == number
            vectors[here] = self._vectors[number][rows[here] - self._starts[number]]
        return vectors

    @property
    def _dimension(self) -> int:
        dimension: int = max(vectors.shape[1] for vectors in self._vectors)
        return dimension
