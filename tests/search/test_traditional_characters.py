"""Needs and patents in traditional characters (繁體) find what simplified ones find."""

from dataclasses import replace
from pathlib import Path

import pytest
from opencc import OpenCC

from matcher.search.answer_json import answer_json
from matcher.search.options import SearchOptions
from matcher.types import Answer, Filters, LegalStatus, Need, Patent
from tests.support.engines import engine
from tests.support.samples import ALL, SEPARATOR, TODAY

NEED = "我公司希望电池隔膜涂覆陶瓷层，在150℃下的热收缩率低于2%。"
to_traditional = OpenCC("s2t").convert
OPTIONS = SearchOptions(Filters(legal_status=frozenset(LegalStatus)))


def in_traditional(patent: Patent) -> Patent:
    return replace(
        patent,
        title=to_traditional(patent.title),
        abstract=to_traditional(patent.abstract),
        claims=tuple(replace(c, text=to_traditional(c.text)) for c in patent.claims),
    )


def ask(home: Path, need: str, records: tuple[Patent, ...] = ALL) -> Answer:
    with engine(home, records) as matcher:
        return matcher.match(Need(need), OPTIONS, today=TODAY)


@pytest.fixture(scope="module")
def simplified(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    return ask(tmp_path_factory.mktemp("home"), NEED)


def test_a_need_in_traditional_characters_gets_the_same_answer(
    tmp_path: Path, simplified: Answer
) -> None:
    traditional = ask(tmp_path, to_traditional(NEED))

    assert traditional.reading == simplified.reading
    assert [answer_json(traditional, TODAY)[key] for key in ("results", "notes")] == [
        answer_json(simplified, TODAY)[key] for key in ("results", "notes")
    ]


def test_a_patent_in_traditional_characters_answers_alike_and_is_shown_as_published(
    tmp_path: Path, simplified: Answer
) -> None:
    records = (in_traditional(SEPARATOR), *(p for p in ALL if p is not SEPARATOR))
    best = ask(tmp_path, NEED, records).results[0]
    expected = simplified.results[0]
    assert best.patent.id == SEPARATOR.id

    assert (best.patent.id, best.channels, best.fit) == (
        expected.patent.id,
        expected.channels,
        expected.fit,
    )
    assert best.score == pytest.approx(expected.score)
    for found, meant in zip(best.evidence, expected.evidence, strict=True):
        assert found.text == to_traditional(meant.text)
        assert (found.highlights, found.parts) == (meant.highlights, meant.parts)
    assert best.card == expected.card
