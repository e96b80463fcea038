import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from matcher.embedding.vector_cache import VectorCache, text_key
from matcher.errors import IndexUnavailableError


def test_cached_vectors_are_read_by_text_and_model(tmp_path: Path) -> None:
    keys = [text_key("阀"), text_key("泵")]
    vectors = np.array([[1, 0], [0, 1]], dtype=np.float32)
    with VectorCache(tmp_path / "vectors.sqlite", "model-a", 2) as cache:
        cache.put(keys, vectors)
    with VectorCache(tmp_path / "vectors.sqlite", "model-a", 2) as cache:
        assert cache.missing([*keys, text_key("轴")]) == {text_key("轴")}
        out = np.empty((3, 2), dtype=np.float32)
        cache.fill([keys[1], keys[0], keys[1]], out)
    np.testing.assert_array_equal(out, vectors[[1, 0, 1]])


def test_another_model_shares_no_vector(tmp_path: Path) -> None:
    with VectorCache(tmp_path / "vectors.sqlite", "model-a", 1) as cache:
        cache.put([text_key("阀")], np.ones((1, 1), dtype=np.float32))
    with VectorCache(tmp_path / "vectors.sqlite", "model-b", 1) as cache:
        assert cache.missing([text_key("阀")]) == {text_key("阀")}


def test_texts_outside_the_catalogue_are_deleted(tmp_path: Path) -> None:
    keep, drop = text_key("阀"), text_key("泵")
    with VectorCache(tmp_path / "vectors.sqlite", "model-a", 1) as cache:
        cache.put([keep, drop], np.ones((2, 1), dtype=np.float32))
        cache.keep_only({keep})
        assert cache.missing([keep, drop]) == {drop}


def test_a_damaged_vector_is_missing_and_computed_anew(tmp_path: Path) -> None:
    file, keys = tmp_path / "vectors.sqlite", [text_key("阀"), text_key("泵")]
    with VectorCache(file, "model-a", 2) as cache:
        cache.put(keys, np.eye(2, dtype=np.float32))
    with closing(sqlite3.connect(file)) as database, database:
        (blob,) = database.execute("SELECT vector FROM vectors WHERE text = ?", keys[:1]).fetchone()
        flipped = bytes([blob[0] ^ 1, *blob[1:]])
        database.execute("UPDATE vectors SET vector = ? WHERE text = ?", (flipped, keys[0]))
    with VectorCache(file, "model-a", 2) as cache:
        assert cache.missing(keys) == {keys[0]}
        cache.put(keys[:1], np.ones((1, 2), dtype=np.float32))
        assert cache.missing(keys) == set()


def test_a_file_that_is_no_cache_is_named(tmp_path: Path) -> None:
    (tmp_path / "vectors.sqlite").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(IndexUnavailableError, match=r"vectors\.sqlite.*delete it"):
        VectorCache(tmp_path / "vectors.sqlite", "model-a", 2)


def test_a_vector_takes_little_more_than_its_numbers(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).random((2_000, 384), dtype=np.float32)
    with VectorCache(tmp_path / "vectors.sqlite", "a" * 64, 384) as cache:
        cache.put([text_key(str(number)) for number in range(len(vectors))], vectors)
    assert (tmp_path / "vectors.sqlite").stat().st_size < 1.25 * vectors.nbytes
