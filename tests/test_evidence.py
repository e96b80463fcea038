from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evidence import evidence, highlights, join, words
from tests.samples import SEPARATOR

NEED = words("陶瓷层的厚度")


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_the_claim_that_answers_is_shown_with_the_words_that_met() -> None:
    shown = evidence(NEED, SEPARATOR, 2)
    assert (shown.passage, shown.text) == ("claim 2", SEPARATOR.claims[1].text)
    assert marked(shown.text, shown.highlights) == ["陶瓷层厚度"]


@pytest.mark.parametrize("number", [0, 9])
def test_no_claim_or_one_that_is_gone_shows_the_abstract(number: int) -> None:
    shown = evidence(NEED, SEPARATOR, number)
    assert (shown.passage, shown.text) == ("abstract", SEPARATOR.abstract)
    assert marked(shown.text, shown.highlights) == ["陶瓷层"]


def test_without_an_abstract_the_title_is_shown() -> None:
    bare = replace(SEPARATOR, abstract="")
    assert evidence(NEED, bare, 0).text == SEPARATOR.title


def test_nothing_is_marked_where_no_word_meets() -> None:
    assert highlights(words("轴承"), SEPARATOR.abstract) == ()


def test_marks_keep_to_the_written_text_in_full_width() -> None:
    text = "采用ＰＥ膜"
    assert marked(text, highlights(words("pe膜"), text)) == ["ＰＥ膜"]


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ([], ()),
        ([(4, 6), (0, 2)], ((0, 2), (4, 6))),
        ([(0, 2), (1, 3), (3, 5)], ((0, 5),)),
        ([(0, 9), (2, 3)], ((0, 9),)),
    ],
)
def test_spans_that_overlap_or_touch_become_one(
    spans: list[tuple[int, int]], joined: tuple[tuple[int, int], ...]
) -> None:
    assert join(spans) == joined


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda s: (s[0], sum(s)))))
def test_joining_marks_the_same_characters(spans: list[tuple[int, int]]) -> None:
    joined = join(spans)
    assert {c for a, b in joined for c in range(a, b)} == {c for a, b in spans for c in range(a, b)}
    assert all(before[1] < after[0] for before, after in pairwise(joined))
