import re

from hypothesis import given
from hypothesis import strategies as st

from matcher.text.characters import CHINESE, is_chinese_character, nfkc, nfkc_in_place


def test_chinese_characters_of_the_basic_block_and_extension_a() -> None:
    assert [c for c in "隔㛃aー、䷀１" if is_chinese_character(c)] == ["隔", "㛃"]


@given(st.characters())
def test_the_range_for_expressions_holds_the_same_characters(character: str) -> None:
    assert bool(re.match(f"[{CHINESE}]", character)) == is_chinese_character(character)


def test_nfkc_in_place_leaves_characters_that_would_become_two() -> None:
    text = "Ａ１（℃）x²㎡"

    assert nfkc(text) == "A1(°C)x2m2"
    assert nfkc_in_place(text) == "A1(℃)x2㎡"


@given(st.text())
def test_nfkc_in_place_keeps_the_length(text: str) -> None:
    assert len(nfkc_in_place(text)) == len(text)
