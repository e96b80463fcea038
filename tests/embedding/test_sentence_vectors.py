"""Vectors of sentences by patent in an index folder."""

from pathlib import Path

import numpy as np
import pytest

from matcher.embedding.sentence_vectors import (
    OWNERS_FILE,
    VECTORS_FILE,
    SegmentSentences,
    SentenceVectors,
)
from matcher.errors import IndexUnavailableError
from matcher.types import PatentRow

VECTORS = np.array([[1, 0], [0.6, 0.8], [0, 1]], dtype=np.float16)


def sentence_vectors() -> SentenceVectors:
    return SentenceVectors.of([PatentRow(3), PatentRow(5), PatentRow(9)], [2, 0, 1], VECTORS)


@pytest.mark.parametrize(("patent", "rows"), [(3, [0, 1]), (9, [2]), (5, []), (4, []), (99, [])])
def test_each_patent_has_its_sentences_in_order(
    tmp_path: Path, patent: int, rows: list[int]
) -> None:
    sentence_vectors().save(tmp_path)
    for sentences in (sentence_vectors(), SentenceVectors.open(tmp_path)):
        assert len(sentences) == 3
        vectors = sentences.of_patent(PatentRow(patent))
        assert vectors.dtype == np.float32
        np.testing.assert_array_equal(vectors, VECTORS[rows].astype(np.float32))


def test_a_catalogue_without_a_sentence_is_saved_and_opened(tmp_path: Path) -> None:
    none = SentenceVectors.of([PatentRow(1)], [0], np.empty((0, 2), np.float16))
    none.save(tmp_path)
    assert SentenceVectors.open(tmp_path).of_patent(PatentRow(1)).shape == (0, 2)


@pytest.mark.parametrize("name", [VECTORS_FILE, OWNERS_FILE])
def test_a_damaged_or_missing_file_is_an_error_with_the_remedy(tmp_path: Path, name: str) -> None:
    sentence_vectors().save(tmp_path)
    (tmp_path / name).write_bytes(b"\x93NUMPY")
    with pytest.raises(IndexUnavailableError, match=r"sentences .* matcher index --full"):
        SentenceVectors.open(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(IndexUnavailableError, match=r"sentences .* matcher index --full"):
        SentenceVectors.open(tmp_path)


def test_segments_leave_out_the_patents_deleted_from_them() -> None:
    newer = SentenceVectors.of([PatentRow(3)], [1], VECTORS[2:3])
    gone = np.array([3, 5], dtype=np.int64)
    segments = SegmentSentences([(sentence_vectors(), gone), (newer, np.empty(0, np.int64))])
    np.testing.assert_array_equal(segments.of_patent(PatentRow(3)), VECTORS[2:3])
    assert segments.of_patent(PatentRow(9)).shape == (1, 2)
    alone = SegmentSentences([(sentence_vectors(), gone)])
    assert alone.of_patent(PatentRow(3)).shape == (0, 2), "it has no text any more"
