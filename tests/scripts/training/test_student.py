"""The recipe on a teacher of one layer: the same steps, in seconds."""

from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
import pytest
import torch

from scripts.training import evaluate as measure
from scripts.training import transplant, vocabulary
from scripts.training.batches import (
    Batch,
    Lessons,
    Siblings,
    Topics,
)
from scripts.training.student import (
    Batches,
    Student,
    encoder,
    opened,
    save,
    token_weights,
    without_unseen,
)
from scripts.training.trainer import Teaching

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
    """As much of a tokenizer as the transplant asks of the teacher's."""

    def __call__(self, text: str, add_special_tokens: bool) -> dict[str, list[int]]:
        return {"input_ids": [ENGLISH[word] for word in text.split() if word in ENGLISH]}

    def convert_tokens_to_ids(self, token: str) -> int:
        return ENGLISH[token]


def make_student() -> tuple[Any, Student]:
    forms = vocabulary.english_pieces(ENGLISH, 100)
    pieces = list(dict.fromkeys([*vocabulary.SPECIAL, *forms, *CHINESE]))
    tokenizer = transplant.as_transformers(vocabulary.build_tokenizer(pieces))
    body = tiny_body()
    glosses = {"阀门": ["valve"], "水泵": ["pump"], "钢": ["steel"]}
    weights = body.embeddings.word_embeddings.weight.detach()
    table = transplant.embeddings(pieces, forms, glosses, EnglishTokenizer(), weights)
    share = token_weights(tokenizer, [["阀门", "阀门", "水泵"], ["valve pump"]], len(pieces))
    return tokenizer, Student(transplant.transplanted(body, table, [0]), share)


def test_the_longest_known_word_is_taken_wherever_it_stands() -> None:
    tokenizer = vocabulary.build_tokenizer([*CHINESE, "valve", "ing", "s", ".", ","])
    assert tokenizer.encode("钢水泵阀门。", add_special_tokens=False).tokens == [
        "钢", "水泵", "阀门", "."
    ]  # fmt: skip
    assert tokenizer.encode("Valves，阀", add_special_tokens=False).tokens == [
        "valve", "s", ",", "阀"
    ]  # fmt: skip
    assert "[UNK]" not in tokenizer.encode("阀门" * 300).tokens


def test_words_are_counted_in_technical_text() -> None:
    texts = ["水泵和水泵", "水泵的轴承"]
    words, characters = vocabulary.chinese_words(texts, {"水泵", "轴承"}, 1, 2)
    assert words == ["水泵"]
    assert vocabulary.chinese_words(texts, {"轴承"}, 9, 2)[0] == ["轴承"]
    assert set(characters) == {"水", "泵"}


def test_both_forms_of_an_english_piece_become_one() -> None:
    forms = vocabulary.english_pieces(ENGLISH, 100)
    assert sorted(forms["ing"]) == [ENGLISH["##ing"], ENGLISH["ing"]]
    assert list(vocabulary.english_pieces(ENGLISH, 2)) == ["valve", "pump"]


def test_a_chinese_token_starts_as_its_gloss_or_as_its_parts() -> None:
    weights = torch.eye(len(ENGLISH)) * 2
    table = transplant.embeddings(
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
    expected = encoder(student, Batches(tokenizer, 64))(texts)
    save(student, tokenizer, tmp_path / "a model", 64)
    model = SentenceTransformer(str(tmp_path / "a model"), device="cpu").float()
    np.testing.assert_allclose(model.encode(texts), expected, atol=3e-3)
    np.testing.assert_allclose(np.linalg.norm(model.encode(texts), axis=1), 1, atol=1e-5)
    its_tokenizer, again = opened(tmp_path / "a model")
    np.testing.assert_allclose(
        encoder(again, Batches(its_tokenizer, 64))(texts), expected, atol=3e-3
    )


def test_pieces_that_no_text_holds_can_go_without_a_trace() -> None:
    tokenizer, student = make_student()
    texts = ["阀门", "pump 钢"]
    expected = encoder(student, Batches(tokenizer, 64))(texts)
    smaller, fewer = without_unseen(student, tokenizer, texts)
    assert set(tokenizer.get_vocab()) - set(fewer.get_vocab()) >= {"水泵", "valve", "steel"}
    assert len(fewer) == len(smaller.weights) == smaller.body.config.vocab_size
    np.testing.assert_allclose(encoder(smaller, Batches(fewer, 64))(texts), expected, atol=1e-5)


def test_teaching_brings_the_student_to_its_teacher_and_can_be_taken_up(tmp_path: Path) -> None:
    lessons = Lessons(
        [(word, "valve") for word in CHINESE] * 4, [("阀门", "钢阀门"), ("水泵", "泵，水")] * 10
    )
    torch.manual_seed(1)
    targets = torch.nn.functional.normalize(torch.randn(7, 32), dim=1).repeat(4, 1)

    def teaching(epochs: int = 15) -> tuple[Teaching, Student]:
        tokenizer, student = make_student()
        plan = [batch for epoch in range(epochs) for batch in lessons.epoch(epoch)]
        file = tmp_path / "state.pt"
        return Teaching(student, Batches(tokenizer, 16), plan, targets, file=file), student

    losses: list[float] = []

    def stop_half_way(step: int, loss: float, kind: str) -> None:
        if kind == "Bilingual":
            losses.append(loss)
        if step == 15:
            first._keep()
            raise KeyboardInterrupt

    first, _ = teaching()
    with pytest.raises(KeyboardInterrupt):
        first.run(stop_half_way)
    second, _ = teaching()
    second.resume()
    assert second.step == 15
    second.run(lambda step, loss, kind: losses.append(loss) if kind == "Bilingual" else None)
    assert second.step == second.steps
    assert losses[-1] < losses[0]


def test_refinement_tells_siblings_apart_and_brings_topics_together(tmp_path: Path) -> None:
    titles = [("阀门", "valve"), ("水泵", "pump"), ("钢", "steel"), ("门", "ing")]
    topics = [["阀门", "阀"], ["水泵", "泵"]]
    tokenizer, student = make_student()
    vectors = encoder(student, Batches(tokenizer, 16))
    targets = torch.tensor(vectors([english for _, english in titles]))
    plan: list[Batch] = [
        Siblings([zh for zh, _ in titles], [en for _, en in titles], [0, 1, 2, 3]),
        Topics([text for listed in topics for text in listed], [0, 0, 1, 1]),
    ] * 30

    def apart() -> tuple[float, float]:
        """How much nearer a title is to its English than to another's; a topic to itself."""
        chinese, english = (vectors([pair[side] for pair in titles]) for side in (0, 1))
        pairs = chinese @ english.T
        one, other = (vectors([listed[side] for listed in topics]) for side in (0, 1))
        near = one @ other.T
        return (
            float(np.trace(pairs) / 4 - (pairs.sum() - np.trace(pairs)) / 12),
            float(np.trace(near) / 2 - (near.sum() - np.trace(near)) / 2),
        )

    before = apart()
    Teaching(student, Batches(tokenizer, 16), plan, targets, file=tmp_path / "s.pt").run(
        lambda step, loss, kind: None
    )
    after = apart()
    assert after[0] > before[0] and after[1] > before[1]


def test_ndcg_by_hand() -> None:
    ranked = np.array([0.0, 3.0, 1.0])
    gain = 3 / np.log2(3) + 1 / np.log2(4)
    best = 3 / np.log2(2) + 1 / np.log2(3)
    assert measure.ndcg(ranked) == pytest.approx(gain / best)


def test_finding_the_other_language_and_the_abstract() -> None:
    vectors = {"阀": [1, 0], "泵": [0, 1], "valve": [0.9, 0.1], "pump": [0.8, 0.6]}

    def encode(texts: Any) -> Any:
        return np.array([vectors[text] for text in texts], dtype=np.float32)

    found = measure.bilingual(encode, [("阀", "valve"), ("泵", "pump")])
    assert found == {"ipc zh-en": 1.0, "ipc en-zh": 0.5}
    rows = [{"title": "阀", "abstract": "valve"}, {"title": "泵", "abstract": "pump"}]
    assert measure.titles(encode, rows) == 1.0
