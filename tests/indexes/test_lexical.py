"""Contract of the lexical index: in tantivy, in Milvus, and of a slow counterpart."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from indexes import lexical, query_terms
from indexes.forward import ForwardIndex
from indexes.milvus import conditions
from indexes.milvus.client import MilvusCalls
from matcher.errors import InputError
from matcher.ports import Allowed, LexicalIndex
from tests.support.fakes import CountingLexical, every_form
from tests.support.lexical import build_lexical
from tests.support.milvus import lite, written

TEXTS = (
    (1, "本发明公开了一种锂离子电池隔膜，隔膜表面涂覆陶瓷层。"),
    (1, "根据权利要求1所述的隔膜，其特征在于，陶瓷层含氧化铝。"),
    (2, "一种机器人柔性夹爪，手指由硅胶制成。"),
    (4, "A bearing fault is diagnosed by vibration analysis of the bearing."),
    (7, "轴承的故障由振动信号识别，温度不超过150℃。"),
)
Build = Callable[[Sequence[tuple[int, str]]], LexicalIndex]


@pytest.fixture(scope="module")
def calls(real_clock: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusCalls]:
    """A file of milvus-lite for all tests."""
    with lite(tmp_path_factory.mktemp("lite")) as calls:
        yield calls


@pytest.fixture
def builds(tmp_path: Path, request: pytest.FixtureRequest) -> Mapping[str, Build]:
    """Builders of every kind of index."""

    def milvus(texts: Sequence[tuple[int, str]]) -> LexicalIndex:
        vectors = np.ones((len(texts), 1), dtype=np.float32)
        groups, listed = [group for group, _ in texts], [text for _, text in texts]
        return written(request.getfixturevalue("calls"), tmp_path, groups, listed, vectors)[1]

    def tantivy(texts: Sequence[tuple[int, str]]) -> LexicalIndex:
        return build_lexical(tmp_path, texts)

    def counting(texts: Sequence[tuple[int, str]]) -> LexicalIndex:
        return CountingLexical([text for _, text in texts], [group for group, _ in texts])

    return {"tantivy": tantivy, "milvus": milvus, "counting": counting}


@pytest.fixture(params=["tantivy", "milvus", "counting"])
def build(request: pytest.FixtureRequest, builds: Mapping[str, Build]) -> Build:
    """Build an index of any kind."""
    return builds[request.param]


@pytest.fixture(params=["tantivy", "milvus"])
def build_bm25(request: pytest.FixtureRequest, builds: Mapping[str, Build]) -> Build:
    """Build an index that scores as BM25 does."""
    return builds[request.param]


def groups(*numbers: int) -> Allowed:
    return every_form(np.array(numbers, dtype=np.int64))


@pytest.mark.parametrize(
    ("need", "first"),
    [
        ("电池隔膜", 0),
        ("氧化铝", 1),
        ("需要抓取零件的夹爪", 2),
        ("Bearing VIBRATION", 3),
        ("ｂｅａｒｉｎｇ", 3),
        ("振动信号", 4),
    ],
)
def test_a_phrase_inside_a_sentence_is_found(build: Build, need: str, first: int) -> None:
    rows, scores = build(TEXTS).search(need, 5, None)
    assert rows[0] == first
    assert rows.dtype == np.int64 and scores.dtype == np.float32
    assert np.all(np.diff(scores) <= 0) and np.all(scores > 0)


def test_only_passages_that_share_a_token_are_found(build: Build) -> None:
    index = build(TEXTS)
    assert len(index) == 5
    assert set(index.search("隔膜", 10, None)[0]) == {0, 1}
    assert index.search("葡萄", 10, None)[0].size == 0
    assert index.search("，。！", 10, None)[0].size == 0
    assert index.search("", 10, None)[0].size == 0


def test_the_product_of_term_weights_is_the_similarity_of_passages(build: Build) -> None:
    weights = build(TEXTS).term_weights(np.array([1, 0, 3]))
    shared = (weights @ weights.T).toarray()
    assert shared.shape == (3, 3)
    assert shared[0, 1] > 0 and shared[0, 2] == 0
    assert shared[0, 0] > shared[0, 1]


def test_only_allowed_groups_are_found(build: Build) -> None:
    index = build(TEXTS)
    need = "轴承故障 bearing 隔膜"
    assert set(index.search(need, 10, None)[0]) == {0, 1, 3, 4}
    assert set(index.search(need, 10, groups(1, 7))[0]) == {0, 1, 4}
    assert index.search(need, 10, groups(2, 3))[0].size == 0
    assert index.search(need, 10, groups())[0].size == 0


def test_ties_come_in_ascending_order_of_row(build: Build) -> None:
    index = build([(group, "同样的阀门") for group in range(30)])
    assert index.search("阀门", 5, None)[0].tolist() == [0, 1, 2, 3, 4]
    assert index.search("阀门", 3, groups(*range(9, 30)))[0].tolist() == [9, 10, 11]


MANY = [(group, f"阀门 valve {'阀门 ' * (group % 7)}v{group}") for group in range(300)]


@pytest.mark.parametrize("inside_the_query", [True, False])
def test_a_restriction_never_costs_an_allowed_result(
    build_bm25: Build, monkeypatch: pytest.MonkeyPatch, inside_the_query: bool
) -> None:
    for module, name in ((lexical, "MAX_TERM_SET"), (conditions, "MAX_LISTED")):
        monkeypatch.setattr(module, name, 1_000 if inside_the_query else 40)
    index = build_bm25(MANY)
    everything, scores = index.search("阀门", 300, None)
    assert len(everything) == 300
    for allowed in (range(0, 300, 50), range(250, 300), range(300), [299]):
        rows, restricted = index.search("阀门", 20, groups(*allowed))
        is_allowed = np.isin(everything, list(allowed))
        np.testing.assert_array_equal(rows, everything[is_allowed][:20])
        np.testing.assert_allclose(restricted, scores[is_allowed][:20], rtol=1e-6)


def test_frequent_terms_score_where_they_would_cost_too_much_to_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [
        (n, f"valve {'pump' if n % 2 else 'gear'} {'seal' if n < 20 else ''}") for n in range(90)
    ]
    index = build_lexical(tmp_path, texts)
    every = index.search("pump seal valve", 90, None)
    monkeypatch.setattr(query_terms, "MAX_POSTINGS", 30)
    best, scores = index.search("pump seal valve", 15, None)
    np.testing.assert_array_equal(best, every[0][:15])
    np.testing.assert_array_equal(scores, every[1][:15])
    few = index.search("pump seal valve", 90, None)
    np.testing.assert_array_equal(few, every, err_msg="too few with the rare term: all are found")
    within = index.search("pump seal valve", 5, groups(50, 51))
    assert within[0].tolist() == [51, 50]


def test_a_word_that_was_common_among_deleted_passages_finds_the_one_that_is_left(
    tmp_path: Path,
) -> None:
    """tantivy goes on counting what is deleted until it merges its segments."""
    random = np.random.default_rng(4)
    fill = [f"part{n}" for n in range(16)]
    texts = [(n, " ".join(["aerogel", *random.choice(fill, 6)])) for n in range(1_500)]
    texts += [(n, " ".join(random.choice(fill, 7))) for n in range(1_500, 5_000)]
    build_lexical(tmp_path, texts)
    lexical.delete(tmp_path, range(1, 1_500))
    rest = tmp_path / "rest"
    rest.mkdir()
    left = [texts[0], *texts[1_500:]]
    built = build_lexical(rest, left)
    numbers = np.array([group for group, _ in left])
    index = lexical.TantivyIndex(tmp_path, ForwardIndex([rest]), numbers)
    need = "aerogel " + " ".join(fill[:8])
    assert index.search(need, 20, None)[0][0] == 0
    for k in (1, 20, 200):
        np.testing.assert_array_equal(index.search(need, k, None), built.search(need, k, None))


def test_a_query_term_weighs_the_root_of_its_frequency(build_bm25: Build) -> None:
    index = build_bm25([(0, "pump"), (1, "valve"), (2, "other")])
    assert index.search("pump valve valve", 2, None)[0].tolist() == [1, 0]
    once, four = (index.search(" ".join(["valve"] * n), 1, None)[1][0] for n in (1, 4))
    assert four == pytest.approx(2 * once)


def test_a_word_with_another_ending_is_found_by_its_characters(build: Build) -> None:
    rows, _ = build(TEXTS).search("轴瓦", 5, None)
    assert rows.tolist() == [4]


def test_scores_are_bm25(build_bm25: Build) -> None:
    texts = [(0, "pump pump valve"), (1, "valve"), (2, "gear tooth")]
    rows, scores = build_bm25(texts).search("pump", 3, None)
    idf = np.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    weight = 2 * 2.5 / (2 + 1.5 * (1 - 0.75 + 0.75 * 3 / 2))
    assert rows.tolist() == [0]
    assert scores[0] == pytest.approx(idf * weight, rel=1e-5)


def test_k_below_one_is_refused(build_bm25: Build) -> None:
    index = build_bm25(TEXTS)
    with pytest.raises(InputError, match="k must be at least 1"):
        index.search("隔膜", 0, None)


def test_an_index_is_built_in_a_folder_with_a_space(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    assert len(build_lexical(folder, TEXTS)) == 5


def test_the_end_of_a_very_long_query_counts(build_bm25: Build) -> None:
    index = build_bm25(TEXTS)
    need = "".join(chr(0x4E00 + i % 9_000) for i in range(50_000)) + "。电池隔膜"
    assert 0 in index.search(need, 5, None)[0]
