"""Rows of an index in segments, numbered as they would be if it were built at once.

A segment is never changed: what changes becomes a new segment, and the former rows of a changed or
deleted patent are marked as deleted. The numbering leaves these out and goes by patent, so answers
do not tell in how many steps an index was made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.ports import BoolArray, Rows


@dataclass(frozen=True)
class SegmentRows:
    """Numbering of the n rows that are left of t rows in s segments."""

    starts: Rows
    """Position of the first row of each segment among all, and the end (s + 1,)."""
    positions: Rows
    """Position (n,) of each row."""
    numbers: Rows
    """Row at each position (t,); -1: deleted."""
    left: tuple[Rows | None, ...]
    """Own rows that are left of each segment; None: all."""

    @classmethod
    def of(cls, owners: Sequence[Rows], is_left: Sequence[BoolArray]) -> "SegmentRows":
        """Number the rows that are left by their owners, of which each is left in one segment.

        `owners` of each segment ascend.
        """
        if len(owners) == 1 and is_left[0].all():
            return cls.whole(len(owners[0]))
        starts = np.cumsum([0, *map(len, owners)])
        left = np.flatnonzero(np.concatenate(is_left))
        order = np.argsort(np.concatenate(owners)[left], kind="stable")
        positions = left[order]
        numbers = np.full(starts[-1], -1, dtype=np.int64)
        numbers[positions] = np.arange(len(positions))
        return cls(
            starts,
            positions,
            numbers,
            tuple(None if own.all() else np.flatnonzero(own) for own in is_left),
        )

    @classmethod
    def whole(cls, size: int) -> "SegmentRows":
        """Numbering of one segment without a deleted row."""
        rows = np.arange(size, dtype=np.int64)
        return cls(np.array([0, size]), rows, rows, (None,))

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def segments(self) -> int:
        """Number of segments."""
        return len(self.left)

    def split(self, rows: Rows) -> Iterator[tuple[int, Rows, Rows]]:
        """Yield each segment with some of the rows, where these stand among them, its own rows."""
        positions = self.positions[rows]
        if self.segments == 1:
            yield 0, np.arange(len(rows)), positions
            return
        segment = np.searchsorted(self.starts, positions, side="right") - 1
        for number in np.unique(segment).tolist():
            where = np.flatnonzero(segment == number)
            yield number, where, positions[where] - self.starts[number]

    def rows_of(self, segment: int, own: Rows) -> Rows:
        """Return the rows of a segment's own rows; -1 for deleted ones, and for -1."""
        rows: Rows = np.where(own < 0, -1, self.numbers[self.starts[segment] + own])
        return rows

    def own_rows(self, segment: int, rows: Rows | None) -> Rows | None:
        """Return a segment's own rows of the given ones (sorted); None is all, here and there."""
        if rows is None:
            return self.left[segment]
        if self.segments == 1 and self.left[0] is None:
            return rows
        positions = self.positions[rows]
        start, end = self.starts[segment : segment + 2]
        own: Rows = positions[(positions >= start) & (positions < end)] - start
        return own
