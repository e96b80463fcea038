"""The encoder with a small model, loaded as any user's folder is."""

import json
import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from matcher.errors import ModelError
from models.batches import batches
from models.loading import load_encoder
from models.pretrained import LoadOptions, unread_files
from models.sentence_transformer import MAX_PADDING, SentenceTransformerEncoder
from tests.support.small_models import (
    WINDOW,
    load_small_model,
    make_model,
    plain_model,
    token_count,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "a tiny model")


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SentenceTransformerEncoder:
    return load_small_model(folder)


def test_vectors_are_unit_float32_and_in_order(
    folder: Path, encoder: SentenceTransformerEncoder
) -> None:
    texts = [
        "the steel valve of a pump",
        "阀门",
        "bearing",
        "隔膜电池，钢阀门。",
        "a pump",
        "1 2 3",
    ]
    progress: list[int] = []
    small_batches = load_small_model(folder, batch_size=2)
    vectors = small_batches.encode(texts, "passage", progress.append)
    assert vectors.shape == (6, encoder.dimension) == (6, 32)
    assert vectors.dtype == np.float32 and vectors.flags.c_contiguous
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    alone = np.concatenate([encoder.encode([text], "passage") for text in texts])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)
    assert progress == sorted(set(progress)) and progress[-1] == 6
    assert np.triu(vectors @ vectors.T, 1).max() < 0.999


def test_a_text_starts_a_batch_where_padding_the_others_costs_more() -> None:
    lengths = [30, 1, 10, 1, 150, 11, 330, 12, 31, 170, 1]
    batched = [[lengths[n] for n in batch] for batch in batches(lengths, 8, MAX_PADDING)]
    assert batched == [[1, 1, 1, 10, 11, 12, 30, 31], [150, 170], [330]]
    assert list(batches([MAX_PADDING + 1, 1], 8, MAX_PADDING)) == [[1, 0]]
    assert list(batches([MAX_PADDING + 2, 1], 8, MAX_PADDING)) == [[1], [0]]


def test_without_a_limit_on_padding_every_batch_is_full() -> None:
    assert list(batches([900, 1, 30, 2, 30], 2)) == [[1, 3], [2, 4], [0]]
    assert list(batches([], 2)) == []


def test_numpy_uses_one_thread_beside_a_model(folder: Path) -> None:
    with threadpool_limits(2, user_api="blas"):
        load_encoder(str(folder))
        threads = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert threads and set(threads) == {1}


def test_no_text_gives_no_vector(encoder: SentenceTransformerEncoder) -> None:
    assert encoder.encode([], "query").shape == (0, 32)
    with pytest.raises(ModelError, match="empty text"):
        encoder.encode(["阀门", " "], "query")


@given(st.text(alphabet="阀门泵。，；. \nav1ö😀", max_size=120))
@settings(max_examples=60, deadline=None)
def test_a_split_loses_no_text_and_every_piece_fits(
    folder: Path, encoder: SentenceTransformerEncoder, text: str
) -> None:
    pieces = encoder.split(text, "passage")
    joined = "".join("".join(piece.split()) for piece in pieces)
    assert joined == "".join(text.split())
    assert all(piece.strip() for piece in pieces)
    assert all(token_count(folder, piece) <= WINDOW for piece in pieces)


@pytest.mark.parametrize("times", range(4, 60))
def test_pieces_fit_where_a_word_is_cut(
    folder: Path, encoder: SentenceTransformerEncoder, times: int
) -> None:
    # "pumppump" has five tokens, "pump" and "pump" have one each.
    pieces = encoder.split("pump" * times + "v", "passage")
    assert "".join(pieces) == "pump" * times + "v"
    assert max(token_count(folder, piece) for piece in pieces) <= WINDOW


def test_a_text_that_fits_stays_whole(encoder: SentenceTransformerEncoder) -> None:
    text = "钢阀门，泵。the steel valve."
    assert encoder.split(f" {text}\n", "passage") == [text]
    assert encoder.split("", "query") == encoder.split(" \n\t", "query") == []


def test_a_long_text_is_cut_at_sentence_ends(encoder: SentenceTransformerEncoder) -> None:
    first, second = "钢阀门，钢泵，轴承。", "电池隔膜，钢。"
    assert encoder.split(first + second, "passage") == [first, second]


def test_a_piece_leaves_room_for_the_prefix(folder: Path) -> None:
    prefixed = load_small_model(folder, query_prefix="the steel pump: ")
    text = "钢阀门泵轴承电池隔膜钢泵" * 2
    for kind, prefix in (("query", "the steel pump: "), ("passage", "")):
        pieces = prefixed.split(text, kind)  # type: ignore[arg-type]
        assert "".join(pieces) == text
        assert max(token_count(folder, prefix + piece) for piece in pieces) <= WINDOW
    assert len(prefixed.split(text, "query")) > len(prefixed.split(text, "passage"))


def test_prefixes_are_put_before_the_text_by_kind(
    folder: Path, encoder: SentenceTransformerEncoder
) -> None:
    prefixed = load_small_model(folder, query_prefix="the pump ", passage_prefix="a steel ")
    for kind, prefix in (("query", "the pump "), ("passage", "a steel ")):
        np.testing.assert_allclose(
            prefixed.encode(["valve"], kind),  # type: ignore[arg-type]
            encoder.encode([prefix + "valve"], kind),  # type: ignore[arg-type]
            atol=1e-6,
        )


def test_the_fingerprint_changes_with_weights_prefixes_and_dtype(
    folder: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    assert load_small_model(folder).fingerprint == encoder.fingerprint
    others = [
        load_small_model(make_model(tmp_path / "other", seed=1)),
        load_small_model(folder, query_prefix="query: "),
        load_small_model(folder, passage_prefix="query: "),
        load_small_model(folder, compute_dtype="bfloat16"),
    ]
    fingerprints = {encoder.fingerprint, *(other.fingerprint for other in others)}
    assert len(fingerprints) == 5


def test_the_fingerprint_does_not_depend_on_the_place_of_the_folder_or_its_readme(
    folder: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    moved = shutil.copytree(folder, tmp_path / "moved")
    (moved / "README.md").write_text("another card")
    assert load_small_model(moved).fingerprint == encoder.fingerprint


def test_a_model_saved_in_half_precision_computes_in_float32(
    tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    halves = load_small_model(make_model(tmp_path / "halves", halves=True))
    assert halves.compute_dtype == "float32"
    text = ["the steel valve of a pump"]
    in_float32 = plain_model(tmp_path / "halves").encode(text, normalize_embeddings=True)
    np.testing.assert_allclose(halves.encode(text, "query"), in_float32, atol=1e-6)
    similarity = halves.encode(text, "query") @ encoder.encode(text, "query").T
    assert similarity.item() > 0.9999


def test_bfloat16_gives_nearly_the_same_float32_vectors(
    folder: Path, encoder: SentenceTransformerEncoder
) -> None:
    other = load_small_model(folder, compute_dtype="bfloat16")
    assert other.compute_dtype == "bfloat16"
    vectors = other.encode(["the steel valve", "阀门"], "query")
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    same = (vectors * encoder.encode(["the steel valve", "阀门"], "query")).sum(axis=1)
    assert same.min() > 0.999


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Refuse and list all connections."""
    tried: list[object] = []

    def refuse(*address: object, **_: object) -> None:
        tried.append(address)
        raise OSError("offline")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield tried


def test_weights_are_downloaded_once() -> None:
    read = ["model.safetensors", "2_Dense/pytorch_model.bin", "config.json", "tokenizer.json"]
    again = ["pytorch_model.bin", "onnx/model.onnx_data", "openvino/model.bin", "tf_model.h5"]
    assert set(unread_files([*read, *again])) == set(again)
    assert unread_files(["pytorch_model.bin"]) == []


def test_a_missing_folder_is_a_one_line_error_without_a_connection(
    tmp_path: Path, offline: list[object]
) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_encoder(str(tmp_path / "nowhere"))
    assert "\n" not in str(caught.value)
    assert offline == []


def test_a_folder_without_a_model_is_a_one_line_error(
    tmp_path: Path, offline: list[object]
) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_encoder(str(tmp_path))
    assert "\n" not in str(caught.value)
    assert offline == []


def test_a_hub_that_cannot_be_reached_is_a_one_line_error_after_two_attempts(
    offline: list[object],
) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_encoder("sample-owner/no-such-model")
    assert "\n" not in str(caught.value)
    assert len(offline) <= 2


def test_the_code_of_a_model_does_not_run_unless_it_is_trusted(
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
        load_encoder(str(evil), LoadOptions("cpu"))
    assert not mark.exists()


def test_several_threads_encode_at_once(encoder: SentenceTransformerEncoder) -> None:
    texts = ["the steel valve", "阀门", "a pump of steel, 1 2 3", "轴承"] * 4
    alone = encoder.encode(texts, "query")
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: encoder.encode(texts, "query"), range(8)):
            np.testing.assert_allclose(vectors, alone, atol=1e-6)
