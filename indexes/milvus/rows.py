"""Rows of an open collection: fetched by their ids, vector and terms in one call.

Rows never change, so those that were used last stay in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from indexes.milvus.client import MilvusCalls
from indexes.milvus.entities import ids_of, unpack
from matcher.errors import IndexUnavailableError
from matcher.language.messages import _
from matcher.ports import Rows, Vectors

CACHED_ROWS = 40_000
"""Rows in memory, some 2 kB each: those of several answers."""

Terms = tuple[NDArray[np.uint32], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class _Row:
    vector: Vectors
    terms: Terms


class CollectionRows:
    """Rows of one collection. Thread-safe."""

    def __init__(self, calls: MilvusCalls, collection: str) -> None:
        """Take an open connection and the name of the collection."""
        self._calls = calls
        self._collection = collection
        self._rows: LRUCache[int, _Row] = LRUCache(CACHED_ROWS)
        self._lock = Lock()

    def vectors(self, ids: Rows, dimension: int) -> Vectors:
        """Return the vectors (n, d) of rows."""
        vectors: Vectors = np.empty((len(ids), dimension), dtype=np.float32)
        for place, row in enumerate(self._of(ids)):
            vectors[place] = row.vector
        return vectors

    def terms(self, ids: Rows) -> list[Terms]:
        """Return the terms of the passages whose first rows these are, and their counts."""
        return [row.terms for row in self._of(ids)]

    def _of(self, ids: Rows) -> list[_Row]:
        """Rows in the order of their ids. Raises IndexUnavailableError for a missing one."""
        wanted: list[int] = ids.tolist()
        with self._lock:
            known = {row: self._rows[row] for row in wanted if row in self._rows}
        missing = sorted({row for row in wanted if row not in known})
        if missing:
            fetched = {
                int(row["id"]): _Row(np.array(row["vector"], np.float32), unpack(row["terms"]))
                for row in self._calls.rows(self._collection, missing, ("vector", "terms"))
            }
            if len(fetched) < len(missing):
                raise rows_missing(self._collection)
            known |= fetched
            with self._lock:
                self._rows.update(fetched)
        return [known[row] for row in wanted]


@dataclass(frozen=True)
class SegmentTerms:
    """Terms of one segment's passages (`forward.TermSource`)."""

    rows: CollectionRows
    number: int
    """Number of the segment in the collection."""
    first_rows: Rows
    """First own row of each own passage (p,)."""
    deleted_terms: NDArray[Any]
    """Terms of the deleted passages in sequence, each once for each passage."""

    def terms_of(self, passages: Rows) -> tuple[NDArray[np.uint32], NDArray[np.uint8], Rows]:
        """Return the terms of some own passages in sequence, their counts, and terms of each."""
        return joined(self.rows.terms(ids_of(self.number, self.first_rows[passages])))

    def deleted_with(self, deleted: Rows, terms: int) -> NDArray[Any]:
        """Return the number (t,) of deleted passages with each of the vocabulary's terms."""
        return np.bincount(self.deleted_terms, minlength=terms)


def joined(terms: Sequence[Terms]) -> tuple[NDArray[np.uint32], NDArray[np.uint8], Rows]:
    """Join the terms of passages: all in sequence, their counts, and the number of each."""
    numbers = np.concatenate([np.empty(0, np.uint32), *(own for own, _counts in terms)])
    counts = np.concatenate([np.empty(0, np.uint8), *(own for _numbers, own in terms)])
    return numbers, counts, np.array([len(own) for own, _counts in terms], dtype=np.int64)


def rows_missing(collection: str) -> IndexUnavailableError:
    """Return the error of a collection that lacks rows it should have."""
    return IndexUnavailableError(
        _(
            "the collection {collection} in Milvus lacks rows of this index: it was changed from "
            "outside, or by an index that was published meanwhile; ask again, and if that does "
            "not help run matcher index --full",
            collection=collection,
        )
    )
