"""Two-channel candidate retrieval; every candidate gets a dense and a lexical score."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from matcher.cores import available_cores
from matcher.embedding.passage_table import best_per_group
from matcher.ports import FloatArray, Rows, Vectors
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.index import PassageIndex
from matcher.retrieval.query import NeedQuery, Query
from matcher.text.languages import is_chinese


@dataclass(frozen=True)
class Restriction:
    """Patents that a filter allows (sorted rows), and their vectors."""

    patents: Rows
    vectors: Rows


class Retriever:
    """Retrieves and scores candidates by both channels. Safe to share between threads."""

    def __init__(self, index: PassageIndex) -> None:
        self.index = index
        self._threads = ThreadPoolExecutor(available_cores(), "lexical search")

    def restrict(self, patents: Rows | None) -> Restriction | None:
        """Return a restriction to a set of allowed patents (sorted rows); None allows all."""
        if patents is None:
            return None
        table = self.index.table
        return Restriction(patents, table.vectors_of(table.passages_of(patents)))

    def exclude(self, restriction: Restriction | None, patents: Rows) -> Restriction:
        """Return the restriction (None allows all) without some patents (rows)."""
        table = self.index.table
        allowed = np.unique(table.patent) if restriction is None else restriction.patents
        rest = np.setdiff1d(allowed, patents)
        return Restriction(rest, table.vectors_of(table.passages_of(rest)))

    def retrieve(
        self, queries: Sequence[NeedQuery], depth: int, restriction: Restriction | None
    ) -> list[Rows]:
        """Return the patents (sorted rows) of each channel's `depth` best passages, for each need.

        One dense search serves all needs, since it reads all vectors anyway. The lexical searches
        of several needs run side by side; those of one need run in the caller's thread, beside
        which a server runs others.
        """
        if not queries:
            return []
        texts = [[query.text for query in need.first_stage] for need in queries]
        allowed = None if restriction is None else restriction.patents

        def search(text: str) -> Rows:
            passages, _ = self.index.lexical.search(text, depth, allowed)
            return self.index.table.patent[passages]

        each = map if len(queries) == 1 else self._threads.map
        lexical = each(search, (text for own in texts for text in own))
        dense = self._search_dense(queries, depth, restriction)
        return [
            np.unique(np.concatenate([patents, *(next(lexical) for _ in own)]))
            for patents, own in zip(dense, texts, strict=True)
        ]

    def score(self, need: NeedQuery, patents: Rows) -> Candidates:
        """Score patents (sorted rows) exactly for a need, by both channels."""
        pool = self._pool(patents)
        table, by_field = self.index.table, need.by_field
        texts = [query.text for queries in by_field.values() for query in queries]
        lexical = iter(self.index.lexical.scores(texts, pool.passages).astype(np.float64))
        columns = [
            [_score_query(query, next(lexical), pool) for query in queries]
            for queries in by_field.values()
        ]
        whole = columns[0][0]
        abstracts = pool.passages[np.searchsorted(pool.owners, patents)]
        return Candidates(
            patents=patents,
            fields=tuple(by_field),
            dense=np.stack([_best([s.dense for s in column]) for column in columns], axis=1),
            lexical=np.stack([_best([s.lexical for s in column]) for column in columns], axis=1),
            cross_lingual=table.chinese[abstracts] != is_chinese(need.whole.text),
            best_claim=table.claim[whole.best_passage],
            vectors=pool.vectors,
            vector_owners=table.patent[pool.vector_passages],
            vector_passages=pool.vector_passages,
            vector_claims=table.claim[pool.vector_passages],
            terms=self.index.lexical.term_weights(abstracts),
        )

    def _search_dense(
        self, queries: Sequence[NeedQuery], depth: int, restriction: Restriction | None
    ) -> list[Rows]:
        pieces = [np.concatenate([query.pieces for query in need.first_stage]) for need in queries]
        allowed = None if restriction is None else restriction.vectors
        vectors, _ = self.index.dense.search(np.concatenate(pieces), depth, allowed)
        ends = np.cumsum([len(own) for own in pieces])[:-1]
        table = self.index.table
        return [table.patents_of_vectors(own.ravel()) for own in np.split(vectors, ends)]

    def _pool(self, patents: Rows) -> "_Pool":
        table = self.index.table
        passages = table.passages_of(patents)
        rows = table.vectors_of(passages)
        return _Pool(
            patents=patents,
            passages=passages,
            owners=table.patent[passages],
            vectors=self.index.dense.vectors(rows),
            vector_passages=table.vector_passage[rows],
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
class _QueryScores:
    """Scores of one query for each patent of a pool (n,)."""

    dense: FloatArray
    lexical: FloatArray
    best_passage: Rows
    """Best passage by dense score; ties go to the lowest row."""


def _score_query(query: Query, lexical: FloatArray, pool: _Pool) -> _QueryScores:
    """Score one query. `lexical` (p,): BM25 per passage, NaN where no term is shared."""
    similarity = (query.pieces @ pool.vectors.T).astype(np.float64)
    by_passage = np.stack(
        [best_per_group(pool.vector_passages, piece, pool.passages) for piece in similarity]
    )
    dense = np.zeros(pool.patents.size)
    for row in by_passage:
        dense += best_per_group(pool.owners, row, pool.patents)
    has_score = ~np.isnan(lexical)
    nearest = by_passage.mean(axis=0)
    best = best_per_group(pool.owners, nearest, pool.patents)
    is_best = nearest == best[np.searchsorted(pool.patents, pool.owners)]
    return _QueryScores(
        dense=dense / max(1, len(by_passage)),
        lexical=best_per_group(pool.owners[has_score], lexical[has_score], pool.patents),
        best_passage=pool.passages[is_best][_firsts(pool.owners[is_best])],
    )


def _firsts(owners: Rows) -> Rows:
    """Return the first index of each owner (sorted)."""
    indices: Rows = np.unique(owners, return_index=True)[1]
    return indices


def _best(scores: list[FloatArray]) -> FloatArray:
    """Return the best of several queries' scores (n,) for each patent; NaN where none has any."""
    best: FloatArray = np.fmax.reduce(scores)
    return best
