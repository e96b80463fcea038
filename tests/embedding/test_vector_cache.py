from pathlib import Path

import numpy as np

from matcher.embedding.vector_cache import VectorCache, key_of


def test_vectors_come_back_by_text_and_model(tmp_path: Path) -> None:
    keys = [key_of("阀"), key_of("泵")]
    vectors = np.array([[1, 0], [0, 1]], dtype=np.float32)
    with VectorCache(tmp_path / "vectors.sqlite", "model-a", 2) as cache:
        cache.put(keys, vectors)
    with VectorCache(tmp_path / "vectors.sqlite", "model-a", 2) as cache:
        assert cache.missing([*keys, key_of("轴")]) == {key_of("轴")}
        out = np.empty((3, 2), dtype=np.float32)
        cache.fill([keys[1], keys[0], keys[1]], out)
    np.testing.assert_array_equal(out, vectors[[1, 0, 1]])


def test_another_model_never_sees_them(tmp_path: Path) -> None:
    with VectorCache(tmp_path / "vectors.sqlite", "model-a", 1) as cache:
        cache.put([key_of("阀")], np.ones((1, 1), dtype=np.float32))
    with VectorCache(tmp_path / "vectors.sqlite", "model-b", 1) as cache:
        assert cache.missing([key_of("阀")]) == {key_of("阀")}


def test_forgotten_texts_leave_no_trace(tmp_path: Path) -> None:
    keep, drop = key_of("阀"), key_of("泵")
    with VectorCache(tmp_path / "vectors.sqlite", "model-a", 1) as cache:
        cache.put([keep, drop], np.ones((2, 1), dtype=np.float32))
        cache.keep_only({keep})
        assert cache.missing([keep, drop]) == {drop}
