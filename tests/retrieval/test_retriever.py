"""Retrieval over the slow, exact ports of support/fakes.py, with scores computed by hand."""

from threading import get_ident

import numpy as np
import pytest

from matcher.embedding.passage_table import PassageTable
from matcher.embedding.sentence_vectors import SentenceVectors
from matcher.ports import Allowed, Rows, Scores, Vectors
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.query import (
    NeedQuery,
    Query,
)
from matcher.retrieval.retriever import Retriever
from matcher.types import Passage, PatentRow
from tests.support.exact_retriever import passage_index
from tests.support.fakes import BruteForceDense, CountingLexical

TEXTS = ["valve seal", "valve", "pump", "pump valve", "gear"]
PASSAGES = [
    Passage(PatentRow(3), "abstract", None, TEXTS[0]),
    Passage(PatentRow(3), "claim", 1, TEXTS[1]),
    Passage(PatentRow(5), "abstract", None, TEXTS[2]),
    Passage(PatentRow(5), "claim", 2, TEXTS[3]),
    Passage(PatentRow(9), "abstract", None, TEXTS[4]),
]
# Patent 3's abstract has two vectors (a long text); the others have one each.
VECTORS = np.array([[1, 0], [0, 1], [0.6, 0.8], [0.8, 0.6], [0, -1], [-1, 0]], dtype=np.float32)


@pytest.fixture
def retriever() -> Retriever:
    table = PassageTable.of(PASSAGES, [2, 1, 1, 1, 1])
    groups = [passage.patent for passage in PASSAGES]
    sentences = SentenceVectors(np.array([3, 3, 9]), VECTORS[:3])
    dense, lexical = BruteForceDense(VECTORS), CountingLexical(TEXTS, groups)
    return Retriever(passage_index(dense, lexical, table, sentences))


def pieces(*vectors: tuple[float, float]) -> Vectors:
    return np.array(vectors, dtype=np.float32)


def candidates(
    retriever: Retriever,
    text: str,
    pieces: Vectors,
    depth: int = 10,
    restriction: Allowed | None = None,
) -> Candidates:
    """Candidates of a need with one query."""
    return score_query(retriever, NeedQuery(Query(text, pieces)), depth, restriction)


def score_query(
    retriever: Retriever, query: NeedQuery, depth: int, restriction: Allowed | None = None
) -> Candidates:
    (rows,) = retriever.retrieve([query], depth, restriction)
    return retriever.score(query, rows)


def test_needs_of_a_batch_get_the_candidates_that_each_gets_alone(retriever: Retriever) -> None:
    queries = [
        NeedQuery(Query("a", pieces((1, 0), (0, -1)))),
        NeedQuery(Query("b", pieces((0.6, 0.8))), title=Query("c", pieces((-1, 0)))),
        NeedQuery(Query("d", pieces((0, 1)))),
    ]
    together = retriever.retrieve(queries, 1, None)
    alone = [retriever.retrieve([query], 1, None)[0] for query in queries]
    assert [rows.tolist() for rows in together] == [rows.tolist() for rows in alone]
    assert [rows.tolist() for rows in together] == [[3, 5], [3, 9], [3]]
    assert retriever.retrieve([], 1, None) == []


def test_a_need_alone_is_searched_in_the_thread_that_asks(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def noting(text: str, k: int, allowed: Allowed | None) -> tuple[Rows, Scores]:
        threads.append(get_ident())
        return search(text, k, allowed)

    search = retriever.index.lexical.search
    monkeypatch.setattr(retriever.index.lexical, "search", noting)
    need = NeedQuery(Query("valve", pieces((1, 0))), title=Query("pump", pieces((0, 1))))
    retriever.retrieve([need], 1, None)
    assert threads == [get_ident()] * 2
    retriever.retrieve([need, need], 1, None)
    assert get_ident() not in threads[2:]


def test_the_score_of_a_patent_is_that_of_its_best_passage(retriever: Retriever) -> None:
    scored = candidates(retriever, "valve seal", pieces((1, 0)))
    assert scored.patents.tolist() == [3, 5, 9]
    np.testing.assert_allclose(scored.dense[:, 0], [1.0, 0.8, -1.0], atol=1e-6)
    np.testing.assert_array_equal(scored.lexical[:, 0], [2.0, 1.0, np.nan])


def test_the_best_claim_is_that_with_the_best_dense_score(retriever: Retriever) -> None:
    assert candidates(retriever, "valve", pieces((0, 1))).best_claim.tolist() == [0, 0, 0]
    assert candidates(retriever, "valve", pieces((0.6, 0.8))).best_claim.tolist() == [1, 0, 0]
    assert candidates(retriever, "valve", pieces((-0.6, -0.8))).best_claim.tolist() == [0, 2, 0]


def test_a_candidate_of_one_channel_is_scored_by_both_channels(retriever: Retriever) -> None:
    # Depth 1: the dense channel retrieves patent 9 alone, the lexical one patent 5 alone.
    scored = candidates(retriever, "pump", pieces((-1, 0)), 1)
    assert scored.patents.tolist() == [5, 9]
    np.testing.assert_allclose(scored.dense[:, 0], [0.0, 1.0], atol=1e-6)
    np.testing.assert_array_equal(scored.lexical[:, 0], [1.0, np.nan])


def test_pieces_of_a_need_have_equal_weights(retriever: Retriever) -> None:
    scored = candidates(retriever, "valve", pieces((1, 0), (0, 1)))
    # Patent 3: 1.0 for both pieces, by two vectors of its abstract; patent 5: 0.8 and 0.6.
    np.testing.assert_allclose(scored.dense[:, 0], [1.0, 0.7, -0.5], atol=1e-6)


def test_only_allowed_patents_are_candidates_of_either_channel(retriever: Retriever) -> None:
    restriction = retriever.restrict(np.array([5, 9]))
    assert restriction is not None and restriction.vectors.tolist() == [3, 4, 5]
    scored = candidates(retriever, "valve seal", pieces((1, 0)), 10, restriction)
    assert scored.patents.tolist() == [5, 9]
    np.testing.assert_allclose(scored.dense[:, 0], [0.8, -1.0], atol=1e-6)


def test_none_allows_every_patent_and_an_empty_set_none(retriever: Retriever) -> None:
    assert retriever.restrict(None) is None
    nothing = retriever.restrict(np.empty(0, dtype=np.int64))
    scored = candidates(retriever, "valve", pieces((1, 0), (0, 1)), 10, nothing)
    assert (
        scored.patents.size
        == scored.dense.size
        == scored.lexical.size
        == scored.best_claim.size
        == 0
    )


def test_allowed_patents_outside_the_index_give_no_candidate(retriever: Retriever) -> None:
    restriction = retriever.restrict(np.array([4, 100]))
    assert candidates(retriever, "valve", pieces((1, 0)), 10, restriction).patents.size == 0


def test_a_query_without_a_shared_term_has_dense_candidates_only(retriever: Retriever) -> None:
    scored = candidates(retriever, "turbine", pieces((1, 0)), 1)
    assert scored.patents.tolist() == [3]
    assert np.isnan(scored.lexical).all()


def test_each_query_field_has_a_column_of_scores(retriever: Retriever) -> None:
    whole, title = Query("pump valve", pieces((1, 0))), Query("valve", pieces((0, 1)))
    parts = Query("seal", pieces((-1, 0))), Query("gear", pieces((1, 0)))
    scored = score_query(retriever, NeedQuery(whole, title, parts), 10)
    np.testing.assert_allclose(scored.dense[:, 0], [1.0, 0.8, -1.0], atol=1e-6)
    np.testing.assert_allclose(scored.dense[:, 1], [1.0, 0.6, 0.0], atol=1e-6)
    # Of the parts, the one that the patent answers best.
    np.testing.assert_allclose(scored.dense[:, 2], [1.0, 0.8, 1.0], atol=1e-6)
    np.testing.assert_array_equal(scored.lexical[:, 0], [1.0, 2.0, np.nan])
    np.testing.assert_array_equal(scored.lexical[:, 1], [1.0, 1.0, np.nan])
    np.testing.assert_array_equal(scored.lexical[:, 2], [1.0, np.nan, 1.0])


def test_the_title_retrieves_candidates_and_parts_do_not(retriever: Retriever) -> None:
    whole, title = Query("turbine", pieces((1, 0))), Query("gear", pieces((1, 0)))
    query = NeedQuery(whole, title, (Query("pump", pieces((0, -1))),))
    assert score_query(retriever, query, 1).patents.tolist() == [3, 9]


def test_the_mean_vector_is_over_the_passages_of_a_patent(retriever: Retriever) -> None:
    scored = candidates(retriever, "valve", pieces((1, 0)))
    of_two = scored.mean_vectors(np.array([1, 2]))
    np.testing.assert_allclose(of_two, np.array([[0.4, -0.2], [-1, 0]]), atol=1e-6)
