"""Distinct vectors of an index: equal ones are kept once, with all the rows that own them.

Lists of titles and design patents repeat vectors by the hundred. In a graph, copies are nearest to
one another, so their links lead nowhere else: groups of 200 cost recall, groups of 1,200 cut whole
parts off.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.embedding.array_files import index_read_errors, open_array
from matcher.embedding.passage_table import ranges
from matcher.ports import BoolArray, Rows, Scores, Vectors

VECTORS_FILE = "vectors.npy"
NUMBERS_FILE = "vector_numbers.npy"
_CHUNK = 65_536
"""Rows compared at once."""


@dataclass(frozen=True)
class DistinctVectors:
    """n rows that share u distinct unit vectors, in order of their first row."""

    vectors: Vectors
    """(u, d)."""
    numbers: NDArray[np.int32]
    """Distinct vector of each row (n,)."""
    owners: Rows
    """Rows (n,) by distinct vector, ascending within each."""
    starts: Rows
    """Position in `owners` of the first row of each distinct vector, and the end (u + 1,)."""

    @classmethod
    def of(cls, vectors: Vectors) -> "DistinctVectors":
        """Bring equal rows (n, d) together."""
        first, numbers = _first_rows(vectors)
        if len(first) == len(vectors):
            return cls._numbered(vectors, numbers)
        return cls._numbered(np.ascontiguousarray(vectors[first]), numbers)

    @classmethod
    def open(cls, folder: Path) -> "DistinctVectors":
        """Read what `save` wrote; vectors stay on disk. Raises IndexUnavailableError."""
        with index_read_errors(folder, "vectors"):
            return cls._numbered(open_array(folder / VECTORS_FILE), np.load(folder / NUMBERS_FILE))

    @classmethod
    def _numbered(cls, vectors: Vectors, numbers: NDArray[np.int32]) -> "DistinctVectors":
        counts = np.bincount(numbers, minlength=len(vectors))
        owners = np.argsort(numbers, kind="stable").astype(np.int64)
        return cls(vectors, numbers, owners, np.concatenate(([0], np.cumsum(counts))))

    def save(self, folder: Path) -> None:
        """Write the vectors and their owners into an index folder."""
        np.save(folder / VECTORS_FILE, self.vectors)
        np.save(folder / NUMBERS_FILE, self.numbers)

    def of_rows(self, rows: Rows) -> Vectors:
        """Return the vectors (m, d) of rows."""
        return np.asarray(self.vectors[self.numbers[rows]], dtype=np.float32)

    def numbers_of(self, rows: Rows) -> Rows:
        """Return the distinct vectors of some rows, sorted."""
        is_owned = np.zeros(len(self.vectors), dtype=bool)
        is_owned[self.numbers[rows]] = True
        return np.flatnonzero(is_owned)

    def rows_of(
        self, numbers: Rows, scores: Scores, allowed: BoolArray | None
    ) -> tuple[Rows, Scores]:
        """Return the rows that own some distinct vectors, each with the score of its vector.

        `allowed` (n,) restricts the rows.
        """
        starts, ends = self.starts[numbers], self.starts[numbers + 1]
        rows = self.owners[ranges(starts, ends)]
        repeated = np.repeat(scores, ends - starts)
        if allowed is None:
            return rows, repeated
        return rows[allowed[rows]], repeated[allowed[rows]]


def _first_rows(vectors: Vectors) -> tuple[Rows, NDArray[np.int32]]:
    """Return the first row of each distinct vector (u,), ascending, and the number of each row."""
    keys = _keys(vectors)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    for start in range(0, len(vectors), _CHUNK):
        here = slice(start, start + _CHUNK)
        if not np.array_equal(vectors[here], vectors[first[inverse[here]]]):
            # Two vectors share a key, which chance does not bring about: compare their bytes.
            whole = np.ascontiguousarray(vectors).view(f"V{vectors.shape[1] * 4}").ravel()
            _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
            break
    order = np.argsort(first)
    rank = np.empty(len(first), dtype=np.int32)
    rank[order] = np.arange(len(first), dtype=np.int32)
    return first[order], rank[inverse]


def _keys(vectors: Vectors) -> NDArray[np.uint64]:
    """Key (n,) of each row, 64 bits: equal rows have equal keys."""
    random = np.random.default_rng(0)
    factors = random.integers(0, 2**63, vectors.shape[1], dtype=np.uint64) * np.uint64(2) + 1
    keys = np.empty(len(vectors), dtype=np.uint64)
    for start in range(0, len(vectors), _CHUNK):
        # Adding zero turns -0.0 into 0.0: the two are equal, their bits are not.
        rows = np.ascontiguousarray(vectors[start : start + _CHUNK], dtype=np.float32) + 0.0
        keys[start : start + _CHUNK] = (rows.view(np.uint32) * factors).sum(axis=1, dtype=np.uint64)
    return keys
