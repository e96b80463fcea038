"""Vocabulary, transplant, student and training, on a teacher of two small layers."""

from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
import pytest
import torch

from scripts.training import transplant, vocabulary
from scripts.training.batches import (
    Batch,
    HardNegativeBatch,
    TopicBatch,
    epoch_batches,
)
from scripts.training.student import (
    PaddedTokenizer,
    Student,
    drop_unseen_tokens,
    encoder_of,
    load_student,
    save_student,
    token_weights,
)
from scripts.training.trainer import Trainer
from scripts.training.training_set import TrainingSet

PIECES = (*vocabulary.SPECIAL, "valve", "pump", "steel", "##ing", "ing", *ascii_lowercase, *".,")
ENGLISH = {piece: number for number, piece in enumerate(PIECES)}
CHINESE = ["阀门", "水泵", "钢", "门", "阀", "水", "泵"]


def tiny_body() -> Any:
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(ENGLISH),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.3,
    )
    return BertModel(config)


class EnglishTokenizer:
    """The part of the teacher's tokenizer that the transplant uses."""

    def __call__(self, text: str, add_special_tokens: bool) -> dict[str, list[int]]:
        return {"input_ids": [ENGLISH[word] for word in text.split() if word in ENGLISH]}

    def convert_tokens_to_ids(self, token: str) -> int:
        return ENGLISH[token]


def make_student() -> tuple[Any, Student]:
    english = vocabulary.english_pieces(ENGLISH, 100)
    pieces = list(dict.fromkeys([*vocabulary.SPECIAL, *english, *CHINESE]))
    tokenizer = transplant.to_transformers(vocabulary.build_tokenizer(pieces))
    body = tiny_body()
    glosses = {"阀门": ["valve"], "水泵": ["pump"], "钢": ["steel"]}
    weights = body.embeddings.word_embeddings.weight.detach()
    table = transplant.initial_embeddings(pieces, english, glosses, EnglishTokenizer(), weights)
    token_weight = token_weights(tokenizer, [["阀门", "阀门", "水泵"], ["valve pump"]], len(pieces))
    return tokenizer, Student(transplant.transplant_body(body, table, [0]), token_weight)


def test_the_longest_known_word_is_taken_wherever_it_stands() -> None:
    tokenizer = vocabulary.build_tokenizer([*CHINESE, "valve", "ing", "s", ".", ","])
    assert tokenizer.encode("钢水泵阀门。", add_special_tokens=False).tokens == [
        "钢", "水泵", "阀门", "."
    ]  # fmt: skip
    assert tokenizer.encode("Valves，阀", add_special_tokens=False).tokens == [
        "valve", "s", ",", "阀"
    ]  # fmt: skip
    assert "[UNK]" not in tokenizer.encode("阀门" * 300).tokens


def test_only_frequent_words_with_a_gloss_are_taken() -> None:
    texts = ["水泵和水泵", "水泵的轴承"]
    words, characters = vocabulary.chinese_pieces(texts, {"水泵", "轴承"}, 1, 2)
    assert words == ["水泵"]
    assert vocabulary.chinese_pieces(texts, {"轴承"}, 9, 2)[0] == ["轴承"]
    assert set(characters) == {"水", "泵"}


def test_both_forms_of_an_english_piece_become_one() -> None:
    forms = vocabulary.english_pieces(ENGLISH, 100)
    assert sorted(forms["ing"]) == [ENGLISH["##ing"], ENGLISH["ing"]]
    assert list(vocabulary.english_pieces(ENGLISH, 2)) == ["valve", "pump"]


def test_a_chinese_token_starts_as_its_gloss_or_as_its_parts() -> None:
    weights = torch.eye(len(ENGLISH)) * 2
    table = transplant.initial_embeddings(
        [*vocabulary.SPECIAL, "valve", "阀门", "大阀门"],
        {"valve": [ENGLISH["valve"]]},
        {"阀门": ["valve"]},
        EnglishTokenizer(),
        weights,
    )
    valve = weights[ENGLISH["valve"]]
    torch.testing.assert_close(table[5], valve)
    torch.testing.assert_close(table[6], valve)
    torch.testing.assert_close(table[7], valve)
    assert table[2].argmax() == ENGLISH["[CLS]"]


def test_rare_tokens_weigh_more_than_frequent_ones() -> None:
    tokenizer, student = make_student()

    def weight(token: str) -> float:
        return float(student.weights[tokenizer.convert_tokens_to_ids(token)])

    assert weight("水泵") > weight("阀门") > 0
    assert weight("[CLS]") == weight("[SEP]") == 1.0


def test_a_saved_student_is_a_plain_sentence_transformers_model(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    tokenizer, student = make_student()
    texts = ["阀门", "水泵和阀门，钢", "a steel valve"]
    expected = encoder_of(student, PaddedTokenizer(tokenizer, 64))(texts)
    save_student(student, tokenizer, tmp_path / "a model", 64)
    model = SentenceTransformer(str(tmp_path / "a model"), device="cpu").float()
    np.testing.assert_allclose(model.encode(texts), expected, atol=3e-3)
    np.testing.assert_allclose(np.linalg.norm(model.encode(texts), axis=1), 1, atol=1e-5)
    its_tokenizer, again = load_student(tmp_path / "a model")
    np.testing.assert_allclose(
        encoder_of(again, PaddedTokenizer(its_tokenizer, 64))(texts), expected, atol=3e-3
    )


def test_dropping_unseen_tokens_changes_no_vector() -> None:
    tokenizer, student = make_student()
    texts = ["阀门", "pump 钢"]
    expected = encoder_of(student, PaddedTokenizer(tokenizer, 64))(texts)
    smaller, fewer = drop_unseen_tokens(student, tokenizer, texts)
    assert set(tokenizer.get_vocab()) - set(fewer.get_vocab()) >= {"水泵", "valve", "steel"}
    assert len(fewer) == len(smaller.weights) == smaller.body.config.vocab_size
    np.testing.assert_allclose(
        encoder_of(smaller, PaddedTokenizer(fewer, 64))(texts), expected, atol=1e-5
    )


def test_training_reduces_the_loss_and_can_be_resumed(tmp_path: Path) -> None:
    training_set = TrainingSet(
        [(word, "valve") for word in CHINESE] * 4, [("阀门", "钢阀门"), ("水泵", "泵，水")] * 10
    )
    torch.manual_seed(1)
    targets = torch.nn.functional.normalize(torch.randn(7, 32), dim=1).repeat(4, 1)

    def make_trainer() -> Trainer:
        tokenizer, student = make_student()
        batches = [batch for epoch in range(15) for batch in epoch_batches(training_set, epoch)]
        padded = PaddedTokenizer(tokenizer, 16)
        return Trainer(student, padded, batches, targets, checkpoint=tmp_path / "state.pt")

    losses: list[float] = []

    def report(step: int, loss: float, kind: str) -> None:
        if kind == "DistillationBatch":
            losses.append(loss)

    def stop_half_way(step: int, loss: float, kind: str) -> None:
        report(step, loss, kind)
        if step == 15:
            first.save_checkpoint()
            raise KeyboardInterrupt

    first = make_trainer()
    with pytest.raises(KeyboardInterrupt):
        first.run(stop_half_way)
    second = make_trainer()
    second.resume()
    assert second.step == 15
    second.run(report)
    assert second.step == second.steps
    assert losses[-1] < losses[0]


def test_refinement_separates_hard_negatives_and_joins_topics(tmp_path: Path) -> None:
    titles = [("阀门", "valve"), ("水泵", "pump"), ("钢", "steel"), ("门", "ing")]
    topics = [["阀门", "阀"], ["水泵", "泵"]]
    tokenizer, student = make_student()
    padded = PaddedTokenizer(tokenizer, 16)
    encode = encoder_of(student, padded)
    targets = torch.tensor(encode([english for _, english in titles]))
    batches: list[Batch] = [
        HardNegativeBatch([zh for zh, _ in titles], [en for _, en in titles], [0, 1, 2, 3]),
        TopicBatch([text for topic in topics for text in topic], [0, 0, 1, 1]),
    ] * 30

    def margins() -> tuple[float, float]:
        """Mean cosine of right pairs less that of wrong ones: of translations, and of topics."""
        chinese, english = (encode([pair[side] for pair in titles]) for side in (0, 1))
        translations = chinese @ english.T
        left, right = (encode([topic[side] for topic in topics]) for side in (0, 1))
        within = left @ right.T
        return (
            float(np.trace(translations) / 4 - (translations.sum() - np.trace(translations)) / 12),
            float(np.trace(within) / 2 - (within.sum() - np.trace(within)) / 2),
        )

    before = margins()
    trainer = Trainer(student, padded, batches, targets, checkpoint=tmp_path / "state.pt")
    trainer.run(lambda step, loss, kind: None)
    after = margins()
    assert after[0] > before[0] and after[1] > before[1]
