"""The encoder without torch: the same vectors as sentence-transformers, for the same folder."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import ModelError
from matcher.text.highlights import Span
from models.batches import equal_batches, token_batches
from models.loading import BUILTIN, BUILTIN_FOLDER, load_encoder
from models.openvino_encoder import BATCH_TOKENS, OpenVinoEncoder
from models.pretrained import LoadOptions
from models.sentence_transformer import SentenceTransformerEncoder
from tests.support.small_models import WINDOW, load_small_model, make_model

TEXTS = [
    "the steel valve of a pump",
    "阀门",
    "bearing",
    "隔膜电池，钢阀门。",
    "阀门泵轴承" * WINDOW,
    "？",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "a tiny model", halves=True)


@pytest.fixture(scope="module")
def encoder(folder: Path) -> OpenVinoEncoder:
    return OpenVinoEncoder("small", folder, "float32")


@pytest.fixture(scope="module")
def reference(folder: Path) -> SentenceTransformerEncoder:
    return load_small_model(folder)


def test_vectors_are_those_of_sentence_transformers(
    encoder: OpenVinoEncoder, reference: SentenceTransformerEncoder
) -> None:
    progress: list[int] = []
    vectors = encoder.encode(TEXTS, "passage", progress.append)
    assert vectors.dtype == np.float32 and vectors.flags.c_contiguous
    np.testing.assert_allclose(vectors, reference.encode(TEXTS, "passage"), atol=1e-5)
    assert progress == sorted(set(progress)) and progress[-1] == len(TEXTS)
    assert encoder.encode([], "query").shape == (0, encoder.dimension)


def test_spans_words_and_pieces_are_those_of_sentence_transformers(
    encoder: OpenVinoEncoder, reference: SentenceTransformerEncoder
) -> None:
    texts = ["钢阀门泵。轴承电池。", "the steel pump", "阀门\n泵"]
    spans: list[list[Span | None]] = [[(0, 5), None, (5, 10)], [(4, 9)], [(2, 3), None]]
    ours = encoder.encode_spans(texts, spans, "query")
    for own, theirs in zip(ours, reference.encode_spans(texts, spans, "query"), strict=True):
        np.testing.assert_allclose(own, theirs, atol=1e-5)
    np.testing.assert_array_equal(ours[2][0], ours[2][1], "a span without a token has the text's")
    assert encoder.words([*texts, *TEXTS]) == reference.words([*texts, *TEXTS])
    words = ["阀门", "pump", "\u200b"]
    expected = reference.word_vectors(words)
    assert expected is not None
    np.testing.assert_allclose(encoder.word_vectors(words), expected, atol=1e-5)
    for text in ("钢阀门泵。轴承电池。" * 4, "", "阀门"):
        assert encoder.split(text, "query") == reference.split(text, "query")
        for title in ("钢泵", "钢泵" * 20, ""):
            assert encoder.split_with_title(title, text, "passage") == reference.split_with_title(
                title, text, "passage"
            )


def test_the_builtin_model_has_the_same_vectors_in_both() -> None:
    texts = ["用于锂离子电池的陶瓷涂覆隔膜，耐热180℃以上。" * 5, "a soft gripper for robots", "阀"]
    for dtype, floor in (("float32", 0.999999), ("bfloat16", 0.9995)):
        ours = OpenVinoEncoder(BUILTIN, BUILTIN_FOLDER, dtype).encode(texts, "query")
        options = LoadOptions("cpu", "float32")
        plain = SentenceTransformerEncoder(BUILTIN, str(BUILTIN_FOLDER), options)
        cosines = (ours * plain.encode(texts, "query")).sum(axis=1)
        assert cosines.min() > floor


def test_many_threads_get_what_one_gets(encoder: OpenVinoEncoder) -> None:
    alone = [encoder.encode([text], "query") for text in TEXTS]
    with ThreadPoolExecutor(8) as threads:
        many = list(threads.map(lambda text: encoder.encode([text], "query"), TEXTS * 20))
    for number, vectors in enumerate(many):
        np.testing.assert_array_equal(vectors, alone[number % len(TEXTS)])


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_vector_is_the_same_to_the_bit_whatever_is_encoded_with_it(dtype: str) -> None:
    encoder = load_encoder(BUILTIN, LoadOptions(compute_dtype=dtype))
    title = "一种用于高温环境的锂离子电池陶瓷涂覆隔膜及其制备方法, a ceramic coated separator"
    texts = [title[start:end] for start in range(0, 12, 3) for end in range(start + 1, len(title))]
    together = encoder.encode(texts, "passage")
    for start in range(0, len(texts), 7):
        few = encoder.encode(texts[start : start + 7], "passage")
        np.testing.assert_array_equal(few, together[start : start + 7])
    for number in range(0, len(texts), 9):
        np.testing.assert_array_equal(
            encoder.encode([texts[number]], "passage")[0], together[number]
        )


def test_an_empty_text_is_refused(encoder: OpenVinoEncoder) -> None:
    with pytest.raises(ModelError, match="empty text"):
        encoder.encode(["阀门", " "], "query")


def test_the_fingerprint_knows_runtime_type_and_weights(folder: Path, tmp_path: Path) -> None:
    first = OpenVinoEncoder("small", folder, "float32").fingerprint
    other = OpenVinoEncoder("small", shutil.copytree(folder, tmp_path / "copy"), "float32")
    assert other.fingerprint == first != load_small_model(folder).fingerprint
    assert OpenVinoEncoder("small", folder, "bfloat16").fingerprint != first
    (tmp_path / "copy" / "config_sentence_transformers.json").write_text("{}")
    assert OpenVinoEncoder("small", tmp_path / "copy", "float32").fingerprint != first


@pytest.mark.parametrize("damage", ["missing", "cut", "not json", "no vocabulary"])
def test_a_damaged_folder_is_named(damage: str, folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    if damage == "missing":
        (copy / "config.json").unlink()
    elif damage == "cut":
        weights = (copy / "model.safetensors").read_bytes()
        (copy / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    elif damage == "not json":
        (copy / "tokenizer_config.json").write_text("{")
    else:
        (copy / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="copy"):
        OpenVinoEncoder("small", copy)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "checksums.json"])
def test_a_flipped_bit_of_a_model_file_is_named(name: str, tmp_path: Path) -> None:
    copy = shutil.copytree(BUILTIN_FOLDER, tmp_path / "model")
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    file = name if name != "checksums.json" else ""
    with pytest.raises(ModelError, match=f"{file}.* is not as it was installed"):
        OpenVinoEncoder("copy", copy)


def test_the_builtin_model_runs_without_torch_on_the_processor_alone() -> None:
    assert isinstance(load_encoder(BUILTIN), OpenVinoEncoder)
    assert isinstance(load_encoder(BUILTIN, LoadOptions("cpu")), OpenVinoEncoder)
    assert isinstance(load_encoder(BUILTIN, LoadOptions("cpu:0")), SentenceTransformerEncoder)


@given(st.lists(st.integers(1, 2 * BATCH_TOKENS)))
def test_batches_hold_every_text_once_within_the_budget(lengths: list[int]) -> None:
    for cut in (token_batches, equal_batches):
        batches = list(cut(lengths, BATCH_TOKENS))
        assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
        for batch in batches:
            longest = max(lengths[index] for index in batch)
            assert len(batch) == 1 or len(batch) * longest <= BATCH_TOKENS
    for batch in equal_batches(lengths, BATCH_TOKENS):
        assert len({lengths[index] for index in batch}) == 1
