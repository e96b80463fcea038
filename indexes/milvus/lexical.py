"""Lexical index in Milvus (`ports.LexicalIndex`): BM25 over our own tokens.

Milvus finds passages; the forward index scores them exactly by their terms, and says which of them
are best. Its own statistics are those of each of its segments, so its order is but a first one.
"""

from collections.abc import Sequence
from itertools import chain, repeat

import numpy as np

from indexes.forward import ForwardIndex, QueryTerms
from indexes.milvus.entities import token_words
from indexes.milvus.published import PublishedRows
from indexes.query_terms import weighted_terms
from matcher.embedding.passage_table import PassageTable
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.ports import Allowed, FloatArray, Rows, Scores, TermWeights

FETCHED = 3
"""Passages that Milvus is asked for, for each that is wanted."""
MAX_QUERY_TERMS = 2_000
"""Terms of a query that Milvus is asked for, the rarest of them."""


class MilvusLexical:
    """BM25 in a collection; thread-safe."""

    def __init__(
        self, published: PublishedRows, forward: ForwardIndex, table: PassageTable
    ) -> None:
        """Take the rows of a generation, the words of its passages, and their table."""
        self._published = published
        self._forward = forward
        self._table = table

    def __len__(self) -> int:
        return len(self._table.patent)

    def search(self, text: str, k: int, allowed: Allowed | None) -> tuple[Rows, Scores]:
        """Return the k best passages that share a token with the text, ties by row.

        They are the best of the three times as many that Milvus finds first. Raises InputError for
        k below 1, IndexUnavailableError.
        """
        if k < 1:
            raise InputError(_("k must be at least 1, not {k}", k=k))
        query = weighted_terms(text)
        passages: list[Rows] = [np.empty(0, dtype=np.int64)]
        if said := self._said(QueryTerms.of(query.rarest(self._forward))):
            passages += [
                self._find(said, FETCHED * k, condition)
                for condition in self._published.conditions(allowed)
            ]
        every = np.unique(np.concatenate(passages))
        scores = self._forward.scores([query.hashed], every)[0]
        order = np.lexsort((every, -scores))[:k]
        order = order[~np.isnan(scores[order])]
        return every[order], scores[order]

    def scores(self, texts: Sequence[str], passages: Rows) -> Scores:
        """Return the BM25 score (q, p) of each passage for each text; NaN: no shared token."""
        return self._forward.scores([weighted_terms(text).hashed for text in texts], passages)

    def idf(self, terms: Sequence[str]) -> FloatArray:
        """Return the inverse passage frequency (t,) of each term; a new term has the largest."""
        return self._forward.idf(terms)

    def term_weights(self, passages: Rows) -> TermWeights:
        """Return each passage's terms (p, t); the product of two rows is their BM25 similarity."""
        return self._forward.term_weights(passages)

    def _said(self, query: QueryTerms) -> str:
        """Known terms of a query as Milvus reads them; empty where none is known."""
        frequency = self._forward.passages_with(query.hashes)
        known = np.flatnonzero(frequency > 0)
        known = known[np.argsort(frequency[known], kind="stable")[:MAX_QUERY_TERMS]]
        words = token_words(query.hashes[known])
        # A term weighs the root of its frequency, and Milvus counts how often it is said.
        times = np.maximum(1, np.rint(query.weights[known])).astype(int).tolist()
        return " ".join(chain.from_iterable(map(repeat, words, times)))

    def _find(self, said: str, limit: int, condition: str) -> Rows:
        """Passages that Milvus finds for a text under one condition."""
        published = self._published
        ((ids, _distances),) = published.calls.search(
            published.collection, "bm25", [said], limit, condition
        )
        rows = published.rows_of(ids)
        return self._table.vector_passage[rows[rows >= 0]]
