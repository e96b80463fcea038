"""Retrieval over the slow, exact ports of support/fakes.py: every score is worked out by hand."""

import numpy as np
import pytest

from matcher.embedding.passage_table import PassageTable
from matcher.embedding.sentence_vectors import SentenceVectors
from matcher.embedding.word_vectors import WordTable
from matcher.ports import Vectors
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.query import (
    Asked,
    Query,
)
from matcher.retrieval.retriever import (
    Restriction,
    Retriever,
)
from matcher.types import Passage, PatentRow
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
    return Retriever(
        BruteForceDense(VECTORS),
        CountingLexical(TEXTS, groups),
        table,
        sentences,
        WordTable.empty(),
    )


def piece(*vectors: tuple[float, float]) -> Vectors:
    return np.array(vectors, dtype=np.float32)


def candidates(
    retriever: Retriever,
    text: str,
    pieces: Vectors,
    depth: int = 10,
    restriction: Restriction | None = None,
) -> Candidates:
    """What a need of one query finds."""
    return of_asked(retriever, Asked(Query(text, pieces)), depth, restriction)


def of_asked(
    retriever: Retriever, asked: Asked, depth: int, restriction: Restriction | None = None
) -> Candidates:
    (found,) = retriever.found([asked], depth, restriction)
    return retriever.candidates(asked, found)


def test_what_is_nearest_to_several_needs_is_as_if_they_asked_alone(retriever: Retriever) -> None:
    asked = [
        Asked(Query("a", piece((1, 0), (0, -1)))),
        Asked(Query("b", piece((0.6, 0.8))), title=Query("c", piece((-1, 0)))),
        Asked(Query("d", piece((0, 1)))),
    ]
    together = retriever.found(asked, 1, None)
    alone = [retriever.found([one], 1, None)[0] for one in asked]
    assert [rows.tolist() for rows in together] == [rows.tolist() for rows in alone]
    assert [rows.tolist() for rows in together] == [[3, 5], [3, 9], [3]]
    assert retriever.found([], 1, None) == []


def test_a_patents_score_is_that_of_its_best_passage(retriever: Retriever) -> None:
    found = candidates(retriever, "valve seal", piece((1, 0)))
    assert found.patents.tolist() == [3, 5, 9]
    np.testing.assert_allclose(found.dense[:, 0], [1.0, 0.8, -1.0], atol=1e-6)
    np.testing.assert_array_equal(found.lexical[:, 0], [2.0, 1.0, np.nan])


def test_the_claim_that_is_nearest_in_meaning(retriever: Retriever) -> None:
    assert candidates(retriever, "valve", piece((0, 1))).best_claim.tolist() == [0, 0, 0]
    assert candidates(retriever, "valve", piece((0.6, 0.8))).best_claim.tolist() == [1, 0, 0]
    assert candidates(retriever, "valve", piece((-0.6, -0.8))).best_claim.tolist() == [0, 2, 0]


def test_a_candidate_of_one_channel_is_scored_by_both(retriever: Retriever) -> None:
    # Depth 1: the dense channel finds patent 9 alone, the lexical one patent 5 alone.
    found = candidates(retriever, "pump", piece((-1, 0)), 1)
    assert found.patents.tolist() == [5, 9]
    np.testing.assert_allclose(found.dense[:, 0], [0.0, 1.0], atol=1e-6)
    np.testing.assert_array_equal(found.lexical[:, 0], [1.0, np.nan])


def test_pieces_of_a_need_count_alike(retriever: Retriever) -> None:
    found = candidates(retriever, "valve", piece((1, 0), (0, 1)))
    # Patent 3: 1.0 for both pieces, by two vectors of its abstract; patent 5: 0.8 and 0.6.
    np.testing.assert_allclose(found.dense[:, 0], [1.0, 0.7, -0.5], atol=1e-6)


def test_a_restriction_holds_in_both_channels(retriever: Retriever) -> None:
    restriction = retriever.restrict(np.array([5, 9]))
    assert restriction is not None and restriction.vectors.tolist() == [3, 4, 5]
    found = candidates(retriever, "valve seal", piece((1, 0)), 10, restriction)
    assert found.patents.tolist() == [5, 9]
    np.testing.assert_allclose(found.dense[:, 0], [0.8, -1.0], atol=1e-6)


def test_none_allows_everything_and_an_empty_set_nothing(retriever: Retriever) -> None:
    assert retriever.restrict(None) is None
    nothing = retriever.restrict(np.empty(0, dtype=np.int64))
    found = candidates(retriever, "valve", piece((1, 0), (0, 1)), 10, nothing)
    assert (
        found.patents.size == found.dense.size == found.lexical.size == found.best_claim.size == 0
    )


def test_patents_that_are_not_in_the_index_allow_nothing(retriever: Retriever) -> None:
    restriction = retriever.restrict(np.array([4, 100]))
    assert candidates(retriever, "valve", piece((1, 0)), 10, restriction).patents.size == 0


def test_words_that_nothing_has_leave_the_dense_channel(retriever: Retriever) -> None:
    found = candidates(retriever, "turbine", piece((1, 0)), 1)
    assert found.patents.tolist() == [3]
    assert np.isnan(found.lexical).all()


def test_each_way_of_asking_has_a_column(retriever: Retriever) -> None:
    whole, title = Query("pump valve", piece((1, 0))), Query("valve", piece((0, 1)))
    parts = Query("seal", piece((-1, 0))), Query("gear", piece((1, 0)))
    found = of_asked(retriever, Asked(whole, title, parts), 10)
    np.testing.assert_allclose(found.dense[:, 0], [1.0, 0.8, -1.0], atol=1e-6)
    np.testing.assert_allclose(found.dense[:, 1], [1.0, 0.6, 0.0], atol=1e-6)
    # Of the parts, the one that the patent answers best.
    np.testing.assert_allclose(found.dense[:, 2], [1.0, 0.8, 1.0], atol=1e-6)
    np.testing.assert_array_equal(found.lexical[:, 0], [1.0, 2.0, np.nan])
    np.testing.assert_array_equal(found.lexical[:, 1], [1.0, 1.0, np.nan])
    np.testing.assert_array_equal(found.lexical[:, 2], [1.0, np.nan, 1.0])


def test_the_title_finds_candidates_too_and_parts_do_not(retriever: Retriever) -> None:
    whole, title = Query("turbine", piece((1, 0))), Query("gear", piece((1, 0)))
    asked = Asked(whole, title, (Query("pump", piece((0, -1))),))
    assert of_asked(retriever, asked, 1).patents.tolist() == [3, 9]


def test_the_mean_vector_of_a_patent(retriever: Retriever) -> None:
    found = candidates(retriever, "valve", piece((1, 0)))
    of_two = found.patent_vectors(np.array([1, 2]))
    np.testing.assert_allclose(of_two, np.array([[0.4, -0.2], [-1, 0]]), atol=1e-6)
