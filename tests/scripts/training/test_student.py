"""Transplant, student, lessons and training loop, on small random models."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from scripts.training import student as student_module
from scripts.training import transplant
from scripts.training.batches import Batch, TextBatch, TranslationBatch
from scripts.training.lessons import CompactLesson, LanguageLesson, Lesson
from scripts.training.student import (
    PaddedTokenizer,
    Student,
    encoder_of,
    load_student,
    save_student,
)
from scripts.training.trainer import Rates, Trainer
from tests.support.training_data import PARTS, small_body, small_student

ENGLISH = {
    piece: number
    for number, piece in enumerate([*transplant.SPECIAL, "valve", "##ing", "ing", "pump", "[x]"])
}
RATES = Rates(1e-3, 1e-3)


class EnglishTokenizer:
    """The part of an English model's tokenizer that the transplant uses."""

    def __call__(self, text: str, add_special_tokens: bool) -> dict[str, list[int]]:
        return {"input_ids": [ENGLISH[word] for word in text.split() if word in ENGLISH]}

    def convert_tokens_to_ids(self, token: str) -> int:
        return ENGLISH[token]


def other_student(layers: int = 2) -> Student:
    """Student with the tokens of `small_student` and another random body."""
    weights = small_student()[1].weights
    body = small_body(len(weights), 5)
    table = body.embeddings.word_embeddings.weight.detach()
    return Student(transplant.transplant_body(body, table, range(layers)), weights)


def trained(
    student: Student, lesson: Lesson, batches: Sequence[Batch], folder: Path
) -> list[float]:
    """Train a student by these batches; the loss of each."""
    losses: list[float] = []
    trainer = Trainer(student, lesson, batches, RATES, plan="a", checkpoint=folder / "state")
    trainer.run(lambda step, loss, kind: losses.append(loss))
    return losses


def test_both_forms_of_an_english_piece_become_one() -> None:
    pieces = transplant.english_pieces(ENGLISH, {"valve", "ing", "[x]", "阀门"})
    assert pieces == {"valve": [ENGLISH["valve"]], "ing": [ENGLISH["##ing"], ENGLISH["ing"]]}


def test_a_chinese_token_starts_as_its_gloss_or_as_its_parts() -> None:
    weights = torch.eye(len(ENGLISH)) * 2
    table = transplant.initial_embeddings(
        [*transplant.SPECIAL, "valve", "阀门", "大阀门"],
        {"valve": [ENGLISH["valve"]]},
        {"阀门": ["valve"]},
        EnglishTokenizer(),
        weights,
    )
    valve = weights[ENGLISH["valve"]]
    for row in (5, 6, 7):
        torch.testing.assert_close(table[row], valve)
    assert table[2].argmax() == ENGLISH["[CLS]"]


def test_a_saved_student_is_a_plain_sentence_transformers_model(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    tokenizer, student = small_student()
    texts = ["阀门", "泵和轴承", "a pump"]
    expected = encoder_of(student, PaddedTokenizer(tokenizer, 64))(texts)
    save_student(student, tokenizer, tmp_path / "a model")
    model = SentenceTransformer(str(tmp_path / "a model"), device="cpu").float()
    np.testing.assert_allclose(model.encode(texts), expected, atol=3e-3)
    np.testing.assert_allclose(np.linalg.norm(model.encode(texts), axis=1), 1, atol=1e-5)
    its_tokenizer, again = load_student(tmp_path / "a model")
    np.testing.assert_allclose(
        encoder_of(again, PaddedTokenizer(its_tokenizer, 64))(texts), expected, atol=3e-3
    )


def test_texts_are_read_in_groups_of_like_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(student_module, "GROUP_TOKENS", 12)
    tokenizer, student = small_student()
    texts = ["阀门泵轴承", "泵", "轴承", "隔膜阀门", "阀门"]
    padded = PaddedTokenizer(tokenizer, 16)
    groups = list(padded.groups(texts))
    assert [list(rows) for rows, _, _ in groups] == [[1, 2, 4], [3, 0]]
    assert [ids.shape for _, ids, _ in groups] == [(3, 3), (2, 5)]
    alone = np.concatenate([encoder_of(student, padded)([text]) for text in texts])
    np.testing.assert_allclose(encoder_of(student, padded)(texts), alone, atol=1e-5)
    english = ["a valve and a bearing", "pump", "bearings", "separator or valve", "valve"]
    lesson = LanguageLesson(other_student().eval(), student, padded)
    losses = [float(lesson(TranslationBatch(texts, english)).detach())]
    monkeypatch.setattr(student_module, "GROUP_TOKENS", 4_096)
    losses.append(float(lesson(TranslationBatch(texts, english)).detach()))
    assert losses[0] == pytest.approx(losses[1], rel=0.01), "each text has its own translation"


def test_a_student_learns_chinese_vectors_and_one_vector_for_translations(tmp_path: Path) -> None:
    tokenizer, teacher = small_student()
    padded = PaddedTokenizer(tokenizer, 16)
    student = other_student()
    encode, wanted = encoder_of(student, padded), encoder_of(teacher, padded)
    chinese, english = zip(*PARTS, strict=True)
    batches: list[Batch] = [TextBatch(chinese), TranslationBatch(chinese, english)] * 40

    def cosines() -> tuple[float, float]:
        """Mean cosine with the teacher's Chinese vectors, of both languages."""
        targets = wanted(chinese)
        own = float((encode(chinese) * targets).sum(axis=1).mean())
        return own, float((encode(english) * targets).sum(axis=1).mean())

    before = cosines()
    lesson = LanguageLesson(student, teacher, padded)
    trained(student, lesson, batches, tmp_path)
    after = cosines()
    assert after[0] > before[0] + 0.1 and after[1] > before[1] + 0.1
    assert (encode(chinese) @ encode(english).T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_a_smaller_body_learns_the_vectors_of_a_larger_one(tmp_path: Path) -> None:
    tokenizer, teacher = small_student()
    padded = PaddedTokenizer(tokenizer, 16)
    student = other_student(layers=1)
    chinese, english = zip(*PARTS, strict=True)
    batches: list[Batch] = [TextBatch(chinese), TranslationBatch(chinese, english)] * 40
    losses = trained(student, CompactLesson(student, teacher, padded), batches, tmp_path)
    assert losses[-2] < losses[0] / 2 and losses[-1] < losses[1] / 2


def test_a_smaller_body_shares_no_weights_with_the_larger_one() -> None:
    body = small_student()[1].body
    table = body.embeddings.word_embeddings.weight.detach()
    copy = transplant.transplant_body(body, table, [1])
    kept = {name: weights.clone() for name, weights in body.state_dict().items()}
    with torch.no_grad():
        for weights in copy.parameters():
            weights.add_(1)
    assert all(weights.equal(kept[name]) for name, weights in body.state_dict().items())


def test_bfloat16_is_used_where_the_processor_has_it_and_gives_nearly_the_same_loss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokenizer, teacher = small_student()
    student = other_student().eval()
    lesson = LanguageLesson(student, teacher, PaddedTokenizer(tokenizer, 16))
    losses = []
    for capability in ("avx512_f", "avx512_bf16", "amx_bf16"):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {capability: True})  # noqa: B023
        losses.append(float(lesson(TextBatch([zh for zh, _ in PARTS])).detach()))
    full, *half = losses
    assert half[0] == half[1] != full
    assert half[0] == pytest.approx(full, rel=0.05)


def test_a_stopped_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    tokenizer, teacher = small_student()
    padded = PaddedTokenizer(tokenizer, 16)
    batches: list[Batch] = [TextBatch([zh for zh, _ in PARTS])] * 20

    def make(name: str) -> tuple[Student, Trainer]:
        student = other_student()
        lesson = LanguageLesson(student, teacher, padded)
        checkpoint = tmp_path / name
        return student, Trainer(student, lesson, batches, RATES, plan="a", checkpoint=checkpoint)

    whole, trainer = make("whole")
    trainer.run(lambda *_: None)
    first = make("stopped")[1]

    def stop(step: int, loss: float, kind: str) -> None:
        if step == 7:
            first.save_checkpoint()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first.run(stop)
    resumed, second = make("stopped")
    second.resume()
    assert second.step == 7
    second.run(lambda *_: None)
    for own, other in zip(whole.body.parameters(), resumed.body.parameters(), strict=True):
        torch.testing.assert_close(own, other)
