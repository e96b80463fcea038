"""Words of indexed texts, by the hash of the text."""

from pathlib import Path

import pytest

from matcher.embedding.text_words import (
    EMPTY,
    FOLDER,
    MAX_TEXT,
    RARE,
    TextWordsBuilder,
    TextWordTable,
)
from matcher.errors import IndexUnavailableError


def built() -> TextWordTable:
    builder = TextWordsBuilder()
    builder.add("阀门\n钢制阀门与水泵", 3, [(0, 2), (3, 5), (5, 7), (7, 8), (8, 10)])
    builder.add("水泵", 0, [(0, 2)])
    builder.add("水泵", 0, [(0, 2)])
    assert builder.most_frequent(2) == ["水泵", "阀门"]
    return builder.build(["水泵", "阀门"])


def test_words_of_a_text_are_found_again(tmp_path: Path) -> None:
    built().save(tmp_path)
    for table in (built(), TextWordTable.open(tmp_path)):
        assert len(table) == 2
        words = table.of("钢制阀门与水泵")
        assert words is not None
        assert words.spans.tolist() == [[0, 2], [2, 4], [4, 5], [5, 7]]
        assert words.rows.tolist() == [RARE, 1, EMPTY, 0]
        alone = table.of("水泵")
        assert alone is not None and alone.rows.tolist() == [0]
        assert table.of("钢制阀门与水泵。") is None and table.of("") is None


def test_a_text_longer_than_places_go_is_left_out() -> None:
    builder = TextWordsBuilder()
    builder.add("泵" * (MAX_TEXT + 1), 0, [(0, 2)])
    builder.add("水泵" * 3, 0, [(0, 2)])
    table = builder.build([])
    assert len(table) == 1 and table.of("水泵" * 3) is not None


def test_an_empty_table_has_no_text(tmp_path: Path) -> None:
    TextWordTable.empty().save(tmp_path)
    for table in (TextWordTable.empty(), TextWordTable.open(tmp_path)):
        assert len(table) == 0 and table.of("水泵") is None


def test_a_damaged_file_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    built().save(tmp_path)
    (tmp_path / FOLDER / "rows.npy").write_bytes(b"")
    with pytest.raises(IndexUnavailableError, match=r"words of texts .* matcher index --full"):
        TextWordTable.open(tmp_path)
