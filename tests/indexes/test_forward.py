"""Forward index: given passages get the scores of the inverted index."""

from collections.abc import Sequence
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest

from indexes import forward
from indexes.forward import ForwardBuilder, ForwardIndex, QueryTerms
from matcher.errors import IndexUnavailableError
from tests.support.lexical import build_lexical

TEXTS = (
    "轴承 振动 轴承",
    "水泵 振动",
    "",
    "pump bearing pump pump",
    "轴承",
)


def index(folder: Path, texts: Sequence[str] = TEXTS) -> ForwardIndex:
    builder = ForwardBuilder()
    for text in texts:
        builder.add(text.split())
    builder.save(folder)
    return ForwardIndex([folder])


def queries(*weights: dict[str, float]) -> list[QueryTerms]:
    return list(map(QueryTerms.of, weights))


def rows(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def bm25(frequency: int, length: int, texts_with: int) -> float:
    mean = sum(len(text.split()) for text in TEXTS) / len(TEXTS)
    norm = forward.K1 * (1 - forward.B + forward.B * length / mean)
    idf = log(1 + (len(TEXTS) - texts_with + 0.5) / (texts_with + 0.5))
    return idf * frequency * (forward.K1 + 1) / (frequency + norm)


def test_scores_are_bm25_of_the_given_passages(tmp_path: Path) -> None:
    scores = index(tmp_path).scores(
        queries({"轴承": 1.0, "葡萄": 1.0}, {"pump": 2.0}), rows(0, 2, 3, 4)
    )
    nan = float("nan")
    expected = [
        [bm25(2, 3, 2), nan, nan, bm25(1, 1, 2)],
        [nan, nan, 2 * bm25(3, 4, 1), nan],
    ]
    assert scores.shape == (2, 4) and scores.dtype == np.float32
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


def test_the_product_of_term_weights_is_symmetric_bm25(tmp_path: Path) -> None:
    opened = index(tmp_path)
    weights = opened.term_weights(rows(4, 0, 1, 2))
    assert weights.dtype == np.float32 and weights.shape == (4, 3)
    shared = (weights @ weights.T).toarray()
    alone = forward.K1 + 1
    twice, once = (
        frequency * alone / (frequency + forward.K1 * (1 - forward.B + forward.B * 3 / 2))
        for frequency in (2, 1)
    )
    assert shared[0, 1] == pytest.approx(bm25(1, 1, 2) * twice)
    assert shared[1, 2] == pytest.approx(bm25(1, 2, 2) * once)
    assert shared[0, 2] == 0 and not shared[3].any()
    assert opened.term_weights(rows()).shape == (0, 0)


def test_an_empty_query_or_no_passage_gives_no_score(tmp_path: Path) -> None:
    opened = index(tmp_path)
    assert len(opened) == 5
    assert np.isnan(opened.scores(queries({}, {"葡萄": 1.0}), rows(0, 1))).all()
    assert opened.scores(queries({"轴承": 1.0}), rows()).shape == (1, 0)
    assert opened.scores([], rows(0, 1)).shape == (0, 2)


@pytest.mark.parametrize("texts", [["", ""], ["轴承"]])
def test_collections_of_one_passage_or_without_a_term_are_indexed(
    tmp_path: Path, texts: list[str]
) -> None:
    scores = index(tmp_path, texts).scores(queries({"轴承": 1.0}), rows(0))
    assert np.isnan(scores[0, 0]) == (texts[0] == "")


def test_the_inverted_index_finds_what_scores_best(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    words = [f"词{n}" for n in range(300)]
    frequency = 1 / np.arange(1, 301) ** 0.8
    texts = [
        (n, " ".join(random.choice(words, random.integers(3, 120), p=frequency / frequency.sum())))
        for n in range(2_000)
    ]
    opened = build_lexical(tmp_path, texts)
    every = np.arange(len(texts))
    for _ in range(20):
        need = " ".join(random.choice(words, 30))
        scores = opened.scores([need], every)[0]
        order = np.lexsort((every, -scores))[:50]
        best, found = opened.search(need, 50, None)
        np.testing.assert_array_equal(best, order)
        np.testing.assert_array_equal(found, scores[order])


def test_a_term_that_occurs_a_thousand_times_has_a_finite_score(tmp_path: Path) -> None:
    opened = index(tmp_path, ["pump " * 1_000, "gear"])
    assert np.isfinite(opened.scores(queries({"pump": sqrt(2)}), rows(0))[0, 0])


def test_many_terms_are_told_apart(tmp_path: Path) -> None:
    terms = [f"词{n}" for n in range(20_000)]
    opened = index(tmp_path, terms)
    assert np.isfinite(
        opened.scores(queries(dict.fromkeys(terms, 1.0)), np.arange(len(terms)))
    ).all()


@pytest.mark.parametrize("name", ["vocabulary", "terms", "starts"])
def test_a_damaged_or_missing_file_is_an_error_with_the_remedy(tmp_path: Path, name: str) -> None:
    index(tmp_path)
    file = tmp_path / forward.FOLDER / f"{name}.npy"
    file.write_bytes(b"\x93NUMPY")
    with pytest.raises(IndexUnavailableError, match=r"terms .* matcher index --full"):
        ForwardIndex([tmp_path])
    file.unlink()
    with pytest.raises(IndexUnavailableError, match=r"terms .* matcher index --full"):
        ForwardIndex([tmp_path])
