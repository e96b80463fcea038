"""Contract of every kind of dense index, compared with exact search in plain numpy."""

from functools import cache
from pathlib import Path
from typing import Any, get_args

import faiss
import numpy as np
import pytest

from indexes import dense, distinct_vectors
from indexes.dense import DenseKind, FaissIndex
from indexes.distinct_vectors import DistinctVectors
from matcher.errors import InputError
from matcher.ports import Rows, Vectors
from tests.support.fakes import BruteForceDense

KINDS: tuple[DenseKind, ...] = get_args(DenseKind)
SIZE, DIMENSION = 600, 16


def unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def some_vectors(count: int = SIZE, seed: int = 1) -> Vectors:
    rng = np.random.default_rng(seed)
    return unit(rng.standard_normal((count, DIMENSION)).astype(np.float32))


def assert_same(index: FaissIndex, vectors: Vectors, k: int, allowed: Rows | None) -> None:
    queries = some_vectors(7, seed=2)
    rows, scores = index.search(queries, k, allowed)
    expected_rows, expected_scores = BruteForceDense(vectors).search(queries, k, allowed)
    assert rows.shape == scores.shape == (7, k)
    assert rows.dtype == np.int64 and scores.dtype == np.float32
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)


@cache
def built(kind: DenseKind) -> FaissIndex:
    return FaissIndex(some_vectors(), kind)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> DenseKind:
    kind: DenseKind = request.param
    return kind


NARROW = np.array([3, 77, 400], dtype=np.int64)
WIDE = np.delete(np.arange(SIZE, dtype=np.int64), [0, 5, 599])
FILTERS = {
    "none": None,
    "narrow": NARROW,
    "half": np.arange(0, SIZE, 2, dtype=np.int64),
    "wide": WIDE,
    "all": np.arange(SIZE, dtype=np.int64),
    "empty": np.empty(0, dtype=np.int64),
}


@pytest.mark.parametrize("is_exact", [True, False], ids=["exact", "faiss"])
@pytest.mark.parametrize("k", [1, 10, SIZE, SIZE + 20])
@pytest.mark.parametrize("allowed", FILTERS.values(), ids=list(FILTERS))
def test_ids_and_scores_are_those_of_exact_search(
    kind: DenseKind, allowed: Rows | None, k: int, is_exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_exact:
        monkeypatch.setattr(dense, "MAX_GATHERED", 1)
    assert_same(built(kind), some_vectors(), k, allowed)


def exact_in_float(count: int, seed: int) -> Vectors:
    """Unit vectors whose inner products are exact in float32, so that equal ones are equal."""
    signs = np.random.default_rng(seed).integers(0, 2, (count, DIMENSION)) * 2 - 1
    return (signs / 4).astype(np.float32)


TIED = {"none": None, "even": np.arange(0, 200, 2), "odd": np.arange(1, 200, 2)}


@pytest.mark.parametrize("is_exact", [True, False], ids=["exact", "faiss"])
@pytest.mark.parametrize("allowed", TIED.values(), ids=list(TIED))
@pytest.mark.parametrize("k", [1, 3, 7, 60, 150])
def test_ties_come_in_ascending_order_of_row(
    kind: DenseKind, k: int, allowed: Rows | None, is_exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_exact:
        monkeypatch.setattr(dense, "MAX_GATHERED", 1)
    # Five different vectors in turns: nearly every row is tied with forty others.
    vectors = exact_in_float(5, seed=3)[np.arange(200) % 5]
    queries = exact_in_float(4, seed=4)
    rows, scores = FaissIndex(vectors, kind).search(queries, k, allowed)
    expected_rows, expected_scores = BruteForceDense(vectors).search(queries, k, allowed)
    if kind == "flat" or (allowed is not None and len(allowed) <= 100):
        np.testing.assert_array_equal(rows, expected_rows)
        np.testing.assert_array_equal(scores, expected_scores)
        return
    for row, similarity in zip(rows, scores, strict=True):
        hits = row[row >= 0]
        assert len(set(hits)) == len(hits)
        np.testing.assert_array_equal(np.lexsort((hits, -similarity[row >= 0])), range(len(hits)))


@pytest.mark.parametrize("dimension", [16, 100, 384])
def test_five_equal_vectors_come_in_order_of_row_in_every_way(
    kind: DenseKind, dimension: int
) -> None:
    """A product of matrices rounds equal rows differently by their place."""
    rng = np.random.default_rng(dimension)
    for _ in range(20):
        vectors = unit(rng.standard_normal((1, dimension)).astype(np.float32)).repeat(5, axis=0)
        query = unit(rng.standard_normal((1, dimension)).astype(np.float32))
        index = FaissIndex(vectors, kind)
        for allowed in (None, np.arange(5), np.array([1, 3, 4])):
            rows, scores = index.search(query.repeat(3, axis=0), 5, allowed)
            expected = np.arange(5) if allowed is None else allowed
            for row, similarity in zip(rows, scores, strict=True):
                np.testing.assert_array_equal(row[: len(expected)], expected)
                assert len(set(similarity[: len(expected)])) == 1


def test_a_query_finds_the_same_to_the_bit_alone_in_a_batch_and_under_filters(
    kind: DenseKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, queries = built(kind), some_vectors(40, seed=9)
    rows, scores = index.search(queries, 10, None)
    for number in range(len(queries)):
        alone = index.search(queries[[number]], 10, None)
        np.testing.assert_array_equal(alone[0][0], rows[number])
        np.testing.assert_array_equal(alone[1][0], scores[number])
    for gathered in (1, 20_000):
        monkeypatch.setattr(dense, "MAX_GATHERED", gathered)
        for allowed in (np.arange(SIZE, dtype=np.int64), np.unique(rows)):
            filtered = index.search(queries, 10, allowed)
            np.testing.assert_array_equal(filtered[0], rows)
            np.testing.assert_array_equal(filtered[1], scores)


@pytest.mark.parametrize(("groups", "copies"), [(20, 200), (1, 1_200)])
def test_copies_of_a_vector_cut_no_part_of_the_graph_off(groups: int, copies: int) -> None:
    single = some_vectors(4_000, seed=11)
    repeated = some_vectors(groups, seed=12).repeat(copies, axis=0)
    vectors = np.concatenate([single, repeated])
    vectors = vectors[np.random.default_rng(13).permutation(len(vectors))]
    queries = np.concatenate([some_vectors(50, seed=14), repeated[::copies]])
    rows, scores = FaissIndex(vectors, "hnsw").search(queries, 10, None)
    _, expected_scores = BruteForceDense(vectors).search(queries, 10, None)
    assert (rows >= 0).all()
    # Rows of one vector are tied, and the oracle rounds them by their place: compare the scores.
    assert np.mean(np.isclose(scores, expected_scores, atol=1e-6)) >= 0.98


def test_equal_vectors_are_stored_once(kind: DenseKind, tmp_path: Path) -> None:
    vectors = some_vectors(5)[[0, 1, 0, 2, 3, 0, 4, 3]]
    vectors[5] = -vectors[5] * -1  # the same numbers, zeros of either sign
    FaissIndex(vectors, kind).save(tmp_path)
    assert len(np.load(tmp_path / "vectors.npy")) == 5
    np.testing.assert_array_equal(
        np.load(tmp_path / "vector_numbers.npy"), [0, 1, 0, 2, 3, 0, 4, 3]
    )
    opened = FaissIndex.open(tmp_path, kind)
    assert len(opened) == 8
    np.testing.assert_array_equal(opened.vectors(np.arange(8)), vectors)
    assert_same(opened, vectors, 8, np.array([2, 5, 6, 7]))


def test_vectors_with_one_key_are_still_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        distinct_vectors, "_keys", lambda vectors: np.zeros(len(vectors), dtype=np.uint64)
    )
    vectors = some_vectors(50)[np.arange(120) % 50]
    distinct = DistinctVectors.of(vectors)
    assert len(distinct.vectors) == 50
    np.testing.assert_array_equal(distinct.of_rows(np.arange(120)), vectors)


def test_a_saved_index_opens_the_same(kind: DenseKind, tmp_path: Path) -> None:
    vectors = some_vectors()
    FaissIndex(vectors, kind).save(tmp_path)
    opened = FaissIndex.open(tmp_path, kind)
    assert len(opened) == SIZE
    assert_same(opened, vectors, 10, None)
    assert_same(opened, vectors, 10, WIDE)
    np.testing.assert_array_equal(opened.vectors(NARROW), vectors[NARROW])
    assert opened.vectors(NARROW).dtype == np.float32


def test_a_single_vector_is_enough(kind: DenseKind) -> None:
    assert_same(FaissIndex(some_vectors(1), kind), some_vectors(1), 3, None)


def test_vectors_that_are_not_unit_vectors_are_refused(kind: DenseKind) -> None:
    for bad in (
        some_vectors() * 2,
        np.full((2, 3), np.nan, np.float32),
        np.empty((0, 3)),
        np.ones(3),
    ):
        with pytest.raises(InputError):
            FaissIndex(bad.astype(np.float32), kind)


def test_a_query_with_a_bad_k_or_dimension_is_refused(kind: DenseKind) -> None:
    index = built(kind)
    with pytest.raises(InputError, match="k must be at least 1"):
        index.search(some_vectors(1), 0, None)
    with pytest.raises(InputError, match="dimension 16"):
        index.search(np.ones((1, 8), dtype=np.float32), 1, None)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match="flat or hnsw"):
        FaissIndex(some_vectors(), "ivf")  # type: ignore[arg-type]


@pytest.mark.parametrize("is_exact", [True, False], ids=["exact", "faiss"])
def test_a_graph_keeps_its_recall_with_every_filter(
    is_exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_exact:
        monkeypatch.setattr(dense, "MAX_GATHERED", 1)
    vectors = some_vectors(4_000, seed=4)
    queries = some_vectors(20, seed=5)
    index = FaissIndex(vectors, "hnsw")
    draw = np.random.default_rng(6).random(4_000)
    for share in (0.001, 0.01, 0.3, 0.6, 0.9, 1.0):
        allowed = np.flatnonzero(draw < share).astype(np.int64)
        rows, _ = index.search(queries, 10, None if share == 1.0 else allowed)
        expected, _ = BruteForceDense(vectors).search(queries, 10, allowed)
        recall = [len(set(a) & set(b)) / len(set(b)) for a, b in zip(rows, expected, strict=True)]
        assert np.mean(recall) >= 0.98, share


@pytest.mark.parametrize(("queries", "threads"), [(1, 1), (19, 1), (20, 3), (64, 3)])
def test_few_queries_take_one_thread_of_faiss(
    monkeypatch: pytest.MonkeyPatch, queries: int, threads: int
) -> None:
    taken: list[int] = []

    def noting(*arguments: Any, **options: Any) -> Any:
        taken.append(faiss.omp_get_max_threads())
        return search(*arguments, **options)

    search = faiss.knn
    monkeypatch.setattr(faiss, "knn", noting)
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    try:
        built("flat").search(some_vectors(queries), 5, None)
        assert set(taken) == {threads} and faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(before)
