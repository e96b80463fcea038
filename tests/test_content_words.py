"""Which words say something, and that each is read once whatever texts hold it."""

import re
from collections.abc import Sequence

import numpy as np
import pytest

from matcher.content_words import ContentWords, is_content_word
from matcher.evidence import Span
from matcher.ports import Vectors
from models.fake import FakeEncoder


class WordedEncoder(FakeEncoder):
    """Words are what blanks part; notes what it read."""

    def __init__(self, *, has_spans: bool = True, has_vectors: bool = True) -> None:
        super().__init__()
        self.read: list[str] = []
        self._has_spans, self._has_vectors = has_spans, has_vectors

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
        spans = [tuple(one.span() for one in re.finditer(r"\S+", text)) for text in texts]
        return spans if self._has_spans else None

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        self.read += words
        return self.encode(words, "passage") if self._has_vectors else None


@pytest.mark.parametrize(
    "empty", ["wherein", "所述", "the", "5mm", "膜", "kg", "120", "其特征在于"]
)
def test_words_that_say_nothing_are_no_content_words(empty: str) -> None:
    assert not is_content_word(empty)
    found = ContentWords(WordedEncoder()).of([f"{empty} bearing {empty}"])
    assert [one.spans for one in found.values()] == [((len(empty) + 1, len(empty) + 8),)]


@pytest.mark.parametrize("word", ["轴承", "bearing", "PVC", "H2SO4"])
def test_technical_words_say_something(word: str) -> None:
    assert is_content_word(word)


def test_each_word_has_its_own_vector_and_is_read_once() -> None:
    encoder = WordedEncoder()
    content = ContentWords(encoder)
    found = content.of(["steel pump", "pump of steel", "the"])
    first, second = found["steel pump"], found["pump of steel"]
    assert first.spans == ((0, 5), (6, 10)) and second.spans == ((0, 4), (8, 13))
    np.testing.assert_array_equal(first.vectors, second.vectors[::-1])
    assert found["the"].spans == () and len(found["the"].vectors) == 0
    content.of(["steel valve"])
    assert encoder.read == ["steel", "pump", "valve"]


@pytest.mark.parametrize(
    "encoder", [FakeEncoder(), WordedEncoder(has_spans=False), WordedEncoder(has_vectors=False)]
)
def test_a_model_that_cannot_tell_words_apart_has_none(encoder: FakeEncoder) -> None:
    assert ContentWords(encoder).of(["steel pump"]) == {}
