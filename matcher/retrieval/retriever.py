"""Which patents a need's words and meaning lead to, each scored by both channels."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from matcher.embedding.passage_table import (
    PassageTable,
    best_per_group,
)
from matcher.embedding.sentence_vectors import SentenceVectors
from matcher.embedding.word_vectors import WordTable
from matcher.ports import DenseIndex, LexicalIndex, Rows, Vectors
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.fusion import FloatArray
from matcher.retrieval.query import Asked, Query
from matcher.text.languages import is_chinese
from matcher.types import PatentRow


@dataclass(frozen=True)
class Restriction:
    """The patents a filter allows (sorted rows), and their vectors."""

    patents: Rows
    vectors: Rows


class Retriever:
    """Both channels of one open index. Safe to share between threads."""

    def __init__(
        self,
        dense: DenseIndex,
        lexical: LexicalIndex,
        table: PassageTable,
        sentences: SentenceVectors,
        words: WordTable,
    ) -> None:
        """The indexes number their vectors and passages as the table does."""
        self._dense = dense
        self._lexical = lexical
        self.table = table
        self.sentences = sentences
        self.words = words
        self._threads = ThreadPoolExecutor(os.cpu_count(), "lexical search")

    def restrict(self, patents: Rows | None) -> Restriction | None:
        """What a set of allowed patents (sorted rows) allows in each channel; None allows all."""
        if patents is None:
            return None
        vectors = self.table.vectors_of(self.table.passages_of(patents))
        return Restriction(patents, vectors)

    def sample(self, count: int) -> Vectors:
        """About `count` vectors (n, d) taken evenly from the whole index; fewer if it is small."""
        rows = np.arange(0, len(self._dense), max(1, len(self._dense) // count), dtype=np.int64)
        return self._dense.vectors(rows)

    def passage_vectors(self, patent: PatentRow) -> dict[int, Vectors]:
        """The unit vectors (v, d) of each passage of a patent by its claim number; 0: abstract."""
        passages = self.table.passages_of(np.array([patent]))
        rows = [self.table.vectors_of(passages[[place]]) for place in range(passages.size)]
        claims = self.table.claim[passages]
        return {
            int(claim): self._dense.vectors(row) for claim, row in zip(claims, rows, strict=True)
        }

    def without(self, restriction: Restriction | None, patents: Rows) -> Restriction:
        """The restriction (None allows all) without some patents (rows)."""
        allowed = np.unique(self.table.patent) if restriction is None else restriction.patents
        rest = np.setdiff1d(allowed, patents)
        return Restriction(rest, self.table.vectors_of(self.table.passages_of(rest)))

    def found(
        self, asked: Sequence[Asked], depth: int, restriction: Restriction | None
    ) -> list[Rows]:
        """The patents (sorted) of the `depth` best passages of each channel, for each need.

        One dense search serves all needs, since it has to read all vectors; lexical ones run side
        by side.
        """
        if not asked:
            return []
        texts = [[query.text for query in one.searching] for one in asked]
        allowed = None if restriction is None else restriction.patents

        def by_words(text: str) -> Rows:
            passages, _ = self._lexical.search(text, depth, allowed)
            return self.table.patent[passages]

        flat = self._threads.map(by_words, (text for listed in texts for text in listed))
        near = self._nearest(asked, depth, restriction)
        return [
            np.unique(np.concatenate([own, *(next(flat) for _ in listed)]))
            for own, listed in zip(near, texts, strict=True)
        ]

    def candidates(self, asked: Asked, found: Rows, also: PatentRow | None = None) -> Candidates:
        """The patents that `found` has for a need, scored by both channels.

        `also` is a patent of the index that is a candidate whether it is found or not.
        """
        extra = [] if also is None else [also]
        return self._score(asked, np.union1d(found, np.array(extra, dtype=np.int64)))

    def _nearest(
        self, asked: Sequence[Asked], depth: int, restriction: Restriction | None
    ) -> list[Rows]:
        pieces = [np.concatenate([query.pieces for query in one.searching]) for one in asked]
        allowed = None if restriction is None else restriction.vectors
        vectors, _ = self._dense.search(np.concatenate(pieces), depth, allowed)
        ends = np.cumsum([len(one) for one in pieces])[:-1]
        return [self.table.patents_of_vectors(own.ravel()) for own in np.split(vectors, ends)]

    def _score(self, asked: Asked, patents: Rows) -> Candidates:
        pool = self._pool(patents)
        asking = asked.columns
        texts = [query.text for queries in asking.values() for query in queries]
        by_words = iter(self._lexical.scores(texts, pool.passages).astype(np.float64))
        columns = [
            [_hear(query, next(by_words), pool) for query in queries] for queries in asking.values()
        ]
        whole = columns[0][0]
        firsts = pool.passages[np.searchsorted(pool.owners, patents)]
        return Candidates(
            patents=patents,
            asked=tuple(asking),
            dense=np.stack([_best([one.dense for one in heard]) for heard in columns], axis=1),
            lexical=np.stack([_best([one.lexical for one in heard]) for heard in columns], axis=1),
            foreign=self.table.chinese[firsts] != is_chinese(asked.whole.text),
            best_claim=self.table.claim[whole.best_passage],
            vectors=pool.vectors,
            vector_owners=self.table.patent[pool.vector_passages],
            terms=self._lexical.term_weights(firsts),
        )

    def _pool(self, patents: Rows) -> "_Pool":
        passages = self.table.passages_of(patents)
        rows = self.table.vectors_of(passages)
        return _Pool(
            patents=patents,
            passages=passages,
            owners=self.table.patent[passages],
            vectors=self._dense.vectors(rows),
            vector_passages=self.table.vector_passage[rows],
        )


@dataclass(frozen=True)
class _Pool:
    """n candidate patents with their p passages and v vectors."""

    patents: Rows
    passages: Rows
    owners: Rows
    vectors: Vectors
    vector_passages: Rows


@dataclass(frozen=True)
class _Heard:
    """What one query says of each patent of a pool (n,)."""

    dense: FloatArray
    lexical: FloatArray
    best_passage: Rows
    """The passage nearest in meaning, of equals the first."""


def _hear(query: Query, lexical: FloatArray, pool: _Pool) -> _Heard:
    """`lexical` is the score (p,) of each passage by words, NaN where it shares none."""
    similarity = (query.pieces @ pool.vectors.T).astype(np.float64)
    by_passage = np.stack(
        [best_per_group(pool.vector_passages, piece, pool.passages) for piece in similarity]
    )
    dense = np.zeros(pool.patents.size)
    for row in by_passage:
        dense += best_per_group(pool.owners, row, pool.patents)
    known = ~np.isnan(lexical)
    nearest = by_passage.mean(axis=0)
    best = best_per_group(pool.owners, nearest, pool.patents)
    is_best = nearest == best[np.searchsorted(pool.patents, pool.owners)]
    return _Heard(
        dense=dense / max(1, len(by_passage)),
        lexical=best_per_group(pool.owners[known], lexical[known], pool.patents),
        best_passage=pool.passages[is_best][_firsts(pool.owners[is_best])],
    )


def _firsts(owners: Rows) -> Rows:
    """The first place of each owner (sorted)."""
    places: Rows = np.unique(owners, return_index=True)[1]
    return places


def _best(scores: list[FloatArray]) -> FloatArray:
    """The best of several queries' scores (n,) for each patent; NaN where none has any."""
    best: FloatArray = np.fmax.reduce(scores)
    return best
