import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.shingles import jaccard, shingles

TEXTS = st.text("蒸发装置abc，。 1", max_size=60)


def overlap(first: str, second: str) -> float:
    return jaccard(shingles(first), shingles(second))


@given(TEXTS, TEXTS)
def test_overlap_is_a_symmetric_share_and_a_text_is_like_itself(one: str, two: str) -> None:
    assert 0 <= overlap(one, two) <= 1
    assert overlap(one, two) == overlap(two, one)
    assert overlap(one, one) == 1


def test_overlap_by_hand() -> None:
    # abcde, bcdef against abcde, bcdeg: one of three is in both.
    assert overlap("abcdef", "abcdeg") == pytest.approx(1 / 3)
    assert overlap("ＡＢＣ－ＤＥＦ", "abc def") == 1
    assert overlap("本实用新型公开了阀", "本发明公开了阀") == 1
