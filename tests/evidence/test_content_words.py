"""Content words of texts, each encoded once for all texts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.embedding.text_words import TextWordsBuilder, TextWordTable
from matcher.embedding.word_vectors import WordTable
from matcher.evidence.content_words import ContentWords
from matcher.text.content_words import is_content_word
from models.fake import FakeEncoder
from tests.support.engines import WordedEncoder


@pytest.mark.parametrize("word", ["wherein", "所述", "the", "5mm", "膜", "kg", "120", "其特征在于"])
def test_stop_words_and_patent_formulas_are_no_content_words(word: str) -> None:
    assert not is_content_word(word)
    by_text = ContentWords(WordedEncoder(), WordTable.empty(), TextWordTable.empty()).of(
        [f"{word} bearing {word}"]
    )
    assert [words.spans for words in by_text.values()] == [((len(word) + 1, len(word) + 8),)]


@pytest.mark.parametrize("word", ["轴承", "bearing", "PVC", "H2SO4"])
def test_technical_words_are_content_words(word: str) -> None:
    assert is_content_word(word)


def test_each_word_has_its_vector_and_is_encoded_once() -> None:
    encoder = WordedEncoder()
    content = ContentWords(encoder, WordTable.empty(), TextWordTable.empty())
    by_text = content.of(["steel pump", "pump of steel", "the"])
    first, second = by_text["steel pump"], by_text["pump of steel"]
    assert first.spans == ((0, 5), (6, 10)) and second.spans == ((0, 4), (8, 13))
    np.testing.assert_array_equal(first.vectors, second.vectors[::-1])
    assert by_text["the"].spans == () and len(by_text["the"].vectors) == 0
    content.of(["steel valve"])
    assert encoder.read == ["steel", "pump", "valve"]


def test_a_word_of_the_index_is_not_encoded() -> None:
    encoder = WordedEncoder()
    known = WordTable(["pump"], encoder.encode(["pump"], "passage").astype(np.float16))
    words = ContentWords(encoder, known, TextWordTable.empty()).of(["steel pump"])["steel pump"]
    assert encoder.read == ["steel"]
    expected = encoder.encode(["steel", "pump"], "passage")
    np.testing.assert_allclose(words.vectors, expected, atol=1e-3)


def test_an_indexed_text_needs_no_tokenizer(tmp_path: Path) -> None:
    encoder = WordedEncoder()
    text = "the steel pump of a valve"
    builder = TextWordsBuilder()
    spans = encoder.words([f"A pump\n{text}"])
    assert spans is not None
    builder.add(f"A pump\n{text}", len("A pump\n"), spans[0])
    known = WordTable(["pump"], encoder.encode(["pump"], "passage").astype(np.float16))
    builder.build(["pump"]).save(tmp_path)
    expected = ContentWords(WordedEncoder(), known, TextWordTable.empty()).of([text])[text]

    class NoTokenizer(WordedEncoder):
        def words(self, texts: Sequence[str]) -> Any:
            assert not texts
            return super().words(texts)

    found = ContentWords(NoTokenizer(), known, TextWordTable.open(tmp_path)).of([text])[text]
    assert (found.spans, found.every) == (expected.spans, expected.every)
    np.testing.assert_array_equal(found.vectors, expected.vectors)


@pytest.mark.parametrize(
    "encoder", [FakeEncoder(), WordedEncoder(has_spans=False), WordedEncoder(has_vectors=False)]
)
def test_an_encoder_without_words_gives_no_content_words(encoder: FakeEncoder) -> None:
    assert ContentWords(encoder, WordTable.empty(), TextWordTable.empty()).of(["steel pump"]) == {}
