"""Parts of a text as a small real model reads them within it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import ModelError
from matcher.ports import Vectors
from matcher.text.highlights import Span
from models.sentence_transformer import SentenceTransformerEncoder
from tests.models.test_sentence_transformer import WINDOW, load, make_model, token_count

TEXT = "钢阀门泵。轴承电池。"
FIRST, SECOND = (0, 5), (5, 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "by mean")


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SentenceTransformerEncoder:
    return load(folder)


@pytest.fixture(scope="module", params=["first token", "prompt", "cut vector"])
def reading_alone(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> SentenceTransformerEncoder:
    """The same model, but its first token speaks for a text, or it does more than take a mean."""
    file, name, value = {
        "first token": ("1_Pooling/config.json", "pooling_mode", "cls"),
        "prompt": ("config_sentence_transformers.json", "default_prompt_name", "it"),
        "cut vector": ("config_sentence_transformers.json", "truncate_dim", 8),
    }[request.param]
    copy = shutil.copytree(folder, tmp_path_factory.mktemp("models") / "copy")
    values = json.loads((copy / file).read_text("utf-8"))
    values[name] = value
    if name == "default_prompt_name":
        values["prompts"] = {"it": "the pump "}
    (copy / file).write_text(json.dumps(values), "utf-8")
    return load(copy)


def token_means(encoder: SentenceTransformerEncoder, text: str, *spans: Span) -> Vectors:
    """The mean of the token vectors of each span: each character of TEXT is one token."""
    import torch

    read = encoder._model.tokenizer([text], return_tensors="pt")
    with torch.inference_mode():
        tokens = encoder._model[0](dict(read))["token_embeddings"][0, 1:-1].numpy()
    assert len(tokens) == len(text)
    means: Vectors = np.stack([tokens[a:b].mean(axis=0) for a, b in spans])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return means


def test_a_span_is_the_mean_of_its_tokens_within_the_text(
    encoder: SentenceTransformerEncoder,
) -> None:
    (found,) = encoder.encode_within([TEXT], [[FIRST, None, SECOND]], "query")
    assert found.shape == (3, 32) and found.dtype == np.float32
    np.testing.assert_allclose(found[[0, 2]], token_means(encoder, TEXT, FIRST, SECOND), atol=1e-5)
    np.testing.assert_allclose(found[1:2], encoder.encode([TEXT], "query"), atol=1e-6)
    alone = encoder.encode([TEXT[slice(*FIRST)]], "query")[0]
    assert found[0] @ alone < 0.999, "what stands around it matters"


def test_many_texts_come_in_their_order_and_tell_their_progress(
    encoder: SentenceTransformerEncoder,
) -> None:
    texts = [TEXT, "泵", *("阀门" * n for n in range(1, 7)), "a pump of steel"]
    spans: list[list[Span | None]] = [
        [FIRST, SECOND],
        [None],
        *([(0, 2), None] for _ in range(6)),
        [(2, 6)],
    ]
    told: list[int] = []
    found = encoder.encode_within(texts, spans, "passage", told.append)
    assert [len(one) for one in found] == [len(own) for own in spans]
    assert told == sorted(told) and told[-1] == len(texts)
    for text, own, vectors in zip(texts, spans, found, strict=True):
        (alone,) = encoder.encode_within([text], [own], "passage")
        np.testing.assert_allclose(vectors, alone, atol=1e-5)
    assert encoder.encode_within([], [], "query") == []
    with pytest.raises(ModelError, match="empty text"):
        encoder.encode_within(["阀门", " "], [[None], [None]], "query")


def test_a_prefix_belongs_to_no_span(folder: Path, encoder: SentenceTransformerEncoder) -> None:
    prefixed = load(folder, query_prefix="the pump: ")
    (found,) = prefixed.encode_within(["钢阀门"], [[(0, 1), (1, 3)]], "query")
    (expected,) = encoder.encode_within(["the pump: 钢阀门"], [[(10, 11), (11, 13)]], "query")
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_span_without_a_token_says_what_the_text_says(
    encoder: SentenceTransformerEncoder,
) -> None:
    (found,) = encoder.encode_within(["阀门\n泵"], [[(2, 3), None]], "query")
    np.testing.assert_array_equal(found[0], found[1])


def test_a_model_that_does_not_just_take_the_mean_reads_each_span_by_itself(
    reading_alone: SentenceTransformerEncoder, encoder: SentenceTransformerEncoder
) -> None:
    (found,) = reading_alone.encode_within([TEXT], [[FIRST, SECOND]], "query")
    alone = reading_alone.encode([TEXT[slice(*FIRST)], TEXT[slice(*SECOND)]], "query")
    np.testing.assert_allclose(found, alone, atol=1e-6)
    assert reading_alone.split_behind("钢泵", TEXT, "passage") == [(TEXT, (0, len(TEXT)))]
    same = encoder.encode([TEXT], "query")
    changed = reading_alone.encode([TEXT], "query")
    assert changed.shape != same.shape or (changed @ same.T).item() < 0.999


def test_pieces_behind_a_head_fit_and_lose_nothing(encoder: SentenceTransformerEncoder) -> None:
    for head in ("钢泵", "钢泵" * 20, "", "\n"):
        found = encoder.split_behind(head, TEXT * 3, "passage")
        assert "".join(text[a:b] for text, (a, b) in found) == TEXT * 3
        assert max(token_count(encoder, text) for text, _ in found) <= WINDOW
        kept = {text[:a].strip() for text, (a, _) in found}
        assert len(kept) == 1 and head.startswith(kept.pop())
    ((text, span),) = encoder.split_behind("钢泵", "阀门", "passage")
    assert (text, span) == ("钢泵\n阀门", (3, 5))
    assert encoder.split_behind("钢泵", " ", "passage") == []
