"""Which words say something, and that each is read once whatever texts hold it."""

import numpy as np
import pytest

from matcher.embedding.word_vectors import WordTable
from matcher.evidence.content_words import ContentWords
from matcher.text.content_words import is_content_word
from models.fake import FakeEncoder
from tests.support.engines import WordedEncoder


@pytest.mark.parametrize(
    "empty", ["wherein", "所述", "the", "5mm", "膜", "kg", "120", "其特征在于"]
)
def test_words_that_say_nothing_are_no_content_words(empty: str) -> None:
    assert not is_content_word(empty)
    found = ContentWords(WordedEncoder(), WordTable.empty()).of([f"{empty} bearing {empty}"])
    assert [one.spans for one in found.values()] == [((len(empty) + 1, len(empty) + 8),)]


@pytest.mark.parametrize("word", ["轴承", "bearing", "PVC", "H2SO4"])
def test_technical_words_say_something(word: str) -> None:
    assert is_content_word(word)


def test_each_word_has_its_own_vector_and_is_read_once() -> None:
    encoder = WordedEncoder()
    content = ContentWords(encoder, WordTable.empty())
    found = content.of(["steel pump", "pump of steel", "the"])
    first, second = found["steel pump"], found["pump of steel"]
    assert first.spans == ((0, 5), (6, 10)) and second.spans == ((0, 4), (8, 13))
    np.testing.assert_array_equal(first.vectors, second.vectors[::-1])
    assert found["the"].spans == () and len(found["the"].vectors) == 0
    content.of(["steel valve"])
    assert encoder.read == ["steel", "pump", "valve"]


def test_a_word_that_the_index_knows_is_not_read() -> None:
    encoder = WordedEncoder()
    known = WordTable(["pump"], encoder.encode(["pump"], "passage").astype(np.float16))
    found = ContentWords(encoder, known).of(["steel pump"])["steel pump"]
    assert encoder.read == ["steel"]
    wanted = encoder.encode(["steel", "pump"], "passage")
    np.testing.assert_allclose(found.vectors, wanted, atol=1e-3)


@pytest.mark.parametrize(
    "encoder", [FakeEncoder(), WordedEncoder(has_spans=False), WordedEncoder(has_vectors=False)]
)
def test_a_model_that_cannot_tell_words_apart_has_none(encoder: FakeEncoder) -> None:
    assert ContentWords(encoder, WordTable.empty()).of(["steel pump"]) == {}
