"""Lexical index (`ports.LexicalIndex`): BM25 over our own tokens.

tantivy retrieves the best passages; the forward index scores given ones.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from indexes.forward import ForwardBuilder, ForwardIndex
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.ports import FloatArray, Rows, Scores, TermWeights
from matcher.text.tokens import terms
from matcher.types import Passage

FOLDER = "lexical"
MAX_TERM_SET = 2_000
"""Allowed groups up to which they are a clause of the query; more are filtered afterwards."""
HEAP_BYTES = 256 * 2**20
REPORT_EVERY = 1_000


def build(
    folder: Path, passages: Iterable[Passage], progress: Callable[[int], None] | None = None
) -> None:
    """Write an index of passages, numbered 0..n-1 in the order given, into an existing folder."""
    import tantivy

    subfolder = folder / FOLDER
    subfolder.mkdir()
    index = tantivy.Index(_schema(), path=str(subfolder))
    # One thread and one segment: the same passages give the same index, with global statistics.
    writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)
    forward = ForwardBuilder()
    for row, passage in enumerate(passages):
        passage_terms = terms(passage.text)
        forward.add(passage_terms)
        writer.add_document(
            tantivy.Document(row=row, group=passage.patent, body=" ".join(passage_terms))
        )
        if progress is not None and row % REPORT_EVERY == 0:
            progress(row)
    writer.commit()
    writer.wait_merging_threads()
    forward.save(folder)


class TantivyIndex:
    """Lexical index on disk; thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Open a built index. Raises IndexUnavailableError for damaged terms."""
        import tantivy

        self._index = tantivy.Index.open(str(folder / FOLDER))
        self._searcher = self._index.searcher()
        self._schema = self._index.schema
        self._forward = ForwardIndex(folder)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, text: str, k: int, allowed_groups: Rows | None) -> tuple[Rows, Scores]:
        """Return at most k passages that share a token with the text, best first, ties by row.

        Raises InputError for k below 1.
        """
        if k < 1:
            raise InputError(_("k must be at least 1, not {k}", k=k))
        query = self._query(text)
        if query is None or (allowed_groups is not None and not len(allowed_groups)):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if allowed_groups is None:
            rows, scores, _pairs = self._fetch(query, k)
            return rows, scores
        if len(allowed_groups) <= MAX_TERM_SET:
            rows, scores, _pairs = self._fetch(self._within(query, allowed_groups), k)
            return rows, scores
        return self._fetch_allowed(query, k, allowed_groups)

    def scores(self, texts: Sequence[str], passages: Rows) -> Scores:
        """Return the BM25 score (q, p) of each passage for each text; NaN: no shared token."""
        return self._forward.scores([_weights(text) for text in texts], passages)

    def idf(self, terms: Sequence[str]) -> FloatArray:
        """Return the inverse passage frequency (t,) of each term; a new term has the largest."""
        return self._forward.idf(terms)

    def term_weights(self, passages: Rows) -> TermWeights:
        """Return each passage's terms (p, t); the product of two rows is their BM25 similarity."""
        return self._forward.term_weights(passages)

    def _fetch_allowed(self, query: Any, k: int, allowed: Rows) -> tuple[Rows, Scores]:
        """Fetch more and more results until k of them are allowed."""
        limit = 2 * k
        while True:
            rows, scores, groups = self._fetch(query, limit)
            is_allowed = np.isin(groups, allowed)
            if is_allowed.sum() >= k or len(rows) < limit:
                return rows[is_allowed][:k], scores[is_allowed][:k]
            limit *= 4

    def _fetch(self, query: Any, limit: int) -> tuple[Rows, Scores, Rows]:
        """Rows, scores and groups of the best results."""
        limit = min(limit, max(1, len(self)))
        hits = self._searcher.search(query, limit, count=False).hits
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        addresses = [address for _, address in hits]
        rows = np.array(self._searcher.fast_field_values("row", addresses), dtype=np.int64)
        groups = np.array(self._searcher.fast_field_values("group", addresses), dtype=np.int64)
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order], groups[order]

    def _query(self, text: str) -> Any | None:
        from tantivy import Occur, Query

        weights = _weights(text)
        if not weights:
            return None
        clauses = [
            (Occur.Should, _weighted(Query.term_query(self._schema, "body", term), weight))
            for term, weight in weights.items()
        ]
        return Query.boolean_query(clauses)

    def _within(self, query: Any, groups: Rows) -> Any:
        """Query restricted to groups, with the same scores."""
        from tantivy import Occur, Query

        group_query = Query.term_set_query(self._schema, "group", [int(group) for group in groups])
        return Query.boolean_query(
            [(Occur.Must, query), (Occur.Must, Query.const_score_query(group_query, 0.0))]
        )


def _weights(text: str) -> dict[str, float]:
    """Weight of each term of a query: the root of its frequency, so that repetition adds less."""
    return {term: sqrt(frequency) for term, frequency in Counter(terms(text)).items()}


def _weighted(query: Any, weight: float) -> Any:
    from tantivy import Query

    return query if weight == 1 else Query.boost_query(query, weight)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", fast=True)
    builder.add_integer_field("group", indexed=True, fast=True)
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
