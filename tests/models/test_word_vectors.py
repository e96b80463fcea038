"""Words and their vectors: with a model of one layer made here, and with the built-in one."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from matcher.ports import Vectors
from models.loading import BUILTIN_FOLDER
from models.word_vectors import word_spans, word_vectors
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


def spelled(model: Any, text: str) -> list[str]:
    listed = word_spans(model.tokenizer, [text])
    assert listed is not None
    return [text[a:b] for a, b in listed[0]]


def vectors(model: Any, *words: str, **options: Any) -> Vectors:
    rows = word_vectors(model, words, **options)
    assert rows is not None
    return rows


def test_words_are_put_together_and_punctuation_is_left_out(tiny: Any) -> None:
    text = "the steel valve, 阀门 pumping 12。"
    assert spelled(tiny, text) == ["the", "steel", "valve", "阀", "门", "pumping", "12"]
    assert word_spans(tiny.tokenizer, ["", "，"]) == [(), ()]
    assert word_spans(tiny.tokenizer, []) == []


def test_a_text_longer_than_the_window_keeps_every_word(tiny: Any) -> None:
    text = "steel valve pump " * WINDOW
    assert spelled(tiny, text) == text.split()


def test_a_words_vector_is_the_unit_mean_of_its_tokens(tiny: Any) -> None:
    encoded = tiny.tokenizer(["pumping"], return_tensors="pt")
    rows = tiny[0](dict(encoded))["token_embeddings"][0, 1:-1].detach().numpy()
    assert len(rows) > 1
    mean = rows.mean(axis=0)
    (found,) = vectors(tiny, "pumping")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, mean / np.linalg.norm(mean), atol=1e-5)


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


def test_what_has_no_token_has_no_direction(tiny: Any) -> None:
    assert not vectors(tiny, " ").any()


def test_a_tokenizer_without_offsets_gives_none() -> None:
    assert word_spans(SimpleNamespace(is_fast=False), ["a"]) is None
    assert word_spans(None, ["a"]) is None


def test_a_first_module_without_token_vectors_gives_none(tiny: Any) -> None:
    class Pooled:
        tokenizer, max_seq_length, device = tiny.tokenizer, WINDOW, tiny.device

        def __getitem__(self, place: int) -> Any:
            return lambda features: {"sentence_embedding": features["input_ids"]}

        def get_embedding_dimension(self) -> int:
            return 32

    assert word_vectors(Pooled(), ["valve"]) is None


def test_the_builtin_model_gives_chinese_words_whole(builtin: Any) -> None:
    words = spelled(builtin, "ＰＥ隔膜的环形光源, lithium-ion separators 0.6秒")
    assert {"ＰＥ", "隔膜", "环形", "光源", "lithium", "ion", "separators"} <= set(words)


def test_the_builtin_model_has_words_of_two_languages_near(builtin: Any) -> None:
    near = vectors(builtin, "振动", "轴承") @ vectors(builtin, "vibration", "of", "bearings").T
    assert near[0].argmax() == 0
    assert near[1].argmax() == 2
