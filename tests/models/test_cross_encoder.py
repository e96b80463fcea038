"""A small cross-encoder, trained here to tell which passage answers a need."""

import random
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import ModelError
from matcher.ports import Reranker
from models.chunking import chunk_text
from models.cross_encoder import CrossEncoderReranker
from models.pretrained import LoadOptions
from tests.support.small_models import make_model
from tests.support.small_rerankers import ANSWERS, FILLER, WINDOW, random_model

MAX_BATCHES = 1_000
"""Training batches; some 250 are enough."""


def wrapped(core: str, rng: random.Random) -> str:
    """Put other characters around the core."""
    before, after = ("".join(rng.choices(FILLER, k=rng.randrange(1, 4))) for _ in range(2))
    return before + core + after


def pairs(rng: random.Random, times: int) -> list[tuple[str, str, float]]:
    """Pair every need with every answer, each time in another wording; 1 for the right pairs."""
    return [
        (wrapped(need, rng), wrapped(answer, rng), float(ANSWERS[need] == answer))
        for _ in range(times)
        for need, answer in product(ANSWERS, ANSWERS.values())
    ]


def train(folder: Path, *, trained: Path) -> Path:
    """Train the model of a folder on pairs, and save it as sentence-transformers does."""
    import torch
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(folder), device="cpu").train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    rng = random.Random(0)
    wrong = torch.tensor(float(len(ANSWERS) - 1))  # for each right answer
    for number in range(MAX_BATCHES):
        needs, answers, grades = zip(*pairs(rng, times=3), strict=True)
        batch = model.preprocess(list(zip(needs, answers, strict=True)))
        scores = model(batch)["scores"].squeeze(-1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            scores, torch.tensor(grades), pos_weight=wrong
        )
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        if number > 50 and loss.item() < 0.02:
            break
    model.eval().save(str(trained))
    return trained


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_model(tmp_path_factory.mktemp("rerankers") / "untrained")


@pytest.fixture(scope="module")
def folder(untrained: Path) -> Path:
    return train(untrained, trained=untrained.parent / "a trained reranker")


def load(folder: Path, *, batch_size: int = 32, dtype: str = "float32") -> CrossEncoderReranker:
    return CrossEncoderReranker("tiny", str(folder), LoadOptions("cpu", dtype, batch_size))


@pytest.fixture(scope="module")
def reranker(folder: Path) -> CrossEncoderReranker:
    return load(folder)


def right_first(reranker: Reranker, seed: int) -> float:
    """Share of needs whose right answer is first, in wordings that were not trained on."""
    rng = random.Random(seed)
    right = []
    for need in list(ANSWERS) * 5:
        passages = [wrapped(answer, rng) for answer in ANSWERS.values()]
        best = int(np.argmax(reranker.scores(wrapped(need, rng), passages)))
        right.append(best == list(ANSWERS).index(need))
    return sum(right) / len(right)


def test_a_trained_reranker_puts_the_right_answer_first(
    untrained: Path, reranker: CrossEncoderReranker
) -> None:
    assert right_first(reranker, seed=7) > 0.95
    assert right_first(load(untrained), seed=7) < 0.6  # chance is 1 in 4


def test_scores_are_raw_float32_in_order_and_independent_of_the_batch(
    folder: Path, reranker: CrossEncoderReranker
) -> None:
    passages = [*ANSWERS.values(), "一种支架", "本体"]
    scores = reranker.scores("设备漏，", passages)
    assert scores.shape == (6,) and scores.dtype == np.float32
    assert scores.max() > 1 or scores.min() < 0  # no sigmoid
    alone = [reranker.scores("设备漏，", [passage]).item() for passage in passages]
    np.testing.assert_allclose(scores, alone, atol=1e-4)
    np.testing.assert_allclose(
        scores, load(folder, batch_size=3).scores("设备漏，", passages), atol=1e-4
    )


def test_no_passage_gives_no_score_and_an_empty_text_is_an_error(
    reranker: CrossEncoderReranker,
) -> None:
    assert reranker.scores("设备漏", []).shape == (0,)
    for need, passages in ((" ", ["涂层"]), ("设备", ["涂层", "\n"])):
        with pytest.raises(ModelError, match="empty text"):
            reranker.scores(need, passages)


def test_the_end_of_a_long_passage_is_read(reranker: CrossEncoderReranker) -> None:
    # The window holds 24 tokens: an answer at the end would be cut off.
    long = "一种结构，包括本体和支架。" * 6
    scores = reranker.scores("设备漏", [long + "包括密封圈。", long + "包括涂层。", long])
    assert int(np.argmax(scores)) == 0
    # Each character is a token: beside the need's three and [CLS], [SEP], [SEP] there are 18.
    pieces = chunk_text(long + "包括密封圈。", WINDOW - 3 - 3, len)
    assert len(pieces) > 1
    assert scores[0] == pytest.approx(reranker.scores("设备漏", pieces).max(), abs=1e-4)


def test_each_piece_of_a_long_need_counts_alike(reranker: CrossEncoderReranker) -> None:
    first, second = "我们厂里设备漏。", "希望解决噪。"
    assert len(first + second) > (WINDOW - 3) // 2 >= len(first), "half the room takes one of them"
    passages = ["密封圈。", "消音棉。", "涂层。"]
    both = reranker.scores(first + second, passages)
    each = [reranker.scores(need, passages) for need in (first, second)]
    np.testing.assert_allclose(both, np.mean(each, axis=0), atol=1e-4)
    assert int(np.argmin(both)) == 2


@given(st.text(alphabet="漏圈。，； \nav1", max_size=90), st.integers(1, 30))
@settings(max_examples=80, deadline=None)
def test_chunking_loses_no_text_and_every_piece_fits(text: str, room: int) -> None:
    pieces = chunk_text(text, room, len)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(piece.strip() and len(piece) <= room for piece in pieces)


def test_bfloat16_ranks_like_float32(folder: Path, reranker: CrossEncoderReranker) -> None:
    other = load(folder, dtype="bfloat16")
    assert other.compute_dtype == "bfloat16"
    assert right_first(other, seed=7) > 0.9


def test_several_threads_score_at_once(reranker: CrossEncoderReranker) -> None:
    passages = list(ANSWERS.values())
    alone = reranker.scores("设备热", passages)
    with ThreadPoolExecutor(4) as pool:
        for scores in pool.map(lambda _: reranker.scores("设备热", passages), range(8)):
            np.testing.assert_allclose(scores, alone, atol=1e-5)


def test_an_embedding_model_is_refused_as_a_reranker(tmp_path: Path) -> None:
    # sentence-transformers itself would give it a head of random weights.
    with pytest.raises(ModelError, match="no single score for a pair") as caught:
        load(make_model(tmp_path / "embedding"))
    assert "\n" not in str(caught.value)


def test_a_classifier_of_several_labels_is_refused_as_a_reranker(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no single score for a pair"):
        load(random_model(tmp_path / "three", labels=3))


def test_scores_that_are_not_numbers_are_an_error(folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    broken = shutil.copytree(folder, tmp_path / "broken")
    (weights,) = broken.rglob("model.safetensors")
    nan = {name: tensor * float("nan") for name, tensor in load_file(weights).items()}
    save_file(nan, weights, metadata={"format": "pt"})
    with pytest.raises(ModelError, match="no numbers"):
        load(broken).scores("设备热", ["涂层"])


def test_a_model_that_cannot_be_loaded_is_a_one_line_error_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("offline")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for source in (tmp_path, tmp_path / "nowhere", Path("sample-owner/no-such-reranker")):
        with pytest.raises(ModelError, match=r"reranker .* cannot be loaded") as caught:
            load(source)
        assert "\n" not in str(caught.value)
