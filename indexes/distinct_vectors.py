"""Distinct vectors of an index: equal ones are kept once, with all the rows that own them.

Lists of titles and design patents repeat vectors by the hundred. Copies would fill the lists that
a search reads, and with them the places of other vectors.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexes.half_vectors import CHUNK, AnyVectors, as_halves
from matcher.embedding.array_files import index_read_errors, open_array, save_array
from matcher.embedding.passage_table import ranges
from matcher.ports import BoolArray, Rows, Scores

NUMBERS_FILE = "vector_numbers.npy"
OWNERS_FILE = "vector_owners.npy"
STARTS_FILE = "vector_starts.npy"
Numbers = NDArray[np.int32]
"""Rows or distinct vectors, as they are stored."""


@dataclass(frozen=True)
class VectorOwners:
    """n rows that share u distinct vectors."""

    numbers: Numbers
    """Distinct vector of each row (n,)."""
    owners: Numbers
    """Rows (n,) by distinct vector, ascending within each."""
    starts: Numbers
    """Position in `owners` of the first row of each distinct vector, and the end (u + 1,)."""

    @classmethod
    def of(cls, numbers: Numbers) -> "VectorOwners":
        """Find the rows of each distinct vector."""
        owners = np.argsort(numbers, kind="stable").astype(np.int32)
        starts = np.concatenate(([0], np.cumsum(np.bincount(numbers)))).astype(np.int32)
        return cls(numbers, owners, starts)

    @classmethod
    def open(cls, folder: Path) -> "VectorOwners":
        """Open what `save` wrote; it stays on disk. Raises IndexUnavailableError."""
        with index_read_errors(folder, "vectors"):
            return cls(
                *(open_array(folder / name) for name in (NUMBERS_FILE, OWNERS_FILE, STARTS_FILE))
            )

    def save(self, folder: Path) -> None:
        """Write the three arrays into an index folder."""
        save_array(folder / NUMBERS_FILE, self.numbers)
        save_array(folder / OWNERS_FILE, self.owners)
        save_array(folder / STARTS_FILE, self.starts)

    def owned_by(self, rows: Rows) -> BoolArray:
        """Mark the distinct vectors (u,) of some rows."""
        is_owned = np.zeros(len(self.starts) - 1, dtype=bool)
        is_owned[self.numbers[rows]] = True
        return is_owned

    def rows_of(
        self, numbers: Rows, scores: Scores, allowed: BoolArray | None
    ) -> tuple[Rows, Scores]:
        """Return the rows that own some distinct vectors, each with the score of its vector.

        `allowed` (n,) restricts the rows.
        """
        starts = self.starts[numbers].astype(np.int64)
        ends = self.starts[numbers + 1].astype(np.int64)
        rows = self.owners[ranges(starts, ends)].astype(np.int64)
        repeated = np.repeat(scores, ends - starts)
        if allowed is None:
            return rows, repeated
        return rows[allowed[rows]], repeated[allowed[rows]]


def first_rows(vectors: AnyVectors) -> tuple[Rows, Numbers]:
    """Return the first row of each distinct vector (u,), ascending, and the number of each row.

    Vectors are compared as they are stored.
    """
    keys = _keys(vectors)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    if not _are_equal(vectors, first[inverse]):
        # Two vectors share a key, which chance does not bring about: compare their bytes.
        whole = as_halves(vectors).view(f"V{vectors.shape[1] * 2}").ravel()
        _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(first), dtype=np.int32)
    rank[order] = np.arange(len(first), dtype=np.int32)
    return first[order], rank[inverse]


def _are_equal(vectors: AnyVectors, others: Rows) -> bool:
    """Tell whether each row equals the row beside it in `others` (n,)."""
    copies = np.flatnonzero(others != np.arange(len(others)))
    pairs = (copies[start : start + CHUNK] for start in range(0, len(copies), CHUNK))
    return all(
        np.array_equal(as_halves(vectors[rows]), as_halves(vectors[others[rows]])) for rows in pairs
    )


def _keys(vectors: AnyVectors) -> NDArray[np.uint64]:
    """Key (n,) of each row, 64 bits: equal rows have equal keys."""
    random = np.random.default_rng(0)
    factors = random.integers(0, 2**63, vectors.shape[1], dtype=np.uint64) * np.uint64(2) + 1
    keys = np.empty(len(vectors), dtype=np.uint64)
    for start in range(0, len(vectors), CHUNK):
        bits = as_halves(vectors[start : start + CHUNK]).view(np.uint16)
        keys[start : start + CHUNK] = (bits * factors).sum(axis=1, dtype=np.uint64)
    return keys
