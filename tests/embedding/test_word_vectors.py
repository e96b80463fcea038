"""The words of an index and their vectors, kept in its folder."""

from pathlib import Path

import numpy as np
import pytest

from matcher.embedding.word_vectors import VECTORS_FILE, WORDS_FILE, WordTable
from matcher.errors import IndexUnavailableError

VECTORS = np.array([[1, 0], [0.6, 0.8]], dtype=np.float16)


def some() -> WordTable:
    return WordTable(["轴承", "x\u2028y"], VECTORS)  # a separator that is no end of line here


def test_known_words_have_their_vectors(tmp_path: Path) -> None:
    some().save(tmp_path)
    for held in (some(), WordTable.open(tmp_path)):
        assert len(held) == 2
        found = held.of(["x\u2028y", "水泵", "轴承", "轴承"])
        assert list(found) == ["x\u2028y", "轴承"]
        assert found["轴承"].dtype == np.float32
        np.testing.assert_array_equal(found["x\u2028y"], VECTORS[1].astype(np.float32))


def test_a_table_without_a_word_knows_none(tmp_path: Path) -> None:
    WordTable.empty().save(tmp_path)
    for held in (WordTable.empty(), WordTable.open(tmp_path)):
        assert len(held) == 0
        assert held.of(["轴承"]) == {}


@pytest.mark.parametrize("name", [VECTORS_FILE, WORDS_FILE])
def test_what_is_damaged_or_gone_is_said_with_the_mend(tmp_path: Path, name: str) -> None:
    some().save(tmp_path)
    (tmp_path / name).write_bytes(b"\x93NUMPY")
    with pytest.raises(IndexUnavailableError, match=r"words .* matcher index --full"):
        WordTable.open(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(IndexUnavailableError, match=r"words .* matcher index --full"):
        WordTable.open(tmp_path)
