"""Reading of a search by words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.clauses import MAX_CLAUSES, halves, read_clauses


def written(text: str) -> list[str]:
    return [clause.text for clause in read_clauses(text)]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("锂电池 隔膜", ["锂电池", "隔膜"]),
        ("锂电池，隔膜、耐热；150℃", ["锂电池", "隔膜", "耐热", "150℃"]),
        ('"fault diagnosis" bearing', ["fault diagnosis", "bearing"]),
        ("“热收缩率”隔膜", ["热收缩率", "隔膜"]),
        ("「热收缩率」", ["热收缩率"]),
        ('隔膜 "没有结束', ["隔膜", "没有结束"]),
        ("隔膜 隔膜 隔膜", ["隔膜"]),
        ("the bearing of", ["bearing"]),
        ("the of", ["the"]),
        (" 、。 ", []),
        ("CN201910000001.1", ["CN201910000001.1"]),
    ],
)
def test_words_are_apart_by_blanks_and_commas_and_phrases_stay_whole(
    text: str, clauses: list[str]
) -> None:
    assert written(text) == clauses


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("膜", True),
        ("隔膜", False),
        ("elec", True),
        ("el", False),
        ("150", False),
        ("20191000", True),
        ("H01M", True),
        ('"electrolyt"', False),
        ('"隔膜 膜"', True),
    ],
)
def test_the_last_word_may_go_on_where_it_is_long_enough(text: str, is_open: bool) -> None:
    (clause,) = read_clauses(text)
    assert clause.is_open is is_open


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    clauses = read_clauses(text)
    assert len(clauses) <= MAX_CLAUSES
    assert all('"' not in word and " " not in word for own in clauses for word in own.words)


def test_a_run_of_characters_is_parted_everywhere_but_at_single_characters() -> None:
    (clause,) = read_clauses("陶瓷涂层刀具")
    parted = [(before.text, after.text) for before, after in halves(clause)]
    assert parted == [("陶瓷", "涂层刀具"), ("陶瓷涂", "层刀具"), ("陶瓷涂层", "刀具")]
    assert halves(read_clauses("陶瓷A")[0]) == halves(read_clauses("bearing")[0]) == []
