"""Lexical index (`ports.LexicalIndex`): BM25 over our own tokens.

tantivy finds passages; the forward index scores them exactly, and says which of them are best.
tantivy rounds lengths and counts passages that are deleted, so its own order depends on how the
index came about.
"""

import json
import shutil
import tempfile
import weakref
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from indexes.forward import K1, ForwardBuilder, ForwardIndex, idf
from indexes.query_terms import WeightedTerms, weighted_terms
from matcher.disk.errors import can_write
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.ports import Allowed, BoolArray, FloatArray, Rows, Scores, TermWeights
from matcher.text.tokens import terms
from matcher.types import Passage

FOLDER = "lexical"
MAX_TERM_SET = 20_000
"""Allowed groups up to which they are a clause of the query; more are filtered afterwards."""
FETCHED = 3
"""Passages fetched at first for each that is asked for, so that one search is mostly enough."""
TANTIVY_K1 = 1.2
ROUNDING = 1.0001
"""Factor by which tantivy's sums may differ from exact ones."""
HEAP_BYTES = 256 * 2**20


def write(
    folder: Path,
    segment: Path,
    passages: Iterable[Passage],
    *,
    deleted: Iterable[int] = (),
    known: Container[int] = (),
) -> None:
    """Add passages, and write their terms into the folder of their new segment.

    `folder` gets an index of all segments if it has none yet; the passages of `deleted` groups are
    taken out of it before, those of `known` groups are in it already.
    """
    forward = ForwardBuilder()
    group, place = -1, 0
    with _writing(folder, deleted) as writer:
        for passage in passages:
            place = place + 1 if passage.patent == group else 0
            group = passage.patent
            passage_terms = terms(passage.text)
            forward.add(passage_terms)
            if group not in known:
                writer.add_document(_document(group, place, passage_terms))
    forward.save(segment)


def delete(folder: Path, groups: Iterable[int]) -> None:
    """Take the passages of some groups out of a written index."""
    with _writing(folder, groups):
        pass


class TantivyIndex:
    """Lexical index on disk; thread-safe."""

    def __init__(self, folder: Path, forward: ForwardIndex, groups: Rows) -> None:
        """Open a written index with the terms of its passages and the group (p,) of each.

        Groups ascend.
        """
        import tantivy

        self._index = tantivy.Index.open(str(_openable(folder / FOLDER, self)))
        self._searcher = self._index.searcher()
        self._schema = self._index.schema
        self._forward = forward
        self._groups = groups
        self._held = len(np.unique(groups))
        self._documents, deleted = _documents(folder)
        self._has_deleted = deleted > 0
        self._max_ratio = _max_ratio(deleted / max(1, self._documents))

    def __len__(self) -> int:
        return len(self._groups)

    def search(self, text: str, k: int, allowed: Allowed | None) -> tuple[Rows, Scores]:
        """Return the k best passages that share a token with the text, ties by row.

        A long text in a large index finds passages by its rarer terms alone, and may miss some.
        Raises InputError for k below 1.
        """
        if k < 1:
            raise InputError(_("k must be at least 1, not {k}", k=k))
        query = weighted_terms(text)
        groups = None if allowed is None else allowed.patents
        if not query.terms or (groups is not None and not len(groups)):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        asked = query.rarest(self._forward)
        best = self._best(asked, query, k, groups)
        if len(best[0]) < k and len(asked) < len(query.terms):
            best = self._best(query.terms, query, k, groups)
        return best

    def scores(self, texts: Sequence[str], passages: Rows) -> Scores:
        """Return the BM25 score (q, p) of each passage for each text; NaN: no shared token."""
        return self._forward.scores([weighted_terms(text).hashed for text in texts], passages)

    def idf(self, terms: Sequence[str]) -> FloatArray:
        """Return the inverse passage frequency (t,) of each term; a new term has the largest."""
        return self._forward.idf(terms)

    def term_weights(self, passages: Rows) -> TermWeights:
        """Return each passage's terms (p, t); the product of two rows is their BM25 similarity."""
        return self._forward.term_weights(passages)

    def _best(
        self,
        asked: Mapping[str, float],
        scored: WeightedTerms,
        k: int,
        allowed_groups: Rows | None,
    ) -> tuple[Rows, Scores]:
        """Return the k best passages with any of the terms asked for; all terms score them."""
        query, filtered, limit = self._query(asked), allowed_groups, FETCHED * k
        if allowed_groups is not None and len(allowed_groups) <= MAX_TERM_SET:
            query, filtered = self._within(query, allowed_groups), None
        elif allowed_groups is not None:
            limit *= max(1, self._held // len(allowed_groups))
        while True:
            passages, near = self._fetch(query, limit)
            last = float(near[-1]) if len(near) == limit else 0.0
            if filtered is not None:
                is_allowed = _is_in(self._groups[passages], filtered)
                passages, near = passages[is_allowed], near[is_allowed]
            for count in (2 * k, len(passages)):
                scores = self._forward.scores([scored.hashed], passages[:count])[0]
                order = np.lexsort((passages[:count], -scores))[:k]
                # No further passage has more, but for the terms that were not asked for.
                most = self._max_ratio * (float(near[count]) if count < len(passages) else last)
                if not most or (len(order) == k and scores[order[-1]] >= most):
                    return passages[order], scores[order]
            limit *= 2

    def _fetch(self, query: Any, limit: int) -> tuple[Rows, Scores]:
        """Rows of tantivy's best results, and its scores."""
        hits = self._searcher.search(query, limit, count=False).hits
        addresses = [address for _, address in hits]
        groups = np.array(self._searcher.fast_field_values("group", addresses), dtype=np.int64)
        places = np.array(self._searcher.fast_field_values("place", addresses), dtype=np.int64)
        near: Scores = np.array([score for score, _ in hits], dtype=np.float32)
        return np.searchsorted(self._groups, groups) + places, near

    def _query(self, weights: Mapping[str, float]) -> Any:
        from tantivy import Occur, Query

        if self._has_deleted:
            weights = self._with_exact_idf(weights)
        return Query.boolean_query(
            [
                (Occur.Should, _weighted(Query.term_query(self._schema, "body", term), weight))
                for term, weight in weights.items()
            ]
        )

    def _with_exact_idf(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Return the weights that put the exact idf of each term in the place of tantivy's.

        tantivy counts deleted passages, which can make a term common that hardly any passage has.
        """
        exact = self._forward.idf(list(weights))
        with_term = [self._searcher.doc_freq("body", term) for term in weights]
        other = idf(np.array(with_term), self._documents)
        return dict(zip(weights, (list(weights.values()) * exact / other).tolist(), strict=True))

    def _within(self, query: Any, groups: Rows) -> Any:
        """Query restricted to groups, with the same scores."""
        from tantivy import Occur, Query

        group_query = Query.term_set_query(self._schema, "group", [int(group) for group in groups])
        return Query.boolean_query(
            [(Occur.Must, query), (Occur.Must, Query.const_score_query(group_query, 0.0))]
        )


def _is_in(values: Rows, wanted: Rows) -> BoolArray:
    """True for each value that is among the wanted ones, which are sorted, many, at least one."""
    places = np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)
    is_wanted: BoolArray = wanted[places] == values
    return is_wanted


def _max_ratio(deleted: float) -> float:
    """Return the largest ratio of an exact score to tantivy's; `deleted` is the share of passages.

    Both are sums of saturated frequencies f (k + 1) / (f + k n), where n grows with the length over
    the mean. tantivy has another k. It rounds lengths down, and its mean is at least that of what
    is left times their share, even if everything deleted was empty.
    """
    longest = TANTIVY_K1 / (K1 * (1 - deleted)) if deleted < 1 else 1.0
    return ROUNDING * (K1 + 1) / (TANTIVY_K1 + 1) * max(1.0, longest)


def _documents(folder: Path) -> tuple[int, int]:
    """Return the number of documents that tantivy counts, and of those that are deleted."""
    segments = json.loads((folder / FOLDER / "meta.json").read_text("utf-8"))["segments"]
    deleted = ((own["deletes"] or {}).get("num_deleted_docs", 0) for own in segments)
    return sum(own["max_doc"] for own in segments), sum(deleted)


def _openable(folder: Path, reader: object) -> Path:
    """Return a folder where tantivy can make the file that it locks, as long as there is a reader.

    Where nothing may be written that is a temporary one, with links to the files of the index.
    """
    if can_write(folder):
        return folder
    links = Path(tempfile.mkdtemp(prefix="matcher-"))
    weakref.finalize(reader, shutil.rmtree, links, ignore_errors=True)
    for file in folder.resolve().iterdir():
        if file.suffix != ".lock":
            (links / file.name).symlink_to(file)
    return links


def _weighted(query: Any, weight: float) -> Any:
    from tantivy import Query

    return query if weight == 1 else Query.boost_query(query, weight)


def _index(folder: Path) -> Any:
    """Open the index of a folder for writing; it begins empty."""
    import tantivy

    subfolder = folder / FOLDER
    if subfolder.is_dir():
        return tantivy.Index.open(str(subfolder))
    subfolder.mkdir()
    return tantivy.Index(_schema(), path=str(subfolder))


@contextmanager
def _writing(folder: Path, deleted: Iterable[int]) -> Iterator[Any]:
    """Take groups out of an index and yield its writer; all is committed when the block ends."""
    # One thread: the same passages give the same index.
    writer = _index(folder).writer(heap_size=HEAP_BYTES, num_threads=1)
    for group in deleted:
        writer.delete_documents_by_term("group", int(group))
    yield writer
    writer.commit()
    writer.wait_merging_threads()


def _document(group: int, place: int, passage_terms: Sequence[str]) -> Any:
    from tantivy import Document

    return Document(group=group, place=place, body=" ".join(passage_terms))


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("group", indexed=True, fast=True)
    builder.add_integer_field("place", fast=True)  # among the passages of its group
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
