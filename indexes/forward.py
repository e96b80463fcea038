"""Forward index: the terms of each passage, to score given passages exactly.

An inverted index (tantivy) finds the best of all passages, and reads the postings of every term to
do so. The few hundred passages of the candidates are scored from their own terms instead, for all
queries of a need at once. The formula is tantivy's and Lucene's BM25, with the true lengths of
passages, which those round, and with a k1 of our own (decision 013).
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import repeat
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.embedding.array_files import index_read_errors, open_array, save_array
from matcher.embedding.passage_table import ranges
from matcher.embedding.segment_rows import SegmentRows
from matcher.ports import BoolArray, FloatArray, Rows, Scores, TermWeights

FOLDER = "forward"
K1, B = 1.5, 0.75
MAX_COUNT = 255
"""Counted occurrences of a term in one passage; BM25 is saturated long before."""
_WORDS = ("vocabulary", "passages_with", "lengths")
"""Arrays that every segment keeps in its folder."""
_TERMS = ("starts", "terms", "counts")
"""Arrays of the terms of each passage, which may be kept elsewhere."""


Hashes = NDArray[np.uint64]
"""Hash of each of some terms (t,)."""


@dataclass(frozen=True)
class QueryTerms:
    """Distinct terms of a query, t of them."""

    hashes: Hashes
    weights: NDArray[np.float32]
    """(t,)."""

    @classmethod
    def of(cls, weights: Mapping[str, float]) -> "QueryTerms":
        """Read the terms, each with its weight."""
        return cls(_hashes(weights), np.array(list(weights.values()), dtype=np.float32))


class ForwardBuilder:
    """Builder of a forward index from the terms of passages 0, 1, 2..."""

    def __init__(self) -> None:
        self._numbers = defaultdict[str, int]()
        self._numbers.default_factory = self._numbers.__len__  # a new term gets the next number
        self._terms = array("I")
        self._counts = array("B")
        self._starts = array("Q", [0])
        self._lengths = array("I")

    def add(self, terms: Sequence[str]) -> None:
        """Add the next passage by its terms."""
        counted = Counter(terms)
        self._terms.extend(list(map(self._numbers.__getitem__, counted)))
        self._counts.extend(bytes(map(min, counted.values(), repeat(MAX_COUNT))))
        self._starts.append(len(self._terms))
        self._lengths.append(len(terms))

    def save(self, folder: Path) -> None:
        """Write the index into an existing folder."""
        save_words(self.build(), folder, with_terms=True)

    def build(self) -> "PassageTerms":
        """Return the terms of all passages."""
        hashes = _hashes(self._numbers)
        order = np.argsort(hashes)
        numbers = np.empty(len(order), dtype=np.uint32)
        numbers[order] = np.arange(len(order), dtype=np.uint32)
        terms = numbers[np.frombuffer(self._terms, dtype=np.uint32)]
        return PassageTerms(
            vocabulary=hashes[order],
            passages_with=np.bincount(terms, minlength=len(order)).astype(np.uint32),
            lengths=np.frombuffer(self._lengths, dtype=np.uint32),
            starts=np.frombuffer(self._starts, dtype=np.uint64).astype(np.int64),
            terms=terms,
            counts=np.frombuffer(self._counts, dtype=np.uint8),
        )


@dataclass(frozen=True)
class PassageTerms:
    """Terms of the p passages of one segment, numbered in its vocabulary of t terms."""

    vocabulary: NDArray[np.uint64]
    """Hash of each term (t,), ascending."""
    passages_with: NDArray[np.uint32]
    """Number of passages with each term (t,)."""
    lengths: NDArray[np.uint32]
    """Number of terms of each passage (p,), repeated ones too."""
    starts: Rows
    """Position of the first term of each passage, and the end (p + 1,)."""
    terms: NDArray[np.uint32]
    counts: NDArray[np.uint8]

    def of(self, passage: int) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        """Return the distinct terms of a passage, and how often each occurs."""
        start, end = self.starts[passage : passage + 2].tolist()
        return self.terms[start:end], self.counts[start:end]


def save_words(built: PassageTerms, folder: Path, *, with_terms: bool) -> None:
    """Write the words of a segment into its folder, with the terms of each passage or without."""
    subfolder = folder / FOLDER
    subfolder.mkdir()
    for name in (*_WORDS, *(_TERMS if with_terms else ())):
        save_array(subfolder / f"{name}.npy", getattr(built, name))


class TermSource(Protocol):
    """Source of the terms of a segment's passages."""

    def terms_of(self, passages: Rows) -> tuple[NDArray[np.uint32], NDArray[np.uint8], Rows]:
        """Return the terms of some own passages in sequence, their counts, and terms of each."""

    def deleted_with(self, deleted: Rows, terms: int) -> NDArray[Any]:
        """Return the number (t,) of deleted passages with each of the vocabulary's terms."""


class ForwardIndex:
    """Forward index, in one or several segments; thread-safe."""

    def __init__(
        self,
        folders: Sequence[Path],
        rows: SegmentRows | None = None,
        sources: Sequence[TermSource | None] | None = None,
    ) -> None:
        """Open the saved index of each segment; they stay on disk.

        `rows` numbers the passages of several segments. `sources` give the terms of each one's
        passages where they are not in its folder. Raises IndexUnavailableError.
        """
        sources = sources or [None] * len(folders)
        self._segments = [
            _Segment.open(folder, own) for folder, own in zip(folders, sources, strict=True)
        ]
        self._rows = rows or SegmentRows.whole(sum(map(len, self._segments)))
        self._vocabulary, self._numbers_in = _vocabulary(self._segments)
        self._passages_with = np.zeros(len(self._vocabulary), dtype=np.int64)
        for own, numbers, left in zip(
            self._segments, self._numbers_in, self._rows.left, strict=True
        ):
            self._passages_with[numbers] += own.passages_with(left)
        lengths = np.concatenate([own.lengths for own in self._segments])[self._rows.positions]
        mean = max(1.0, int(lengths.sum(dtype=np.int64)) / len(lengths)) if len(lengths) else 1.0
        self._norms = K1 * (1 - B + B * lengths.astype(np.float32) / np.float32(mean))

    def __len__(self) -> int:
        return len(self._rows)

    def scores(self, queries: Sequence[QueryTerms], passages: Rows) -> Scores:
        """Return BM25 (q, p) of each passage for each query; NaN if they share no term."""
        row_of_term, weights = self._query_weights(*_joined(queries))
        rows, counts, starts = self._passage_terms(passages, row_of_term)
        norms = np.repeat(self._norms[passages], np.diff(starts))
        saturated = sparse.csr_array(
            (_saturated(counts, norms), rows, starts), shape=(len(passages), len(weights))
        )
        scores: Scores = (saturated @ weights).T
        return np.where(scores > 0, scores, np.float32(np.nan))

    def term_weights(self, passages: Rows) -> TermWeights:
        """Return each passage's terms (p, t), weighted so that a product of rows is symmetric BM25.

        A weight is the saturated frequency times the root of the idf. The columns are the t terms
        that any of these passages has.
        """
        terms, counts, starts = self._passage_terms(passages)
        present, column = _distinct(terms, len(self._vocabulary))
        norms = np.repeat(self._norms[passages], np.diff(starts))
        weights = _saturated(counts, norms) * np.sqrt(self._idf(present))[column]
        return sparse.csr_array((weights, column, starts), shape=(len(passages), len(present)))

    def idf(self, terms: Sequence[str]) -> FloatArray:
        """Return the inverse passage frequency (t,) of each term; a new term has the largest."""
        return idf(self.passages_with(_hashes(terms)), len(self))

    def passages_with(self, hashes: Hashes) -> Rows:
        """Return the number (t,) of passages with each term."""
        numbers, is_known = self._numbers(hashes)
        frequency = np.zeros(len(hashes), dtype=np.int64)
        frequency[is_known] = self._passages_with[numbers[is_known]]
        return frequency

    def _passage_terms(
        self, passages: Rows, row_of_term: NDArray[np.int32] | None = None
    ) -> tuple[NDArray[Any], NDArray[np.uint8], Rows]:
        """Terms of these passages in sequence, their counts, and passage starts.

        With `row_of_term` only terms that have a row (not -1), and these rows in their place. The
        starts (p + 1,) are the position of the first term of each passage, and the end.
        """
        parts = [
            (where, *self._segment_terms(segment, own, row_of_term))
            for segment, where, own in self._rows.split(passages)
        ]
        lengths = np.zeros(len(passages), dtype=np.int64)
        for where, _terms, _counts, own_lengths in parts:
            lengths[where] = own_lengths
        starts = np.concatenate(([0], np.cumsum(lengths)))
        if len(parts) == 1:
            _where, terms, counts, _lengths = parts[0]
            return terms, counts, starts
        terms = np.empty(starts[-1], dtype=np.int32)
        counts = np.empty(starts[-1], dtype=np.uint8)
        for where, own_terms, own_counts, _lengths in parts:
            places = ranges(starts[where], starts[where + 1])
            terms[places] = own_terms
            counts[places] = own_counts
        return terms, counts, starts

    def _segment_terms(
        self, segment: int, passages: Rows, row_of_term: NDArray[np.int32] | None
    ) -> tuple[NDArray[Any], NDArray[np.uint8], Rows]:
        """Terms of a segment's passages in sequence, their counts, and the terms of each."""
        own, numbers = self._segments[segment], self._numbers_in[segment]
        terms, counts, lengths = own.source.terms_of(passages)
        if not isinstance(numbers, slice):
            terms = numbers[terms]
        if row_of_term is None:
            return terms, counts, lengths
        rows = row_of_term.take(terms, mode="clip")  # does not look for numbers out of range
        asked = np.flatnonzero(rows >= 0)
        ends = np.searchsorted(asked, np.cumsum(lengths))
        return rows[asked], counts[asked], np.diff(ends, prepend=0)

    def _idf(self, terms: NDArray[Any]) -> NDArray[np.float32]:
        """Inverse passage frequency of each term (t,), as in Lucene's BM25."""
        frequency = self._passages_with[terms].astype(np.float32)
        idf: NDArray[np.float32] = np.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5))
        return idf

    def _numbers(self, hashes: Hashes) -> tuple[Rows, BoolArray]:
        """Return the number (t,) of each term in the vocabulary, and whether it is there."""
        numbers = np.searchsorted(self._vocabulary, hashes)
        is_known = numbers < len(self._vocabulary)
        is_known[is_known] = self._vocabulary[numbers[is_known]] == hashes[is_known]
        return numbers, is_known

    def _query_weights(
        self, hashes: Hashes, weights: NDArray[np.float32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Row of each vocabulary term in the weights (t, q), and these weights times idf.

        Terms that no query has have row -1.
        """
        numbers, is_known = self._numbers(hashes)
        numbers = numbers[is_known]
        row_of_term = np.full(len(self._vocabulary), -1, dtype=np.int32)
        row_of_term[numbers] = np.arange(len(numbers), dtype=np.int32)
        return row_of_term, weights[is_known] * self._idf(numbers)[:, None]


@dataclass(frozen=True)
class _Segment:
    """Words of one segment, as they were saved."""

    vocabulary: NDArray[np.uint64]
    """Hash of each term, ascending."""
    all_passages_with: NDArray[np.uint32]
    lengths: NDArray[np.uint32]
    source: TermSource

    @classmethod
    def open(cls, folder: Path, source: TermSource | None) -> "_Segment":
        with index_read_errors(folder, "terms"):

            def opened(names: Iterable[str]) -> Iterator[NDArray[Any]]:
                return (open_array(folder / FOLDER / f"{name}.npy") for name in names)

            vocabulary, passages_with, lengths = opened(_WORDS)
            return cls(vocabulary, passages_with, lengths, source or _SavedTerms(*opened(_TERMS)))

    def __len__(self) -> int:
        return len(self.lengths)

    def passages_with(self, left: Rows | None) -> NDArray[Any]:
        """Return the number of passages with each term, of those that are left; None: all."""
        if left is None:
            return self.all_passages_with
        deleted = np.setdiff1d(np.arange(len(self)), left, assume_unique=True)
        gone = self.source.deleted_with(deleted, len(self.vocabulary))
        rest: NDArray[Any] = self.all_passages_with - gone
        return rest


@dataclass(frozen=True)
class _SavedTerms:
    """Terms of a segment's passages on disk (`TermSource`)."""

    starts: Rows
    terms: NDArray[np.uint32]
    counts: NDArray[np.uint8]

    def terms_of(self, passages: Rows) -> tuple[NDArray[np.uint32], NDArray[np.uint8], Rows]:
        """Return the terms of some passages in sequence, their counts, and terms of each."""
        starts, ends = self.starts[passages], self.starts[passages + 1]
        positions = ranges(starts, ends)
        return self.terms[positions], self.counts[positions], ends - starts

    def deleted_with(self, deleted: Rows, terms: int) -> NDArray[Any]:
        """Return the number (t,) of deleted passages with each of the vocabulary's terms."""
        return np.bincount(self.terms_of(deleted)[0], minlength=terms)


def idf(passages_with: Rows, passages: int) -> FloatArray:
    """Return the inverse passage frequency of terms, as in Lucene's BM25 and tantivy's."""
    frequency = passages_with.astype(np.float64)
    values: FloatArray = np.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
    return values


def _joined(queries: Sequence[QueryTerms]) -> tuple[Hashes, NDArray[np.float32]]:
    """Distinct terms (t,) of some queries, and their weight in each query (t, q)."""
    every = np.concatenate([np.empty(0, np.uint64), *(query.hashes for query in queries)])
    distinct, place = np.unique(every, return_inverse=True)
    weights = np.zeros((len(distinct), len(queries)), dtype=np.float32)
    ends = np.cumsum([len(query.hashes) for query in queries], dtype=np.int64)[:-1]
    for column, own in enumerate(np.split(place, ends) if queries else ()):
        weights[own, column] = queries[column].weights
    return distinct, weights


def _vocabulary(
    segments: Sequence[_Segment],
) -> tuple[NDArray[np.uint64], list[NDArray[np.uint32] | slice]]:
    """Hashes of the terms of all segments, ascending; and the numbers of each one's terms there."""
    if len(segments) == 1:
        return segments[0].vocabulary, [slice(None)]
    whole = np.unique(np.concatenate([own.vocabulary for own in segments]))
    return whole, [np.searchsorted(whole, own.vocabulary).astype(np.uint32) for own in segments]


def _saturated(counts: NDArray[np.uint8], norms: NDArray[np.float32]) -> NDArray[np.float32]:
    """Saturated frequencies of counted terms; `norms` are those of their passages."""
    frequencies = counts.astype(np.float32)
    saturated: NDArray[np.float32] = frequencies * np.float32(K1 + 1) / (frequencies + norms)
    return saturated


def _distinct(terms: NDArray[Any], size: int) -> tuple[Rows, NDArray[np.int32]]:
    """Return the distinct terms (d,) of a vocabulary, ascending, and the place of each term there.

    It marks them in the vocabulary, which takes a twentieth of the time of sorting them.
    """
    is_present = np.zeros(size, dtype=np.bool_)
    is_present[terms] = True
    present = np.flatnonzero(is_present)
    place = np.empty(size, dtype=np.int32)
    place[present] = np.arange(len(present), dtype=np.int32)
    return present, place[terms]


def _hashes(terms: Iterable[str]) -> NDArray[np.uint64]:
    """Hash of each term, 64 bits: a collision among a million terms has odds of 1 in 37 million."""
    digests = b"".join(blake2b(term.encode(), digest_size=8).digest() for term in terms)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
