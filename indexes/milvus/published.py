"""Collection of an open index: what of it belongs to the generation that was opened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from indexes.milvus import conditions
from indexes.milvus.client import MilvusCalls
from indexes.milvus.entities import ids_of, split_ids
from indexes.milvus.rows import CollectionRows
from matcher.embedding.segment_rows import SegmentRows
from matcher.ports import Allowed, Rows


@dataclass(frozen=True)
class PublishedRows:
    """Rows of one generation in a collection, numbered as its vectors are."""

    calls: MilvusCalls
    collection: str
    rows: CollectionRows
    numbering: SegmentRows
    numbers: tuple[int, ...]
    """Number of each segment in the collection."""
    hidden: tuple[tuple[int, Rows], ...]
    """Patents of a segment (its number) that are deleted, as long as their rows are there."""

    def ids(self, rows: Rows) -> Rows:
        """Return the ids (n,) of vectors by their rows."""
        ids: Rows = np.empty(len(rows), dtype=np.int64)
        for segment, where, own in self.numbering.split(rows):
            ids[where] = ids_of(self.numbers[segment], own)
        return ids

    def rows_of(self, ids: Rows) -> Rows:
        """Return the row of each id; -1 for one that is not of this generation."""
        segments, own = split_ids(ids)
        rows: Rows = np.full(len(ids), -1, dtype=np.int64)
        for segment, number in enumerate(self.numbers):
            here = segments == number
            rows[here] = self.numbering.rows_of(segment, own[here])
        return rows

    def conditions(self, allowed: Allowed | None) -> Iterator[str]:
        """Yield conditions that together hold for the allowed rows of this generation."""
        own = conditions.both(self._own())
        if allowed is None:
            yield own
        elif len(allowed.patents):
            for part in conditions.of_allowed(allowed):
                yield conditions.both([own, part])

    def _own(self) -> Sequence[str]:
        """Conditions of this generation: a build may be writing the next one beside it."""
        held = [conditions.listed("segment", self.numbers)]
        for number, patents in self.hidden:
            held.append(f"segment != {number} or not ({conditions.listed('patent', patents)})")
        return held
