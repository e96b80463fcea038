"""The words that the patents of one index use most, each with its vector: read once, by indexing.

So an answer reads only the words that are rare or the need's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from matcher.embedding.array_files import mapped, readable
from matcher.embedding.sentence_vectors import HalfVectors
from matcher.ports import Vectors

VECTORS_FILE = "words.npy"
WORDS_FILE = "words.txt"


class WordTable:
    """Words, and a unit vector for each."""

    def __init__(self, words: Sequence[str], vectors: HalfVectors | Vectors) -> None:
        """w distinct words without line breaks, and their vectors (w, d)."""
        self._places = {word: place for place, word in enumerate(words)}
        self._vectors = vectors

    @classmethod
    def empty(cls) -> "WordTable":
        """No word is known."""
        return cls([], np.empty((0, 0), dtype=np.float16))

    @classmethod
    def open(cls, folder: Path) -> "WordTable":
        """Read what `save` wrote; vectors stay on disk. Raises IndexUnavailableError."""
        with readable(folder, "words"):
            words = (folder / WORDS_FILE).read_text("utf-8").split("\n")[:-1]
            return cls(words, mapped(folder / VECTORS_FILE))

    def save(self, folder: Path) -> None:
        """Write the table into an index folder."""
        (folder / WORDS_FILE).write_text("".join(f"{word}\n" for word in self._places), "utf-8")
        np.save(folder / VECTORS_FILE, self._vectors)

    def __len__(self) -> int:
        return len(self._places)

    def of(self, words: Iterable[str]) -> Mapping[str, Vectors]:
        """The vector (d,) of each of the words that are known."""
        known = [word for word in dict.fromkeys(words) if word in self._places]
        rows = np.array([self._places[word] for word in known], dtype=np.int64)
        return dict(zip(known, self._vectors[rows].astype(np.float32), strict=True))
