"""Late chunking with a small real model."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import ModelError
from matcher.ports import Vectors
from matcher.text.highlights import Span
from models.sentence_transformer import SentenceTransformerEncoder
from tests.support.small_models import (
    WINDOW,
    load_small_model,
    make_model,
    plain_model,
    token_count,
)

TEXT = "钢阀门泵。轴承电池。"
FIRST, SECOND = (0, 5), (5, 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "by mean")


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SentenceTransformerEncoder:
    return load_small_model(folder)


@pytest.fixture(scope="module", params=["first token", "prompt", "cut vector"])
def no_late_chunking(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> SentenceTransformerEncoder:
    """The same model without mean pooling, with a default prompt or with truncated vectors."""
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
    return load_small_model(copy)


def token_means(folder: Path, text: str, *spans: Span) -> Vectors:
    """Mean of the token vectors of each span: each character of TEXT is one token."""
    import torch

    model = plain_model(folder)
    inputs = model.tokenizer([text], return_tensors="pt")
    with torch.inference_mode():
        tokens = model[0](dict(inputs))["token_embeddings"][0, 1:-1].numpy()
    assert len(tokens) == len(text)
    means: Vectors = np.stack([tokens[a:b].mean(axis=0) for a, b in spans])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return means


def test_a_span_is_the_mean_of_its_tokens_within_the_text(
    folder: Path, encoder: SentenceTransformerEncoder
) -> None:
    (vectors,) = encoder.encode_spans([TEXT], [[FIRST, None, SECOND]], "query")
    assert vectors.shape == (3, 32) and vectors.dtype == np.float32
    np.testing.assert_allclose(vectors[[0, 2]], token_means(folder, TEXT, FIRST, SECOND), atol=1e-5)
    np.testing.assert_allclose(vectors[1:2], encoder.encode([TEXT], "query"), atol=1e-6)
    alone = encoder.encode([TEXT[slice(*FIRST)]], "query")[0]
    assert vectors[0] @ alone < 0.999, "the context matters"


def test_spans_of_many_texts_keep_their_order_and_report_progress(
    encoder: SentenceTransformerEncoder,
) -> None:
    texts = [TEXT, "泵", *("阀门" * n for n in range(1, 7)), "a pump of steel"]
    spans: list[list[Span | None]] = [
        [FIRST, SECOND],
        [None],
        *([(0, 2), None] for _ in range(6)),
        [(2, 6)],
    ]
    progress: list[int] = []
    encoded = encoder.encode_spans(texts, spans, "passage", progress.append)
    assert [len(vectors) for vectors in encoded] == [len(own) for own in spans]
    assert progress == sorted(progress) and progress[-1] == len(texts)
    for text, own, vectors in zip(texts, spans, encoded, strict=True):
        (alone,) = encoder.encode_spans([text], [own], "passage")
        np.testing.assert_allclose(vectors, alone, atol=1e-5)
    assert encoder.encode_spans([], [], "query") == []
    with pytest.raises(ModelError, match="empty text"):
        encoder.encode_spans(["阀门", " "], [[None], [None]], "query")


def test_a_prefix_belongs_to_no_span(folder: Path, encoder: SentenceTransformerEncoder) -> None:
    prefixed = load_small_model(folder, query_prefix="the pump: ")
    (vectors,) = prefixed.encode_spans(["钢阀门"], [[(0, 1), (1, 3)]], "query")
    (expected,) = encoder.encode_spans(["the pump: 钢阀门"], [[(10, 11), (11, 13)]], "query")
    np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_a_span_without_a_token_has_the_vector_of_the_text(
    encoder: SentenceTransformerEncoder,
) -> None:
    (vectors,) = encoder.encode_spans(["阀门\n泵"], [[(2, 3), None]], "query")
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_a_model_that_does_more_than_mean_pooling_encodes_each_span_alone(
    no_late_chunking: SentenceTransformerEncoder, encoder: SentenceTransformerEncoder
) -> None:
    (vectors,) = no_late_chunking.encode_spans([TEXT], [[FIRST, SECOND]], "query")
    alone = no_late_chunking.encode([TEXT[slice(*FIRST)], TEXT[slice(*SECOND)]], "query")
    np.testing.assert_allclose(vectors, alone, atol=1e-6)
    assert no_late_chunking.split_with_title("钢泵", TEXT, "passage") == [(TEXT, (0, len(TEXT)))]
    same = encoder.encode([TEXT], "query")
    changed = no_late_chunking.encode([TEXT], "query")
    assert changed.shape != same.shape or (changed @ same.T).item() < 0.999


def test_pieces_behind_a_title_fit_and_lose_nothing(
    folder: Path, encoder: SentenceTransformerEncoder
) -> None:
    for title in ("钢泵", "钢泵" * 20, "", "\n"):
        pieces = encoder.split_with_title(title, TEXT * 3, "passage")
        assert "".join(text[a:b] for text, (a, b) in pieces) == TEXT * 3
        assert max(token_count(folder, text) for text, _ in pieces) <= WINDOW
        fronts = {text[:a].strip() for text, (a, _) in pieces}
        assert len(fronts) == 1 and title.startswith(fronts.pop())
    ((text, span),) = encoder.split_with_title("钢泵", "阀门", "passage")
    assert (text, span) == ("钢泵\n阀门", (3, 5))
    assert encoder.split_with_title("钢泵", " ", "passage") == []
