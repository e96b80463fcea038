"""Words and their vectors, with a small model and with the built-in one."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from matcher.ports import Vectors
from models.loading import BUILTIN_FOLDER
from models.word_vectors import word_spans, word_vectors
from tests.support.small_models import WINDOW, make_model, plain_model


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return plain_model(make_model(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def builtin() -> Any:
    return plain_model(BUILTIN_FOLDER)


def word_texts(model: Any, text: str) -> list[str]:
    spans = word_spans(model.tokenizer, [text])
    assert spans is not None
    return [text[a:b] for a, b in spans[0]]


def vectors(model: Any, *words: str, **options: Any) -> Vectors:
    rows = word_vectors(model, words, **options)
    assert rows is not None
    return rows


def test_tokens_make_words_and_punctuation_is_left_out(tiny: Any) -> None:
    text = "the steel valve, 阀门 pumping 12。"
    assert word_texts(tiny, text) == ["the", "steel", "valve", "阀", "门", "pumping", "12"]
    assert word_spans(tiny.tokenizer, ["", "，"]) == [(), ()]
    assert word_spans(tiny.tokenizer, []) == []


def test_a_text_longer_than_the_window_keeps_every_word(tiny: Any) -> None:
    text = "steel valve pump " * WINDOW
    assert word_texts(tiny, text) == text.split()


def test_a_words_vector_is_the_unit_mean_of_its_tokens(tiny: Any) -> None:
    encoded = tiny.tokenizer(["pumping"], return_tensors="pt")
    rows = tiny[0](dict(encoded))["token_embeddings"][0, 1:-1].detach().numpy()
    assert len(rows) > 1
    mean = rows.mean(axis=0)
    (vector,) = vectors(tiny, "pumping")
    assert vector.dtype == np.float32
    np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)


def test_words_of_a_batch_do_not_change_each_other(tiny: Any) -> None:
    words = ["阀门", "steel", "pumping", "钢"]
    together = vectors(tiny, *words)
    alone = np.concatenate([vectors(tiny, word) for word in words])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(vectors(tiny, *words, batch_size=2), together, atol=1e-5)
    assert vectors(tiny).shape == (0, 32)


def test_the_prefix_does_not_count_but_changes_the_vectors(tiny: Any) -> None:
    plain, prefixed = vectors(tiny, "steel"), vectors(tiny, "steel", prefix="pump: ")
    assert not np.allclose(prefixed, plain, atol=1e-3)


def test_a_text_without_a_token_has_a_zero_vector(tiny: Any) -> None:
    assert not vectors(tiny, " ").any()


def test_a_tokenizer_without_offsets_gives_none() -> None:
    assert word_spans(SimpleNamespace(is_fast=False), ["a"]) is None
    assert word_spans(None, ["a"]) is None


def test_a_first_module_without_token_vectors_gives_none(tiny: Any) -> None:
    class Pooled:
        tokenizer, max_seq_length, device = tiny.tokenizer, WINDOW, tiny.device

        def __getitem__(self, index: int) -> Any:
            return lambda features: {"sentence_embedding": features["input_ids"]}

        def get_embedding_dimension(self) -> int:
            return 32

    assert word_vectors(Pooled(), ["valve"]) is None


def test_the_builtin_model_keeps_chinese_words_whole(builtin: Any) -> None:
    words = word_texts(builtin, "ＰＥ隔膜的环形光源, lithium-ion separators 0.6秒")
    assert {"ＰＥ", "隔膜", "环形", "光源", "lithium", "ion", "separators"} <= set(words)


def test_the_builtin_model_puts_a_word_near_its_translation(builtin: Any) -> None:
    cosines = vectors(builtin, "振动", "轴承") @ vectors(builtin, "vibration", "of", "bearings").T
    assert cosines.argmax(axis=1).tolist() == [0, 2]
