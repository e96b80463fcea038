"""Table of words and vectors in an index folder."""

from pathlib import Path

import numpy as np
import pytest

from matcher.embedding.word_vectors import VECTORS_FILE, WORDS_FILE, WordTable
from matcher.errors import IndexUnavailableError

VECTORS = np.array([[1, 0], [0.6, 0.8]], dtype=np.float16)


def word_table() -> WordTable:
    return WordTable(["轴承", "x\u2028y"], VECTORS)  # U+2028 does not end a line of the file


def test_known_words_have_their_vectors(tmp_path: Path) -> None:
    word_table().save(tmp_path)
    for table in (word_table(), WordTable.open(tmp_path)):
        assert len(table) == 2
        assert [table.row(word) for word in ("x\u2028y", "水泵", "轴承")] == [1, None, 0]
        vectors = table.vectors(np.array([1, 0, 1]))
        assert vectors.dtype == np.float32
        np.testing.assert_array_equal(vectors, VECTORS[[1, 0, 1]].astype(np.float32))


def test_an_empty_table_has_no_word(tmp_path: Path) -> None:
    WordTable.empty().save(tmp_path)
    for table in (WordTable.empty(), WordTable.open(tmp_path)):
        assert len(table) == 0
        assert table.row("轴承") is None and len(table.vectors(np.empty(0, np.int64))) == 0


@pytest.mark.parametrize("name", [VECTORS_FILE, WORDS_FILE])
def test_a_damaged_or_missing_file_is_an_error_with_the_remedy(tmp_path: Path, name: str) -> None:
    word_table().save(tmp_path)
    (tmp_path / name).write_bytes(b"\x93NUMPY")
    with pytest.raises(IndexUnavailableError, match=r"words .* matcher index --full"):
        WordTable.open(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(IndexUnavailableError, match=r"words .* matcher index --full"):
        WordTable.open(tmp_path)
