"""Marks of a passage: whole words with content that the need has too, none negated."""

import pytest

from matcher.evidence.shared_words import NeedWords
from matcher.text.highlights import Span
from matcher.text.negation import negated_spans, words_by_polarity


def split(text: str) -> tuple[str, list[Span]]:
    """A text whose words are parted by `|`, and their spans."""
    spans, start = [], 0
    for word in text.split("|"):
        if word.strip():
            spans.append((start, start + len(word)))
        start += len(word)
    return text.replace("|", ""), spans


def marked(need: str, passage: str) -> list[str]:
    text, spans = split(passage)
    words = NeedWords(*split(need))
    return [text[a:b] for a, b in words.shared(text, spans, words.negated(text))]


@pytest.mark.parametrize(
    ("need", "passage", "marks"),
    [
        # Bigrams meet across the borders of words (用高); only whole words are marked.
        ("使用|高压|水泵", "采用|高|负荷|水泵", ["水泵"]),
        ("使用|电池", "用电|设备", []),
        ("电池|隔膜|收缩", "锂|电池|隔膜", ["电池隔膜"]),
        ("换|电池隔膜", "一种|隔膜", ["隔膜"]),  # a compound ends in it
        ("夹|爪|打滑", "柔性|夹|爪", ["夹爪"]),
        # A digit says something with its unit only.
        ("低于|2|%|，|1|小时", "权利要求|1|至|3|，|2|%|，|2|微米", ["2"]),
        # Words of grammar and of the form of patents.
        ("现有技术|具有|缺陷|通过|加热|使其|固化", "现有技术|具有|通过|使其", []),
        ("加热|的|方法", "加热|的|方法|步骤", ["加热"]),
        ("a| |pump| |without| |seal", "pump| |without| |filter", ["pump"]),
        # Means that the passage does without.
        ("加热|固化", "不|采用|加热|，|紫外|固化", ["固化"]),
        ("不|采用|加热|固化", "不|采用|加热|固化", ["加热固化"]),
    ],
)
def test_whole_words_with_content_are_marked(need: str, passage: str, marks: list[str]) -> None:
    assert marked(need, passage) == marks


def test_traditional_characters_are_marked_where_they_stand() -> None:
    assert marked("电池|隔膜", "電池|隔膜|收縮") == ["電池隔膜"]


def test_without_words_of_a_model_bigrams_are_marked() -> None:
    assert NeedWords("电池隔膜", None).shared("一种隔膜", None, ()) == ((2, 4),)


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("不采用加热的方式固化树脂", ["不采用加热"]),
        ("无需加热、加压，室温固化", ["无需加热、加压"]),
        ("由弹簧驱动，不含电机", ["不含电机"]),
        ("用紫外光代替加热", ["代替加热"]),
        ("a pump without a mechanical seal, which runs dry", ["without a mechanical seal"]),
        ("no need for heating and then pressed", ["no need for heating"]),
        ("不锈钢加热管、无线传感器、可替代材料，不加工、不用户，加热不均匀", []),
    ],
)
def test_means_that_are_done_without(text: str, negated: list[str]) -> None:
    assert [text[a:b] for a, b in negated_spans(text)] == negated


def test_a_word_that_is_also_affirmed_is_affirmed() -> None:
    affirmed, negated = words_by_polarity("先加热，之后不再使用加热炉")
    assert "加热" in affirmed and "加热" not in negated and "热炉" in negated
