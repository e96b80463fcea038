import numpy as np

from models.fake import FakeEncoder


def test_texts_that_share_words_are_near_and_vectors_are_deterministic() -> None:
    encoder = FakeEncoder(dimension=512)
    valve, valves, pump = encoder.encode(["steel ball valve", "brass ball valve", "gear"], "query")
    assert valve @ valves > 0.5 > 0.2 > valve @ pump
    again = FakeEncoder(dimension=512).encode(["steel ball valve"], "passage")
    np.testing.assert_array_equal(again[0], valve)


def test_vectors_are_unit_float32_even_without_a_token() -> None:
    vectors = FakeEncoder(dimension=16).encode(["阀", "，。", "a valve"], "query")
    assert vectors.shape == (3, 16) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_a_long_text_is_cut_and_nothing_is_lost() -> None:
    assert FakeEncoder(window=4).split(" 一二三四五六七八九 ", "query") == [
        "一二三四",
        "五六七八",
        "九",
    ]
    assert FakeEncoder().split(" \n", "query") == []
