from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.highlights import highlights, join, words
from tests.support.samples import SEPARATOR


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_shared_words_are_marked_and_overlapping_marks_joined() -> None:
    text = SEPARATOR.claims[1].text
    assert marked(text, highlights(words("陶瓷层的厚度"), text)) == ["陶瓷层厚度"]


def test_nothing_is_marked_without_a_shared_word() -> None:
    assert highlights(words("轴承"), SEPARATOR.abstract) == ()


def test_marks_of_full_width_text_point_into_the_original() -> None:
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
