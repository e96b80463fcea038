"""The real thing, small: a model of one layer made here and loaded as any user's folder is."""

import json
import shutil
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from matcher.errors import ModelError
from models.loading import load_encoder
from models.sentence_transformer import SentenceTransformerEncoder

WINDOW = 16
WORDS = ("a", "the", "valve", "pump", "bearing", "of", "steel", *"阀门泵轴承钢隔膜电池。，.,123")


def make_model(folder: Path, *, seed: int = 0, halves: bool = False) -> Path:
    """A sentence-transformers folder: BERT of one layer, a tiny vocabulary, mean pooling."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel
    from transformers.models.bert import BertTokenizer

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *"bcdefghijklmnopqrstuvwxyz"]
    pieces += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz123"]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    bert = folder.parent / f"{folder.name}-bert"
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=WINDOW,
        initializer_range=0.5,
    )
    BertModel(config).save_pretrained(bert)
    BertTokenizer(vocab=vocabulary).save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=WINDOW)
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    model = SentenceTransformer(modules=[transformer, pooling], device="cpu")
    if halves:
        model.half()
    model.save(str(folder))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "a tiny model")


def load(folder: Path, **options: Any) -> SentenceTransformerEncoder:
    options.setdefault("compute_dtype", "float32")
    return SentenceTransformerEncoder("tiny", str(folder), device="cpu", **options)


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SentenceTransformerEncoder:
    return load(folder)


def token_count(encoder: SentenceTransformerEncoder, text: str) -> int:
    return len(encoder._model.tokenizer(text)["input_ids"])


def test_vectors_are_unit_float32_and_in_order(encoder: SentenceTransformerEncoder) -> None:
    texts = [
        "the steel valve of a pump",
        "阀门",
        "bearing",
        "隔膜电池，钢阀门。",
        "a pump",
        "1 2 3",
    ]
    told: list[int] = []
    vectors = load_small_batches(encoder).encode(texts, "passage", told.append)
    assert vectors.shape == (6, encoder.dimension) == (6, 32)
    assert vectors.dtype == np.float32 and vectors.flags.c_contiguous
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    alone = np.concatenate([encoder.encode([text], "passage") for text in texts])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)
    assert told == sorted(set(told)) and told[-1] == 6
    assert np.triu(vectors @ vectors.T, 1).max() < 0.999


def test_a_text_starts_a_batch_where_filling_up_the_others_costs_more(
    encoder: SentenceTransformerEncoder,
) -> None:
    assert encoder._batch_size == 8
    lengths = [30, 1, 10, 1, 150, 11, 330, 12, 31, 170, 1]
    batches = [
        [lengths[n] for n in batch] for batch in encoder._batches(["泵" * n for n in lengths])
    ]
    assert batches == [[1, 1, 1, 10, 11, 12, 30, 31], [150, 170], [330]]
    assert list(encoder._batches(["泵" * 151, "泵"])) == [[1, 0]]
    assert list(encoder._batches(["泵" * 152, "泵"])) == [[1], [0]]


def test_numpy_leaves_the_processor_to_the_model(folder: Path) -> None:
    with threadpool_limits(2, user_api="blas"):
        load_encoder(str(folder))
        threads = [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]
    assert threads and set(threads) == {1}


def load_small_batches(encoder: SentenceTransformerEncoder) -> SentenceTransformerEncoder:
    small = object.__new__(SentenceTransformerEncoder)
    small.__dict__.update(encoder.__dict__, _batch_size=2)
    return small


def test_no_text_gives_no_vector(encoder: SentenceTransformerEncoder) -> None:
    assert encoder.encode([], "query").shape == (0, 32)
    with pytest.raises(ModelError, match="empty text"):
        encoder.encode(["阀门", " "], "query")


@given(st.text(alphabet="阀门泵。，；. \nav1ö😀", max_size=120))
@settings(max_examples=60, deadline=None)
def test_a_split_loses_no_text_and_every_piece_fits(
    encoder: SentenceTransformerEncoder, text: str
) -> None:
    pieces = encoder.split(text, "passage")
    kept = "".join("".join(piece.split()) for piece in pieces)
    assert kept == "".join(text.split())
    assert all(piece.strip() for piece in pieces)
    assert all(token_count(encoder, piece) <= WINDOW for piece in pieces)


@pytest.mark.parametrize("times", range(4, 60))
def test_pieces_fit_where_a_word_is_cut(encoder: SentenceTransformerEncoder, times: int) -> None:
    # "pumppump" has five tokens, "pump" and "pump" have one each.
    pieces = encoder.split("pump" * times + "v", "passage")
    assert "".join(pieces) == "pump" * times + "v"
    assert max(token_count(encoder, piece) for piece in pieces) <= WINDOW


def test_a_text_that_fits_stays_whole(encoder: SentenceTransformerEncoder) -> None:
    text = "钢阀门，泵。the steel valve."
    assert encoder.split(f" {text}\n", "passage") == [text]
    assert encoder.split("", "query") == encoder.split(" \n\t", "query") == []


def test_a_long_text_is_cut_at_sentence_ends(encoder: SentenceTransformerEncoder) -> None:
    first, second = "钢阀门，钢泵，轴承。", "电池隔膜，钢。"
    assert encoder.split(first + second, "passage") == [first, second]


def test_a_piece_leaves_room_for_the_prefix(folder: Path) -> None:
    prefixed = load(folder, query_prefix="the steel pump: ")
    text = "钢阀门泵轴承电池隔膜钢泵" * 2
    for kind, prefix in (("query", "the steel pump: "), ("passage", "")):
        pieces = prefixed.split(text, kind)  # type: ignore[arg-type]
        assert "".join(pieces) == text
        assert max(token_count(prefixed, prefix + piece) for piece in pieces) <= WINDOW
    assert len(prefixed.split(text, "query")) > len(prefixed.split(text, "passage"))


def test_prefixes_are_put_before_the_text_by_kind(
    folder: Path, encoder: SentenceTransformerEncoder
) -> None:
    prefixed = load(folder, query_prefix="the pump ", passage_prefix="a steel ")
    for kind, prefix in (("query", "the pump "), ("passage", "a steel ")):
        np.testing.assert_allclose(
            prefixed.encode(["valve"], kind),  # type: ignore[arg-type]
            encoder.encode([prefix + "valve"], kind),  # type: ignore[arg-type]
            atol=1e-6,
        )


def test_the_fingerprint_changes_with_whatever_changes_vectors(
    folder: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    assert load(folder).fingerprint == encoder.fingerprint
    others = [
        load(make_model(tmp_path / "other", seed=1)),
        load(folder, query_prefix="query: "),
        load(folder, passage_prefix="query: "),
        load(folder, compute_dtype="bfloat16"),
    ]
    fingerprints = {encoder.fingerprint, *(other.fingerprint for other in others)}
    assert len(fingerprints) == 5


def test_the_fingerprint_does_not_hang_on_where_the_folder_is(
    folder: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    moved = shutil.copytree(folder, tmp_path / "moved")
    (moved / "README.md").write_text("another card")
    assert load(moved).fingerprint == encoder.fingerprint


def test_a_folder_saved_in_halves_computes_in_float32(
    tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    import torch

    halves = load(make_model(tmp_path / "halves", halves=True))
    assert halves.compute_dtype == "float32"
    assert {p.dtype for p in halves._model.parameters()} == {torch.float32}
    text = ["the steel valve of a pump"]
    similarity = halves.encode(text, "query") @ encoder.encode(text, "query").T
    assert similarity.item() > 0.9999


def test_bfloat16_gives_nearly_the_same_float32_vectors(
    folder: Path, encoder: SentenceTransformerEncoder
) -> None:
    other = load(folder, compute_dtype="bfloat16")
    assert other.compute_dtype == "bfloat16"
    vectors = other.encode(["the steel valve", "阀门"], "query")
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    same = (vectors * encoder.encode(["the steel valve", "阀门"], "query")).sum(axis=1)
    assert same.min() > 0.999


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """No connection leaves; those that were tried are listed."""
    tried: list[object] = []

    def refuse(*address: object, **_: object) -> None:
        tried.append(address)
        raise OSError("offline")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield tried


def test_a_folder_that_is_not_there_is_one_line_without_asking_the_network(
    tmp_path: Path, offline: list[object]
) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_encoder(str(tmp_path / "nowhere"))
    assert "\n" not in str(caught.value)
    assert offline == []


def test_a_folder_without_a_model_is_one_line(tmp_path: Path, offline: list[object]) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_encoder(str(tmp_path))
    assert "\n" not in str(caught.value)
    assert offline == []


def test_a_hub_name_without_a_hub_is_one_line_and_soon(offline: list[object]) -> None:
    start = time.monotonic()
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_encoder("sample-owner/no-such-model")
    assert "\n" not in str(caught.value)
    assert len(offline) <= 2
    assert time.monotonic() - start < 10


def test_a_models_own_code_never_runs_by_itself(
    folder: Path, tmp_path: Path, offline: list[object]
) -> None:
    evil = shutil.copytree(folder, tmp_path / "evil")
    mark = tmp_path / "it ran"
    (evil / "own.py").write_text(f"open({str(mark)!r}, 'w').close()\nclass Own: pass\n")
    modules = json.loads((evil / "modules.json").read_text("utf-8"))
    modules[-1]["type"] = "own.Own"
    (evil / "modules.json").write_text(json.dumps(modules))
    config = json.loads((evil / "config.json").read_text("utf-8"))
    config["auto_map"] = {"AutoModel": "own.Own", "AutoConfig": "own.Own"}
    config["model_type"] = "own"
    (evil / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError):
        load_encoder(str(evil), device="cpu")
    assert not mark.exists()


def test_several_threads_may_encode_at_once(encoder: SentenceTransformerEncoder) -> None:
    texts = ["the steel valve", "阀门", "a pump of steel, 1 2 3", "轴承"] * 4
    alone = encoder.encode(texts, "query")
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: encoder.encode(texts, "query"), range(8)):
            np.testing.assert_allclose(vectors, alone, atol=1e-6)
