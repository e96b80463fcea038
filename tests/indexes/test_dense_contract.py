"""Contract of the dense index, in files and in Milvus, compared with exact search in numpy.

Milvus promises less in two points. Of rows that are tied with the last it may give any, so of ties
the scores are compared; and an inner product may be rounded by the place of its row, so scores are
compared within 1e-6, not to the bit.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from indexes import vector_lists
from indexes.dense import FaissIndex
from indexes.milvus import conditions
from indexes.milvus.client import MilvusCalls
from indexes.segmented_dense import SegmentedDense
from matcher.embedding.segment_rows import SegmentRows
from matcher.errors import InputError
from matcher.ports import Allowed, DenseIndex, Rows, Vectors
from tests.indexes.test_dense import (
    DIMENSION,
    FILTERS,
    NARROW,
    SIZE,
    exact_in_float,
    some_vectors,
)
from tests.support.fakes import every_form, exact_search
from tests.support.milvus import lite, written

Build = Callable[[Vectors], DenseIndex]


@pytest.fixture(scope="module")
def calls(real_clock: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusCalls]:
    """A file of milvus-lite for all tests."""
    with lite(tmp_path_factory.mktemp("lite")) as calls:
        yield calls


@pytest.fixture(scope="module", params=["flat", "ivf", "milvus"])
def build(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Build]:
    """Build an index of each kind; equal vectors make one index."""
    kind = request.param
    made: dict[bytes, DenseIndex] = {}

    def built(vectors: Vectors) -> DenseIndex:
        if kind != "milvus":
            return SegmentedDense([FaissIndex(vectors, kind)], SegmentRows.whole(len(vectors)))
        folder = tmp_path_factory.mktemp("words")
        groups = range(len(vectors))
        texts = ["valve"] * len(vectors)
        return written(request.getfixturevalue("calls"), folder, groups, texts, vectors)[0]

    def build(vectors: Vectors) -> DenseIndex:
        key = vectors.tobytes()
        if key not in made:
            made[key] = built(vectors)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_lists, "MIN_READ", 10_000)  # lists are read as far as it is exact
        yield build


def form(rows: Rows | None) -> Allowed | None:
    return None if rows is None else every_form(rows)


def check(build: Build, vectors: Vectors, k: int, allowed: Rows | None) -> None:
    queries = some_vectors(7, seed=2)
    rows, scores = build(vectors).search(queries, k, form(allowed))
    expected_rows, expected_scores = exact_search(vectors, queries, k, allowed)
    assert rows.shape == scores.shape == (7, k)
    assert rows.dtype == np.int64 and scores.dtype == np.float32
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)


@pytest.mark.parametrize("listed", [1_000, 20])
@pytest.mark.parametrize("k", [1, 10, SIZE, SIZE + 20])
@pytest.mark.parametrize("allowed", FILTERS.values(), ids=list(FILTERS))
def test_rows_and_scores_are_exact_with_filters_of_every_selectivity(
    build: Build, allowed: Rows | None, k: int, listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditions, "MAX_LISTED", listed)
    check(build, some_vectors(), k, allowed)


@pytest.mark.parametrize("allowed", [None, np.arange(0, 200, 2), np.arange(1, 200, 2)])
@pytest.mark.parametrize("k", [1, 7, 60, 150])
def test_copies_of_a_vector_are_tied(build: Build, k: int, allowed: Rows | None) -> None:
    # Five different vectors in turns: nearly every row is tied with forty others.
    vectors = exact_in_float(5, seed=3)[np.arange(200) % 5]
    queries = exact_in_float(4, seed=4)
    rows, scores = build(vectors).search(queries, k, form(allowed))
    _, expected = exact_search(vectors, queries, k, allowed)
    np.testing.assert_array_equal(scores, expected)
    for own, similarity, query in zip(rows, scores, queries, strict=True):
        hits = own[own >= 0]
        assert len(set(hits)) == len(hits)
        assert allowed is None or np.isin(hits, allowed).all()
        np.testing.assert_array_equal(vectors[hits] @ query, similarity[own >= 0])
        order = np.lexsort((hits, -similarity[own >= 0]))
        np.testing.assert_array_equal(order, range(len(hits)), "ties ascend by row")


def test_needs_of_a_batch_find_what_each_finds_alone(build: Build) -> None:
    index, queries = build(some_vectors()), some_vectors(12, seed=9)
    rows, scores = index.search(queries, 10, None)
    for number in range(len(queries)):
        alone = index.search(queries[[number]], 10, None)
        np.testing.assert_array_equal(alone[0][0], rows[number])
        np.testing.assert_allclose(alone[1][0], scores[number], atol=1e-6)


def test_stored_vectors_are_those_that_were_given(build: Build) -> None:
    vectors = some_vectors()
    index = build(vectors)
    assert len(index) == SIZE
    for rows in (NARROW, NARROW[::-1], NARROW[[0, 0, 1]], NARROW[:0]):
        np.testing.assert_array_equal(index.vectors(rows), vectors[rows])
    assert index.vectors(NARROW).dtype == np.float32


def test_a_single_vector_is_enough(build: Build) -> None:
    check(build, some_vectors(1), 3, None)


def test_a_query_with_a_bad_k_or_dimension_is_refused(build: Build) -> None:
    index = build(some_vectors())
    with pytest.raises(InputError, match="k must be at least 1"):
        index.search(some_vectors(1), 0, None)
    with pytest.raises(InputError, match=f"dimension {DIMENSION}"):
        index.search(np.ones((1, 8), dtype=np.float32), 1, None)
