"""A forward index: the terms that each passage has, so that chosen passages are scored exactly.

An inverted index (tantivy) finds the best of all passages, and reads through the postings of every
term to do so. The few hundred passages of the candidates are scored from their own terms instead,
for every way in which a need asks at once. The formula is tantivy's and Lucene's BM25, with the
passages' true lengths where those round them, and with a k1 of our own (decision 013).
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.embedding.array_files import mapped, readable
from matcher.embedding.passage_table import ranges
from matcher.ports import Rows, Scores, TermWeights

FOLDER = "forward"
K1, B = 1.5, 0.75
MOST_COUNTED = 255
"""Occurrences in one passage beyond which no more are counted; BM25 hears no difference there."""
_ARRAYS = ("vocabulary", "passages_with", "lengths", "starts", "terms", "counts")


class ForwardBuilder:
    """Takes in the terms of passages 0, 1, 2... and writes them down."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms = array("I")
        self._counts = array("B")
        self._starts = array("Q", [0])
        self._lengths = array("I")

    def add(self, terms: Sequence[str]) -> None:
        """The terms of the next passage."""
        counted = Counter(terms)
        self._terms.extend(self._numbers.setdefault(term, len(self._numbers)) for term in counted)
        self._counts.extend(min(count, MOST_COUNTED) for count in counted.values())
        self._starts.append(len(self._terms))
        self._lengths.append(len(terms))

    def save(self, folder: Path) -> None:
        """Write the index into an existing folder."""
        place = folder / FOLDER
        place.mkdir()
        hashes = _hashes(self._numbers)
        order = np.argsort(hashes)
        numbers = np.empty(len(order), dtype=np.uint32)
        numbers[order] = np.arange(len(order), dtype=np.uint32)
        terms = numbers[np.frombuffer(self._terms, dtype=np.uint32)]
        written: dict[str, NDArray[Any]] = {
            "vocabulary": hashes[order],
            "passages_with": np.bincount(terms, minlength=len(order)).astype(np.uint32),
            "lengths": np.frombuffer(self._lengths, dtype=np.uint32),
            "starts": np.frombuffer(self._starts, dtype=np.uint64).astype(np.int64),
            "terms": terms,
            "counts": np.frombuffer(self._counts, dtype=np.uint8),
        }
        for name in _ARRAYS:
            np.save(place / f"{name}.npy", written[name])


class ForwardIndex:
    """An opened index. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open what `ForwardBuilder.save` wrote; it stays on disk. Raises IndexUnavailableError."""
        place = folder / FOLDER
        with readable(folder, "terms"):
            read = {name: mapped(place / f"{name}.npy") for name in _ARRAYS}
        self._vocabulary = read["vocabulary"]
        self._passages_with = read["passages_with"]
        self._starts = read["starts"]
        self._terms = read["terms"]
        self._counts = read["counts"]
        lengths = np.asarray(read["lengths"], dtype=np.float32)
        mean = max(1.0, float(lengths.mean())) if lengths.size else 1.0
        self._norms = K1 * (1 - B + B * lengths / mean)

    def __len__(self) -> int:
        return len(self._norms)

    def scores(self, queries: Sequence[Mapping[str, float]], passages: Rows) -> Scores:
        """BM25 (q, p) of each passage for each query; NaN where they share no term.

        A query gives each of its terms the weight it has in it.
        """
        asked = list(dict.fromkeys(term for query in queries for term in query))
        weights = np.array(
            [[query.get(term, 0.0) for query in queries] for term in asked], dtype=np.float32
        ).reshape(len(asked), len(queries))
        column, weights = self._columns(asked, weights)
        terms, saturated, of_passage = self._said(passages)
        said = sparse.csr_array(
            (saturated, column[terms], of_passage), shape=(len(passages), len(weights))
        )
        scores: Scores = (said @ weights).T
        return np.where(scores > 0, scores, np.float32(np.nan))

    def term_weights(self, passages: Rows) -> TermWeights:
        """Each passage's terms (p, t) by the root of their BM25 weight.

        The product of two rows is BM25 with either passage asking for the other. The columns are
        the t terms that any of these passages has.
        """
        terms, saturated, of_passage = self._said(passages)
        present, column = np.unique(terms, return_inverse=True)
        weights = saturated * np.sqrt(self._idf(present))[column]
        return sparse.csr_array((weights, column, of_passage), shape=(len(passages), len(present)))

    def _said(
        self, passages: Rows
    ) -> tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.int64]]:
        """The terms of these passages, one after the other, how much each says, and whose it is.

        The last are the places (p + 1,) where each passage begins, and the end.
        """
        starts, ends = self._starts[passages], self._starts[passages + 1]
        places = ranges(starts, ends)
        counts = self._counts[places].astype(np.float32)
        norms = np.repeat(self._norms[passages], ends - starts)
        saturated = counts * np.float32(K1 + 1) / (counts + norms)
        return self._terms[places], saturated, np.concatenate(([0], np.cumsum(ends - starts)))

    def _idf(self, terms: NDArray[Any]) -> NDArray[np.float32]:
        """How rare each of these terms is (t,), as Lucene's BM25 has it."""
        with_it = self._passages_with[terms].astype(np.float32)
        idf: NDArray[np.float32] = np.log(1 + (len(self) - with_it + 0.5) / (with_it + 0.5))
        return idf

    def _columns(
        self, asked: Sequence[str], weights: NDArray[np.float32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Which row of the weights, now with idf, each term of the vocabulary has.

        What nobody asked for has the last row, which is zero.
        """
        hashes = _hashes(asked)
        numbers = np.searchsorted(self._vocabulary, hashes)
        is_known = numbers < len(self._vocabulary)
        is_known[is_known] = self._vocabulary[numbers[is_known]] == hashes[is_known]
        numbers = numbers[is_known]
        column = np.full(len(self._vocabulary), len(numbers), dtype=np.int32)
        column[numbers] = np.arange(len(numbers), dtype=np.int32)
        known = weights[is_known] * self._idf(numbers)[:, None]
        return column, np.concatenate((known, np.zeros((1, known.shape[1]), np.float32)))


def _hashes(terms: Iterable[str]) -> NDArray[np.uint64]:
    """64 bits for each term: a million of them share none, but for one chance in 37 million."""
    digests = b"".join(blake2b(term.encode(), digest_size=8).digest() for term in terms)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
