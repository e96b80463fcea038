from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.embedding.passage_table import FILE, PassageTable, best_per_group
from matcher.errors import IndexUnavailableError
from matcher.types import Passage, PatentRow


def table() -> PassageTable:
    """Table of patent 3: abstract (two vectors), claim 1; patent 8: abstract, claim 2."""
    passages = [
        Passage(PatentRow(3), "abstract", None, "a"),
        Passage(PatentRow(3), "claim", 1, "b"),
        Passage(PatentRow(8), "abstract", None, "c"),
        Passage(PatentRow(8), "claim", 2, "d"),
    ]
    return PassageTable.of(passages, [2, 1, 1, 1])


def test_vectors_map_to_passages_and_patents() -> None:
    assert table().patents_of_vectors(np.array([4, 0, 1, -1])).tolist() == [3, 8]
    assert table().passages_of(np.array([8])).tolist() == [2, 3]
    assert table().passages_of(np.array([5])).tolist() == []
    assert table().vectors_of(np.array([0, 3])).tolist() == [0, 1, 4]


def test_a_saved_table_opens_the_same(tmp_path: Path) -> None:
    table().save(tmp_path)
    opened = PassageTable.open(tmp_path)
    np.testing.assert_array_equal(opened.patent, table().patent)
    np.testing.assert_array_equal(opened.claim, [0, 1, 0, 2])
    np.testing.assert_array_equal(opened.vector_passage, [0, 0, 1, 2, 3])


@pytest.mark.parametrize("content", [b"", b"PK no archive", b"text"])
def test_a_damaged_table_is_an_error_with_the_remedy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IndexUnavailableError, match="matcher index --full"):
        PassageTable.open(tmp_path)


def test_a_table_without_all_columns_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    np.savez(tmp_path / FILE, patent=[1])
    with pytest.raises(IndexUnavailableError, match="matcher index --full"):
        PassageTable.open(tmp_path)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.floats(-1, 1)), max_size=30),
    st.sets(st.integers(0, 6)),
)
def test_best_per_group_is_the_maximum_of_each_wanted_group(
    scored: list[tuple[int, float]], wanted: set[int]
) -> None:
    groups = np.array([group for group, _ in scored], dtype=np.int64)
    scores = np.array([score for _, score in scored], dtype=np.float64)
    best = best_per_group(groups, scores, np.array(sorted(wanted), dtype=np.int64))
    for group, score in zip(sorted(wanted), best, strict=True):
        own = [value for owner, value in scored if owner == group]
        assert (score == max(own)) if own else np.isnan(score)
