"""Which passage and which patent each vector of an index belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.embedding.array_files import readable
from matcher.ports import Rows
from matcher.text.languages import is_chinese
from matcher.types import Passage

FILE = "passages.npz"
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class PassageTable:
    """Passages 0..p-1 in ascending order of patent, vectors 0..v-1 in ascending order of passage.

    A passage longer than the model's window has several vectors. Claim number 0 is the abstract.
    """

    patent: Rows
    """The patent row of each passage (p,)."""
    claim: Rows
    """The claim number of each passage (p,)."""
    vector_passage: Rows
    """The passage of each vector (v,)."""
    chinese: BoolArray
    """Whether each passage is Chinese (p,)."""

    @classmethod
    def of(cls, passages: Sequence[Passage], vectors_each: Sequence[int]) -> "PassageTable":
        """From the passages in order and how many vectors each has."""
        return cls(
            patent=np.array([p.patent for p in passages], dtype=np.int64),
            claim=np.array([p.claim_number or 0 for p in passages], dtype=np.int64),
            vector_passage=np.repeat(np.arange(len(passages)), vectors_each).astype(np.int64),
            chinese=np.array([is_chinese(p.text) for p in passages], dtype=np.bool_),
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
        with readable(folder, "passages"), np.load(folder / FILE) as arrays:
            return cls(*(arrays[spec.name] for spec in fields(cls)))

    def patents_of_vectors(self, vectors: Rows) -> Rows:
        """The distinct patents, sorted, of some vectors; -1 (no vector) is passed over."""
        return np.unique(self.patent[self.vector_passage[vectors[vectors >= 0]]])

    def passages_of(self, patents: Rows) -> Rows:
        """Every passage of the given patents (sorted), sorted."""
        return _spans(self.patent, patents)

    def vectors_of(self, passages: Rows) -> Rows:
        """Every vector of the given passages (sorted), sorted."""
        return _spans(self.vector_passage, passages)


def best_per_group(groups: Rows, scores: FloatArray, wanted: Rows) -> FloatArray:
    """The best score within each wanted group (sorted, distinct), NaN where the group has none.

    `groups` and `scores` are aligned, in any order; groups that are not wanted are ignored.
    """
    best = np.full(wanted.size, -np.inf)
    if wanted.size and groups.size:
        place = np.minimum(np.searchsorted(wanted, groups), wanted.size - 1)
        known = wanted[place] == groups
        np.maximum.at(best, place[known], scores[known])
    best[np.isneginf(best)] = np.nan
    return best


def ranges(starts: Rows, ends: Rows) -> Rows:
    """All numbers from each start up to its end, one range after the other."""
    lengths = ends - starts
    shifts = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return np.arange(lengths.sum(), dtype=np.int64) + shifts


def _spans(owner: Rows, wanted: Rows) -> Rows:
    """The positions at which the ascending `owner` holds one of the wanted values, sorted."""
    left = np.searchsorted(owner, wanted, side="left")
    return ranges(left, np.searchsorted(owner, wanted, side="right"))
