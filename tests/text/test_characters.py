import re

from hypothesis import given
from hypothesis import strategies as st

from matcher.text.characters import CHINESE, is_chinese_character, nfkc, nfkc_in_place, simplified


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


def test_traditional_characters_become_simplified_ones_one_for_one() -> None:
    text = "一種聚醯亞胺與矽膠複合之乾燥設備，鎔點顯著提高（TEFLON テフロン塗層，反覆塗佈於銅箔）"

    assert simplified(text) == (
        "一种聚酰亚胺与硅胶复合之干燥设备，熔点显著提高（TEFLON テフロン涂层，反复涂布于铜箔）"
    )


@given(st.text())
def test_simplified_keeps_the_length(text: str) -> None:
    assert len(simplified(text)) == len(text)


def test_simplified_leaves_names_of_substances_and_other_languages() -> None:
    for text in ("苯并噁唑与季鏻盐", "電池の製造方法", "한국의 電池"):
        assert simplified(text) == text
