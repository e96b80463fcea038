"""Contract of every kind of dense index, compared with exact search in plain numpy."""

from functools import cache
from pathlib import Path
from typing import Any, get_args

import faiss
import numpy as np
import pytest

from indexes import distinct_vectors, vector_lists
from indexes.dense import DenseKind, FaissIndex
from indexes.distinct_vectors import first_rows
from indexes.half_vectors import as_floats, as_halves
from indexes.vector_lists import VectorLists
from matcher.errors import IndexUnavailableError, InputError
from matcher.ports import Rows, Vectors
from tests.support.fakes import exact_search

KINDS: tuple[DenseKind, ...] = get_args(DenseKind)
SIZE, DIMENSION = 600, 16


def unit(vectors: Vectors) -> Vectors:
    """Scale to length 1, in numbers that float16 holds: they are stored as they are."""
    scaled = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled[np.abs(scaled) < 1e-4] = 0
    stored: Vectors = scaled.astype(np.float16).astype(np.float32)
    return stored


def some_vectors(count: int = SIZE, seed: int = 1) -> Vectors:
    rng = np.random.default_rng(seed)
    return unit(rng.standard_normal((count, DIMENSION)).astype(np.float32))


def assert_same(index: FaissIndex, vectors: Vectors, k: int, allowed: Rows | None) -> None:
    queries = some_vectors(7, seed=2)
    rows, scores = index.search(queries, k, allowed)
    expected_rows, expected_scores = exact_search(vectors, queries, k, allowed)
    assert rows.shape == scores.shape == (7, k)
    assert rows.dtype == np.int64 and scores.dtype == np.float32
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)


def read(monkeypatch: pytest.MonkeyPatch, vectors: int) -> None:
    """Let each search read the nearest lists that hold so many allowed vectors."""
    monkeypatch.setattr(vector_lists, "LISTS_READ", 0)
    monkeypatch.setattr(vector_lists, "MIN_READ", vectors)


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


@pytest.mark.parametrize("reads_more", [True, False], ids=["more", "allowed"])
@pytest.mark.parametrize("k", [1, 10, SIZE, SIZE + 20])
@pytest.mark.parametrize("allowed", FILTERS.values(), ids=list(FILTERS))
def test_up_to_the_vectors_to_read_every_kind_is_exact(
    kind: DenseKind, allowed: Rows | None, k: int, reads_more: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not reads_more:
        read(monkeypatch, SIZE if allowed is None else len(allowed))
    assert_same(built(kind), some_vectors(), k, allowed)


@pytest.mark.parametrize("k", [1, 10, SIZE])
@pytest.mark.parametrize("allowed", FILTERS.values(), ids=list(FILTERS))
def test_a_flat_index_is_exact_however_little_there_is_to_read(
    allowed: Rows | None, k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(monkeypatch, 1)
    assert_same(built("flat"), some_vectors(), k, allowed)


def exact_in_float(count: int, seed: int) -> Vectors:
    """Unit vectors whose inner products are exact in float32, so that equal ones are equal."""
    signs = np.random.default_rng(seed).integers(0, 2, (count, DIMENSION)) * 2 - 1
    return (signs / 4).astype(np.float32)


TIED = {"none": None, "even": np.arange(0, 200, 2), "odd": np.arange(1, 200, 2)}


@pytest.mark.parametrize("reads_all", [True, False], ids=["all", "some"])
@pytest.mark.parametrize("allowed", TIED.values(), ids=list(TIED))
@pytest.mark.parametrize("k", [1, 3, 7, 60, 150])
def test_ties_come_in_ascending_order_of_row(
    kind: DenseKind, k: int, allowed: Rows | None, reads_all: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not reads_all:
        read(monkeypatch, 1)
    # Five different vectors in turns: nearly every row is tied with forty others.
    vectors = exact_in_float(5, seed=3)[np.arange(200) % 5]
    queries = exact_in_float(4, seed=4)
    rows, scores = FaissIndex(vectors, kind).search(queries, k, allowed)
    expected_rows, expected_scores = exact_search(vectors, queries, k, allowed)
    if kind == "flat" or reads_all:
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
    for allowed in (np.arange(SIZE, dtype=np.int64), np.unique(rows)):
        filtered = index.search(queries, 10, allowed)
        np.testing.assert_array_equal(filtered[0], rows)
        np.testing.assert_array_equal(filtered[1], scores)
    for to_read in (1, 160_000):
        read(monkeypatch, to_read)
        rows, scores = index.search(queries, 10, None)
        for number in range(len(queries)):
            alone = index.search(queries[[number]], 10, None)
            np.testing.assert_array_equal(alone[0][0], rows[number])
            np.testing.assert_array_equal(alone[1][0], scores[number])


@pytest.mark.parametrize(("groups", "copies"), [(20, 200), (1, 1_200)])
def test_copies_of_a_vector_take_no_places_in_the_lists(
    groups: int, copies: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(monkeypatch, 2_500)
    single = some_vectors(4_000, seed=11)
    repeated = some_vectors(groups, seed=12).repeat(copies, axis=0)
    vectors = np.concatenate([single, repeated])
    vectors = vectors[np.random.default_rng(13).permutation(len(vectors))]
    queries = np.concatenate([some_vectors(50, seed=14), repeated[::copies]])
    rows, scores = FaissIndex(vectors, "ivf").search(queries, 10, None)
    _, expected_scores = exact_search(vectors, queries, 10, None)
    assert (rows >= 0).all()
    # Rows of one vector are tied, and the oracle rounds them by their place: compare the scores.
    assert np.mean(np.isclose(scores, expected_scores, atol=1e-6)) >= 0.98


def test_equal_vectors_are_stored_once(kind: DenseKind, tmp_path: Path) -> None:
    vectors = some_vectors(5)[[0, 1, 0, 2, 3, 0, 4, 3]]
    vectors[5] = -vectors[5] * -1  # the same numbers, zeros of either sign
    FaissIndex(vectors, kind).save(tmp_path)
    assert faiss.read_index(str(tmp_path / "vectors.faiss")).ntotal == 5
    numbers = np.load(tmp_path / "vector_numbers.npy")
    np.testing.assert_array_equal(np.equal.outer(numbers, numbers), vectors @ vectors.T > 0.999)
    opened = FaissIndex.open(tmp_path, kind)
    assert len(opened) == 8
    np.testing.assert_array_equal(opened.vectors(np.arange(8)), vectors)
    assert_same(opened, vectors, 8, np.array([2, 5, 6, 7]))


def test_vectors_with_one_key_are_still_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        distinct_vectors, "_keys", lambda vectors: np.zeros(len(vectors), dtype=np.uint64)
    )
    vectors = some_vectors(50)[np.arange(120) % 50]
    first, numbers = first_rows(vectors)
    np.testing.assert_array_equal(first, range(50))
    np.testing.assert_array_equal(numbers, np.arange(120) % 50)


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
    with pytest.raises(InputError, match="flat or ivf"):
        FaissIndex(some_vectors(), "hnsw")  # type: ignore[arg-type]


SHARES = (0.0001, 0.001, 0.01, 0.1, 0.5, 1.0)


def topics(count: int, seed: int) -> tuple[Vectors, Rows]:
    """Vectors around 300 centres, as texts are around their topics, and the centre of each."""
    rng = np.random.default_rng(seed)
    fixed = np.random.default_rng(20)
    centres = fixed.standard_normal((300, 12)) @ fixed.standard_normal((12, 64)) / np.sqrt(12)
    topic = rng.integers(0, len(centres), count)
    return unit(centres[topic] + 0.8 * rng.standard_normal((count, 64))), topic


@cache
def lists_of_topics() -> tuple[FaissIndex, Vectors, Rows]:
    vectors, topic = topics(20_000, seed=21)
    return FaissIndex(vectors, "ivf"), vectors, topic


@pytest.mark.parametrize("by_topic", [False, True], ids=["random", "topics"])
@pytest.mark.parametrize("share", SHARES)
def test_lists_keep_their_recall_with_every_filter(
    share: float, by_topic: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(monkeypatch, 200)
    monkeypatch.setattr(vector_lists, "LISTS_READ", 12)
    index, vectors, topic = lists_of_topics()
    rng = np.random.default_rng(23)
    drawn = rng.permutation(300)[topic] / 300 if by_topic else rng.random(len(vectors))
    allowed = np.sort(np.argsort(drawn, kind="stable")[: max(1, int(share * len(vectors)))])
    queries, _ = topics(40, seed=22)
    rows, scores = index.search(queries, 10, None if share == 1.0 else allowed)
    expected, _ = exact_search(vectors, queries, 10, allowed)
    size = min(10, len(allowed))
    assert (rows[:, :size] >= 0).all() and (rows[:, size:] == -1).all()
    assert np.isin(rows[:, :size], allowed).all()
    same = [len(set(a) & set(b)) / size for a, b in zip(rows, expected[:, :size], strict=True)]
    assert np.mean(same) >= 0.98
    stored = index.vectors(rows[:, :size].ravel()).reshape(40, size, 64)
    own = np.einsum("qkd,qd->qk", stored, queries)
    np.testing.assert_allclose(scores[:, :size], own, atol=1e-6)


def test_lists_are_read_in_part_only(monkeypatch: pytest.MonkeyPatch) -> None:
    read(monkeypatch, 1)
    index, vectors, _ = lists_of_topics()
    queries, _ = topics(40, seed=22)
    rows, _ = index.search(queries, 200, None)
    expected, _ = exact_search(vectors, queries, 200, None)
    assert any(set(a) != set(b) for a, b in zip(rows, expected, strict=True))


def test_every_float16_is_read_as_it_is_but_the_smallest_which_are_zero() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    small = np.abs(every) < np.finfo(np.float16).tiny
    normal = every[np.isfinite(every) & ~small][None]
    np.testing.assert_array_equal(as_floats(as_halves(normal)), normal.astype(np.float32))
    assert not as_halves(every[small][None]).view(np.uint16).any()
    assert not as_floats(as_halves(every[small][None])).view(np.uint32).any()


def test_float16_gives_the_index_of_float32(kind: DenseKind) -> None:
    vectors = some_vectors()
    rows, scores = FaissIndex(vectors.astype(np.float16), kind).search(vectors[:5], 10, NARROW)
    expected_rows, expected_scores = built(kind).search(vectors[:5], 10, NARROW)
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_array_equal(scores, expected_scores)


def test_a_file_cut_short_is_an_index_that_cannot_be_read(kind: DenseKind, tmp_path: Path) -> None:
    built(kind).save(tmp_path)
    file = tmp_path / "vectors.faiss"
    file.write_bytes(file.read_bytes()[:5_000])
    with pytest.raises(IndexUnavailableError, match="build it anew"):
        FaissIndex.open(tmp_path, kind)


@pytest.mark.parametrize(("queries", "threads"), [(1, 1), (19, 1), (20, 3), (64, 3)])
def test_few_queries_take_one_thread_of_faiss(
    monkeypatch: pytest.MonkeyPatch, queries: int, threads: int
) -> None:
    taken: list[int] = []

    def noting(*arguments: Any, **options: Any) -> Any:
        taken.append(faiss.omp_get_max_threads())
        return search(*arguments, **options)

    search = VectorLists.search
    monkeypatch.setattr(VectorLists, "search", noting)
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    try:
        built("flat").search(some_vectors(queries), 5, None)
        assert set(taken) == {threads} and faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(before)
