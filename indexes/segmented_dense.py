"""Dense index of several segments (`ports.DenseIndex`), each with its own kind of search."""

from collections.abc import Sequence

import numpy as np

from indexes.dense import FaissIndex
from matcher.embedding.segment_rows import SegmentRows
from matcher.ports import Allowed, Rows, Scores, Vectors


class SegmentedDense:
    """Searches each segment and merges the results; rows are numbered over all segments."""

    def __init__(self, segments: Sequence[FaissIndex], rows: SegmentRows) -> None:
        """Take at least one segment, and the numbering of their rows."""
        self._segments = segments
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors (n, d) of the given rows."""
        parts = [
            (where, self._segments[segment].vectors(own))
            for segment, where, own in self._rows.split(rows)
        ]
        if len(parts) == 1:
            return parts[0][1]
        nothing = self._segments[0].vectors(rows[:0])
        vectors: Vectors = np.empty((len(rows), nothing.shape[1]), dtype=np.float32)
        for where, own in parts:
            vectors[where] = own
        return vectors

    def search(self, queries: Vectors, k: int, allowed: Allowed | None) -> tuple[Rows, Scores]:
        """Return the k best rows for each query (q, k), ties in ascending order of row.

        Missing rows are -1 with -inf. Raises InputError as `FaissIndex.search` does.
        """
        found = [
            self._search_segment(segment, queries, k, allowed)
            for segment in range(len(self._segments))
        ]
        if len(found) == 1:
            return found[0]
        rows = np.concatenate([own for own, _ in found], axis=1)
        scores = np.concatenate([own for _, own in found], axis=1)
        order = np.lexsort((rows, -scores), axis=1)[:, :k]
        return np.take_along_axis(rows, order, axis=1), np.take_along_axis(scores, order, axis=1)

    def _search_segment(
        self, segment: int, queries: Vectors, k: int, allowed: Allowed | None
    ) -> tuple[Rows, Scores]:
        own = self._rows.own_rows(segment, None if allowed is None else allowed.vectors)
        rows, scores = self._segments[segment].search(queries, k, own)
        return self._rows.rows_of(segment, rows), scores
