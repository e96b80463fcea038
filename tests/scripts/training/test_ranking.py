"""A jury's opinion of titles, and a student that takes it over."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from scripts.training import ranking, sources
from scripts.training.batches import Ranked
from scripts.training.student import Batches, encoder
from scripts.training.trainer import Teaching
from tests.scripts.training.test_student import make_student
from tests.support.training_data import write_data

ASKED = ["阀门漏水，想要一种不漏的阀", "水泵的钢轴断了"]
TITLES = ["阀门", "不漏的阀", "水泵", "钢轴", "门", "纸"]


def texts() -> ranking.Texts:
    return ranking.Texts(ASKED, TITLES, {2: "a pump"})


def by_length(texts: Sequence[str]) -> NDArray[np.float32]:
    angles = np.array([len(text) / 20 for text in texts])
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def test_shared_characters_tell_which_title_suits() -> None:
    scores = ranking.ByCharacters(texts(), "cpu")(torch.tensor([1, 0]))
    assert scores.shape == (2, 6)
    assert scores[1].argmax() == TITLES.index("不漏的阀")
    assert scores[0, TITLES.index("水泵")] > scores[0, TITLES.index("阀门")]
    assert scores[:, TITLES.index("纸")].tolist() == [0.0, 0.0]


def test_judges_add_their_opinions_and_titles_may_be_read_in_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ranking, "ENGLISH_SHARE", 1.0)
    judges: list[ranking.Judge] = [
        ranking.ByCharacters(texts(), "cpu"),
        ranking.ByVectors(by_length, texts(), "cpu"),
    ]
    one, both = (ranking.Jury(texts(), judges[:n], "cpu", 3) for n in (1, 2))
    alone, together = one.question([0, 1], 7), both.question([0, 1], 7)
    assert alone.asked == together.asked == ASKED
    assert sorted(alone.offered) == sorted(["a pump", *(t for t in TITLES if t != "水泵")])
    assert together.opinion.shape == (2, 6)
    assert not torch.allclose(alone.opinion, together.opinion)
    assert both.question([0, 1], 7).offered == together.offered
    place = alone.offered.index("不漏的阀")
    assert alone.opinion[0].argmax() == place


def test_every_text_asks_before_one_asks_again() -> None:
    many = ranking.Texts([f"问{n}" for n in range(2 * ranking.ASKED_AT_ONCE)], TITLES, {})
    batches = list(ranking.Jury(many, [], "cpu", 3).questions(4))
    for first, second in (batches[:2], batches[2:]):
        assert sorted(first + second) == list(range(len(many.asked)))


def test_the_loss_is_least_where_the_cosines_have_the_order_of_the_opinion() -> None:
    asked = torch.eye(1, 8)
    titles = torch.nn.functional.normalize(
        torch.eye(4, 8) + torch.linspace(2, 0.2, 4)[:, None] * asked
    )
    opinion = (titles @ asked.T).T * 10
    right = ranking.loss(asked, titles, opinion)
    assert right < ranking.loss(asked, titles.flip(0), opinion)


def test_a_student_learns_the_order_of_a_jury(tmp_path: Path) -> None:
    tokenizer, student = make_student()
    judge = ranking.ByCharacters(texts(), "cpu")
    vectors = encoder(student, Batches(tokenizer, 16))

    def agreement() -> float:
        cosines = vectors(ASKED) @ vectors(TITLES).T
        wanted = judge(torch.tensor([0, 1])).numpy()
        return float(
            np.mean([np.corrcoef(*rows)[0, 1] for rows in zip(cosines, wanted, strict=True)])
        )

    before = agreement()
    Teaching(
        student,
        Batches(tokenizer, 16),
        [Ranked([0, 1])] * 40,
        torch.zeros(1, 32),
        file=tmp_path / "state.pt",
        pace=10.0,
        jury=ranking.Jury(texts(), [judge], "cpu", 3),
    ).run(lambda step, loss, kind: None)
    assert agreement() > before + 0.2


def test_texts_come_from_patents_papers_and_titles_that_are_not_held_out(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    held_out = frozenset({"A01B", "B02C"})
    found = ranking.texts(data, held_out, 3)
    assert any("本发明公开了一种阀门" in text for text in found.asked)
    assert not any("csl_ts" in text for text in (*found.asked, *found.offered))
    assert not any("A01B" in title for title in found.offered)
    assert any("C03C" in title for title in found.offered)
    assert found.english and all(
        "in " in title or "notes" in title for title in found.english.values()
    )
    assert len(found.offered) == len(set(found.offered))
    assert sources.held_out_subclasses(data)


def test_titles_lose_their_function_words() -> None:
    assert ranking.bare_title("一种用于阀门的密封及其方法") == "阀门密封方法"
