"""Words and their vectors: with a model of one layer made here, and with the built-in one."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from matcher.ports import WordVectors
from models.loading import BUILTIN_FOLDER
from models.token_vectors import word_vectors
from tests.models.test_sentence_transformer import WINDOW, make_model


def load(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": "float32"})


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(make_model(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def builtin() -> Any:
    return load(BUILTIN_FOLDER)


def of(model: Any, *texts: str, **options: Any) -> list[WordVectors]:
    listed = word_vectors(model, texts, **options)
    assert listed is not None and len(listed) == len(texts)
    return listed


def spelled(text: str, words: WordVectors) -> list[str]:
    return [text[a:b] for a, b in words.spans]


def test_words_are_put_together_and_punctuation_is_left_out(tiny: Any) -> None:
    text = "the steel valve, 阀门 pumping 12。"
    (words,) = of(tiny, text)
    assert spelled(text, words) == ["the", "steel", "valve", "阀", "门", "pumping", "12"]
    assert words.vectors.dtype == np.float32 and words.vectors.shape == (7, 32)
    np.testing.assert_allclose(np.linalg.norm(words.vectors, axis=1), 1, atol=1e-5)


def test_a_words_vector_is_the_mean_of_its_tokens(tiny: Any) -> None:
    text = "pumping"
    encoded = tiny.tokenizer([text], return_tensors="pt")
    rows = tiny[0](dict(encoded))["token_embeddings"][0, 1:-1].detach().numpy()
    assert len(rows) > 1
    mean = rows.mean(axis=0)
    (words,) = of(tiny, text)
    np.testing.assert_allclose(words.vectors[0], mean / np.linalg.norm(mean), atol=1e-5)


def test_texts_of_a_batch_do_not_change_each_other(tiny: Any) -> None:
    texts = ["阀门", "the steel valve of a pump", "", "轴承，钢"]
    together = of(tiny, *texts)
    for text, words in zip(texts, together, strict=True):
        (alone,) = of(tiny, text)
        assert alone.spans == words.spans
        np.testing.assert_allclose(alone.vectors, words.vectors, atol=1e-5)
    for one, other in zip(of(tiny, *texts, batch_size=2), together, strict=True):
        assert one.spans == other.spans
    assert together[2].vectors.shape == (0, 32)


def test_a_text_longer_than_the_window_keeps_every_word(tiny: Any) -> None:
    text = "steel valve pump " * WINDOW
    assert spelled(text, of(tiny, text)[0]) == text.split()


def test_the_prefix_has_no_word_but_changes_the_vectors(tiny: Any) -> None:
    (plain,), (prefixed,) = of(tiny, "steel valve"), of(tiny, "steel valve", prefix="pump: ")
    assert prefixed.spans == plain.spans == ((0, 5), (6, 11))
    assert not np.allclose(prefixed.vectors, plain.vectors, atol=1e-3)


def test_a_tokenizer_without_offsets_gives_none(tiny: Any) -> None:
    assert word_vectors(SimpleNamespace(tokenizer=SimpleNamespace(is_fast=False)), ["a"]) is None
    assert word_vectors(SimpleNamespace(), ["a"]) is None


def test_a_first_module_without_token_vectors_gives_none(tiny: Any) -> None:
    class Pooled:
        tokenizer, max_seq_length, device = tiny.tokenizer, WINDOW, tiny.device

        def __getitem__(self, place: int) -> Any:
            return lambda features: {"sentence_embedding": features["input_ids"]}

    assert word_vectors(Pooled(), ["valve"]) is None


def test_the_builtin_model_gives_chinese_words_whole(builtin: Any) -> None:
    text = "ＰＥ隔膜的环形光源, lithium-ion separators 0.6秒"
    words = spelled(text, of(builtin, text)[0])
    assert {"ＰＥ", "隔膜", "环形", "光源", "lithium", "ion", "separators"} <= set(words)


def test_the_builtin_model_has_words_of_two_languages_near(builtin: Any) -> None:
    chinese, english = of(builtin, "滚动轴承的振动", "vibration of rolling bearings")
    near = chinese.vectors @ english.vectors.T
    words = spelled("滚动轴承的振动", chinese)
    assert near[words.index("振动")].argmax() == 0
    assert near[words.index("滚动轴承")].argmax() in (2, 3)
