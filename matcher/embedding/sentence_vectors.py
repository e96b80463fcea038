"""Vectors of the sentences of abstracts: for evidence, not searched."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.embedding.array_files import index_read_errors, open_array, save_array
from matcher.ports import Rows, Vectors
from matcher.types import PatentRow

VECTORS_FILE = "sentences.npy"
OWNERS_FILE = "sentence_patents.npy"
HalfVectors = NDArray[np.float16]
"""Half the memory; a cosine changes in the fourth digit."""


class AbstractSentences(Protocol):
    """Vectors of the sentences of each patent's abstract."""

    def of_patent(self, patent: PatentRow) -> Vectors:
        """Return the unit vectors (s, d) of the sentences of a patent's abstract, in order."""


class SentenceVectors:
    """Vectors of the sentences of each patent's abstract, in order, patents ascending."""

    def __init__(self, patents: Rows, vectors: HalfVectors | Vectors) -> None:
        """Take the patent (m,) of each sentence and its unit vector (m, d)."""
        self._patents = patents
        self._vectors = vectors

    @classmethod
    def of(
        cls, rows: Sequence[PatentRow], counts: Sequence[int], vectors: HalfVectors
    ) -> "SentenceVectors":
        """Build from ascending patents, the number of sentences of each, and vectors (m, d)."""
        return cls(np.repeat(np.array(rows, dtype=np.int64), counts), vectors)

    @classmethod
    def open(cls, folder: Path) -> "SentenceVectors":
        """Read what `save` wrote; vectors stay on disk. Raises IndexUnavailableError."""
        with index_read_errors(folder, "sentences"):
            return cls(np.load(folder / OWNERS_FILE), open_array(folder / VECTORS_FILE))

    def save(self, folder: Path) -> None:
        """Write the vectors into an index folder."""
        save_array(folder / OWNERS_FILE, self._patents)
        save_array(folder / VECTORS_FILE, self._vectors)

    def __len__(self) -> int:
        return len(self._patents)

    def without(self, deleted: Rows) -> int:
        """Return the number of sentences of all patents but some."""
        return int(np.isin(self._patents, deleted, invert=True).sum())

    def of_patent(self, patent: PatentRow) -> Vectors:
        """Return the unit vectors (s, d) of the sentences of a patent's abstract, in order."""
        start, end = np.searchsorted(self._patents, [patent, patent + 1])
        return np.asarray(self._vectors[start:end], dtype=np.float32)


class SegmentSentences:
    """Vectors of the sentences of several segments, without the patents deleted from each."""

    def __init__(self, segments: Sequence[tuple[SentenceVectors, Rows]]) -> None:
        """Take the segments with their deleted patents."""
        self._segments = [(own, frozenset(deleted.tolist())) for own, deleted in segments]

    def of_patent(self, patent: PatentRow) -> Vectors:
        """Return the unit vectors (s, d) of the sentences of a patent's abstract, in order."""
        nothing = self._segments[0][0].of_patent(patent)[:0]
        found = (own.of_patent(patent) for own, deleted in self._segments if patent not in deleted)
        return max(found, key=len, default=nothing)
