"""Passage table: maps the vectors of an index to passages, and passages to patents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.embedding.array_files import index_read_errors
from matcher.embedding.segment_rows import SegmentRows
from matcher.ports import BoolArray, FloatArray, Rows
from matcher.text.languages import is_chinese
from matcher.types import Passage

FILE = "passages.npz"


@dataclass(frozen=True)
class PassageTable:
    """Passages 0..p-1 in ascending order of patent, vectors 0..v-1 in ascending order of passage.

    A passage longer than the model's window has several vectors. Claim number 0 is the abstract.
    """

    patent: Rows
    """Patent row of each passage (p,)."""
    claim: Rows
    """Claim number of each passage (p,)."""
    vector_passage: Rows
    """Passage of each vector (v,)."""
    chinese: BoolArray
    """True for each Chinese passage (p,)."""

    @classmethod
    def of(cls, passages: Sequence[Passage], vectors_each: Sequence[int]) -> "PassageTable":
        """Build from the passages in order and the number of vectors of each."""
        return cls(
            patent=np.array([p.patent for p in passages], dtype=np.int64),
            claim=np.array([p.claim_number or 0 for p in passages], dtype=np.int64),
            vector_passage=np.repeat(np.arange(len(passages)), vectors_each).astype(np.int64),
            chinese=np.array([is_chinese(p.text) for p in passages], dtype=np.bool_),
        )

    @classmethod
    def joined(
        cls, tables: Sequence["PassageTable"], passages: SegmentRows, vectors: SegmentRows
    ) -> "PassageTable":
        """Join the tables of segments by the numbering of their passages and vectors."""
        if len(tables) == 1 and len(passages) == len(tables[0].patent):
            return tables[0]

        def join(arrays: Iterable[NDArray[Any]], rows: SegmentRows) -> NDArray[Any]:
            return np.concatenate(list(arrays))[rows.positions]

        owners = (
            passages.rows_of(segment, own.vector_passage) for segment, own in enumerate(tables)
        )
        return cls(
            patent=join((own.patent for own in tables), passages),
            claim=join((own.claim for own in tables), passages),
            vector_passage=join(owners, vectors),
            chinese=join((own.chinese for own in tables), passages),
        )

    def save(self, folder: Path) -> None:
        """Write the table into an index folder."""
        np.savez(
            folder / FILE,
            patent=self.patent,
            claim=self.claim,
            vector_passage=self.vector_passage,
            chinese=self.chinese,
        )

    @classmethod
    def open(cls, folder: Path) -> "PassageTable":
        """Read the table of an index folder. Raises IndexUnavailableError."""
        with index_read_errors(folder, "passages"), np.load(folder / FILE) as arrays:
            return cls(*(arrays[spec.name] for spec in fields(cls)))

    def patents_of_vectors(self, vectors: Rows) -> Rows:
        """Return the distinct patents, sorted, of some vectors; -1 (no vector) is ignored."""
        return np.unique(self.patent[self.vector_passage[vectors[vectors >= 0]]])

    def passages_of(self, patents: Rows) -> Rows:
        """Return every passage of the given patents (sorted), sorted."""
        return _positions(self.patent, patents)

    def vectors_of(self, passages: Rows) -> Rows:
        """Return every vector of the given passages (sorted), sorted."""
        return _positions(self.vector_passage, passages)


def best_per_group(groups: Rows, scores: FloatArray, wanted: Rows) -> FloatArray:
    """Return the best score of each wanted group (sorted, distinct), NaN for a group without one.

    `groups` and `scores` are aligned, in any order; groups that are not wanted are ignored.
    """
    best = np.full(wanted.size, -np.inf)
    if wanted.size and groups.size:
        positions = np.minimum(np.searchsorted(wanted, groups), wanted.size - 1)
        is_wanted = wanted[positions] == groups
        np.maximum.at(best, positions[is_wanted], scores[is_wanted])
    best[np.isneginf(best)] = np.nan
    return best


def ranges(starts: Rows, ends: Rows) -> Rows:
    """Concatenate the ranges from each start up to its end, end excluded."""
    lengths = ends - starts
    shifts = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return np.arange(lengths.sum(), dtype=np.int64) + shifts


def _positions(owner: Rows, wanted: Rows) -> Rows:
    """Positions of the wanted values in the ascending `owner`, sorted."""
    left = np.searchsorted(owner, wanted, side="left")
    return ranges(left, np.searchsorted(owner, wanted, side="right"))
