"""Two-channel candidate retrieval; every candidate gets a dense and a lexical score."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from matcher.cores import available_cores
from matcher.ports import Allowed, BoolArray, FloatArray, Rows, Vectors
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.index import PassageIndex
from matcher.retrieval.query import NeedQuery
from matcher.text.languages import is_chinese
from matcher.types.filter_values import FilterValues


class Retriever:
    """Retrieves and scores candidates by both channels. Safe to share between threads."""

    def __init__(self, index: PassageIndex) -> None:
        self.index = index
        self._threads = ThreadPoolExecutor(available_cores(), "lexical search")

    def restrict(self, patents: Rows | None, values: FilterValues | None = None) -> Allowed | None:
        """Return a restriction to a set of allowed patents (sorted rows); None allows all.

        `values` are those that they were filtered by.
        """
        if patents is None:
            return None
        table = self.index.table
        return Allowed(patents, table.vectors_of(table.passages_of(patents)), values)

    def exclude(self, allowed: Allowed | None, patents: Rows) -> Allowed:
        """Return the restriction (None allows all) without some patents (rows)."""
        table = self.index.table
        before = np.unique(table.patent) if allowed is None else allowed.patents
        rest = np.setdiff1d(before, patents)
        vectors = table.vectors_of(table.passages_of(rest))
        if allowed is None:
            return Allowed(rest, vectors)
        without = np.union1d(allowed.without, patents)
        return replace(allowed, patents=rest, vectors=vectors, without=without)

    def retrieve(
        self, queries: Sequence[NeedQuery], depth: int, allowed: Allowed | None
    ) -> list[Rows]:
        """Return the patents (sorted rows) of each channel's `depth` best passages, for each need.

        One dense search serves all needs, since it reads all vectors anyway. The lexical searches
        of several needs run side by side; those of one need run in the caller's thread, beside
        which a server runs others.
        """
        if not queries:
            return []
        texts = [[query.text for query in need.first_stage] for need in queries]

        def search(text: str) -> Rows:
            passages, _ = self.index.lexical.search(text, depth, allowed)
            return self.index.table.patent[passages]

        each = map if len(queries) == 1 else self._threads.map
        lexical = each(search, (text for own in texts for text in own))
        dense = self._search_dense(queries, depth, allowed)
        return [
            np.unique(np.concatenate([patents, *(next(lexical) for _ in own)]))
            for patents, own in zip(dense, texts, strict=True)
        ]

    def score(self, need: NeedQuery, patents: Rows) -> Candidates:
        """Score patents (sorted rows) exactly for a need, by both channels."""
        pool = self._pool(patents)
        table, by_field = self.index.table, need.by_field
        texts = [query.text for queries in by_field.values() for query in queries]
        bm25 = self.index.lexical.scores(texts, pool.passages).astype(np.float64)
        lexical = iter(pool.by_patent.best(bm25, np.fmax))
        dense = {
            field: [pool.similarities(query.pieces) for query in queries]
            for field, queries in by_field.items()
        }
        abstracts = pool.passages[np.searchsorted(pool.owners, patents)]
        return Candidates(
            patents=patents,
            fields=tuple(by_field),
            dense=_columns([map(pool.mean_best, own) for own in dense.values()]),
            lexical=_columns([[next(lexical) for _ in own] for own in by_field.values()]),
            cross_lingual=table.chinese[abstracts] != is_chinese(need.whole.text),
            best_claim=table.claim[pool.best_passage(dense["whole"][0])],
            vectors=pool.vectors,
            vector_owners=table.patent[pool.vector_passages],
            vector_passages=pool.vector_passages,
            vector_claims=table.claim[pool.vector_passages],
            terms=self.index.lexical.term_weights(abstracts),
        )

    def _search_dense(
        self, queries: Sequence[NeedQuery], depth: int, allowed: Allowed | None
    ) -> list[Rows]:
        pieces = [np.concatenate([query.pieces for query in need.first_stage]) for need in queries]
        vectors, _ = self.index.dense.search(np.concatenate(pieces), depth, allowed)
        ends = np.cumsum([len(own) for own in pieces])[:-1]
        table = self.index.table
        return [table.patents_of_vectors(own.ravel()) for own in np.split(vectors, ends)]

    def _pool(self, patents: Rows) -> "_Pool":
        table = self.index.table
        passages = table.passages_of(patents)
        rows = table.vectors_of(passages)
        owners, vector_passages = table.patent[passages], table.vector_passage[rows]
        return _Pool(
            passages=passages,
            owners=owners,
            vectors=self.index.dense.vectors(rows),
            vector_passages=vector_passages,
            by_patent=_Groups.of(owners, patents),
            by_passage=_Groups.of(vector_passages, passages),
        )


@dataclass(frozen=True)
class _Groups:
    """g groups of consecutive items; some have none."""

    starts: Rows
    """First item of each group that has any, and the groups are told by `has_items` (g,)."""
    has_items: BoolArray

    @classmethod
    def of(cls, owners: Rows, groups: Rows) -> "_Groups":
        """Group items by their owners (sorted), each of which is one of the groups (sorted)."""
        starts = np.searchsorted(owners, groups, side="left")
        has_items = np.searchsorted(owners, groups, side="right") > starts
        return cls(starts[has_items], has_items)

    def best(self, scores: FloatArray, largest: np.ufunc = np.maximum) -> FloatArray:
        """Return the best score (q, g) of each group out of those of items (q, m), or NaN."""
        best = np.full((len(scores), len(self.has_items)), np.nan)
        best[:, self.has_items] = largest.reduceat(scores, self.starts, axis=1)
        return best


@dataclass(frozen=True)
class _Pool:
    """n candidate patents with their p passages and v vectors."""

    passages: Rows
    owners: Rows
    vectors: Vectors
    vector_passages: Rows
    by_patent: _Groups
    """Passages of each patent."""
    by_passage: _Groups
    """Vectors of each passage."""

    def similarities(self, pieces: Vectors) -> FloatArray:
        """Return the cosine (v, p) of each passage's nearest vector with each piece of a query."""
        return self.by_passage.best((pieces @ self.vectors.T).astype(np.float64))

    def mean_best(self, similarities: FloatArray) -> FloatArray:
        """Return for each patent (n,) the mean over the pieces of its best passage's cosine."""
        dense = np.zeros(len(self.by_patent.has_items))
        for best in self.by_patent.best(similarities):
            dense += best
        return dense / max(1, len(similarities))

    def best_passage(self, similarities: FloatArray) -> Rows:
        """Return the passage of each patent (n,) that is nearest; ties go to the lowest row."""
        nearest = similarities.mean(axis=0)
        best = self.by_patent.best(nearest[None])[0]
        counts = np.diff(self.by_patent.starts, append=len(self.passages))
        is_best = np.flatnonzero(nearest == np.repeat(best[self.by_patent.has_items], counts))
        firsts = np.unique(self.owners[is_best], return_index=True)[1]
        return self.passages[is_best[firsts]]


def _columns(fields: Iterable[Iterable[FloatArray]]) -> FloatArray:
    """Return for each patent the best score of each field (n, f) by the field's queries, or NaN."""
    best: list[FloatArray] = [np.fmax.reduce(list(queries)) for queries in fields]
    return np.stack(best, axis=1)
