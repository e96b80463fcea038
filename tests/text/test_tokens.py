import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.tokens import WordSet, folded, spans, terms, words


def test_chinese_gives_overlapping_bigrams() -> None:
    assert words("锂离子电池") == ["锂离", "离子", "子电", "电池"]
    assert words("膜") == ["膜"]


def test_terms_are_tokens_and_single_characters() -> None:
    assert sorted(terms("PE隔膜，阀")) == sorted(["pe", "隔膜", "隔", "膜", "阀"])
    assert terms("Li-ion 2.5 ，") == ["li-ion", "2.5"]
    assert terms("") == []


def test_a_phrase_is_found_inside_a_sentence() -> None:
    assert set(words("电池隔膜")) <= set(words("一种用于动力电池隔膜的涂层。"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A method for the Battery, wherein said", ["method", "battery"]),
        ("Li-ion 2.5 μm", ["li-ion", "2.5", "μm"]),
        ("Al2O3", ["al2o3"]),
        ("PE膜", ["pe", "膜"]),
        ("ＰＥ膜", ["pe", "膜"]),
        ("，。—— \n", []),
        ("", []),
    ],
)
def test_words_numbers_and_mixed_script(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text(st.sampled_from("隔膜锂电池 ABİﬁ㎡μ2５.-,。ss")))
def test_offsets_point_into_the_original(text: str) -> None:
    listed = words(text)
    found = spans(text, frozenset(listed))
    assert len(found) == len(listed)
    assert [start for start, _ in found] == sorted(start for start, _ in found)
    for word, (start, end) in zip(listed, found, strict=True):
        assert 0 <= start < end <= len(text)
        assert word in words(text[start:end])


def test_spans_of_wanted_words_only() -> None:
    assert spans("隔膜与ＰＥ隔膜", {"pe", "隔膜", "阀门"}) == [(0, 2), (3, 5), (5, 7)]
    assert spans("隔膜", set()) == []


@given(st.text(st.sampled_from("锂离子电池隔膜涂层"), min_size=2))
def test_no_two_neighbouring_characters_are_missed(text: str) -> None:
    bigrams = {text[place : place + 2] for place in range(len(text) - 1)}
    assert bigrams <= set(words(text))


@given(
    st.text(st.sampled_from("锂离子电池 PE的2.5-，")), st.text(st.sampled_from("锂离子电池 PE2.5-"))
)
def test_the_words_within_a_text_are_those_that_it_has(text: str, other: str) -> None:
    wanted = WordSet(words(other))
    assert wanted.within(folded(text)) == wanted & frozenset(words(text))
