"""Related words: the rules with made-up vectors, the meaning with the built-in model."""

from collections.abc import Callable
from itertools import compress

import numpy as np
import pytest

from matcher.embedding.text_words import TextWordTable
from matcher.embedding.word_vectors import WordTable
from matcher.evidence.content_words import ContentWords
from matcher.evidence.related_words import RelatedWords, are_related, mark_related
from matcher.ports import Vectors
from matcher.text.highlights import Span, highlights, words
from models.loading import BUILTIN, load_encoder
from models.pretrained import LoadOptions

Words = tuple[list[Span], Vectors]
"""Span and vector of each word."""


def axis_words(text: str, axes: dict[str, int]) -> Words:
    """Words of a text, parted by blanks, each with the unit vector of its axis."""
    spans, vectors, start = [], [], 0
    for word in text.split():
        start = text.index(word, start)
        spans.append((start, start + len(word)))
        vectors.append(np.eye(8, dtype=np.float32)[axes[word]])
        start += len(word)
    return spans, np.array(vectors, dtype=np.float32).reshape(-1, 8)


def related_to(need: Vectors, words: Words) -> list[Span]:
    spans, vectors = words
    return list(compress(spans, are_related(need, vectors).tolist()))


def marked(need: str, passage: str, axes: dict[str, int]) -> tuple[list[str], list[str]]:
    shared = highlights(words(need), passage)
    related = related_to(axis_words(need, axes)[1], axis_words(passage, axes))
    marks = mark_related(related, shared)
    return [passage[a:b] for a, b in marks.highlights], [passage[a:b] for a, b in marks.related]


def test_a_word_of_like_meaning_is_related_and_a_shared_word_is_not() -> None:
    axes = {"plastic": 0, "pump": 1, "polymer": 0, "steel": 2}
    assert marked("plastic pump", "polymer pump steel", axes) == (["pump"], ["polymer"])


def test_adjacent_related_words_are_one_span() -> None:
    assert mark_related([(0, 2), (2, 4)], ()) == RelatedWords((), ((0, 4),))


def test_nothing_is_related_without_words() -> None:
    words = axis_words("steel pump", {"steel": 0, "pump": 1})
    nothing = axis_words("", {})
    assert related_to(nothing[1], words) == related_to(words[1], nothing) == []


Marker = Callable[[str, str], list[str]]


@pytest.fixture(scope="module")
def related() -> Marker:
    content = ContentWords(
        load_encoder(BUILTIN, LoadOptions(compute_dtype="float32")),
        WordTable.empty(),
        TextWordTable.empty(),
    )

    def related_words(need: str, passage: str) -> list[str]:
        listed = content.of([need, passage])
        shared = highlights(words(need), passage)
        asked, shown = listed[need], listed[passage]
        near = related_to(asked.vectors, (list(shown.spans), shown.vectors))
        return [passage[a:b] for a, b in mark_related(near, shared).related]

    return related_words


def test_an_english_need_marks_chinese_words_of_like_meaning(related: Marker) -> None:
    marked_words = related(
        "a robot hand with soft fingers that packs fruit",
        "一种柔软手指的机器人，用于抓取水果，其控制器采用无线通信。",
    )
    assert any("手指" in word for word in marked_words)
    assert any("水果" in word for word in marked_words)
    assert not any("无线" in word or "采用" in word for word in marked_words)


def test_a_chinese_need_marks_english_words_of_like_meaning(related: Marker) -> None:
    marked_words = related(
        "水泵轴承的振动", "The vibration of the bearing is measured while the price falls."
    )
    assert {"vibration", "bearing"} <= set(marked_words)
    assert "price" not in marked_words and "the" not in marked_words


def test_a_synonym_in_the_same_language_is_marked(related: Marker) -> None:
    marked_words = related("不锈钢件的裂缝", "金属表面的裂纹由相机拍摄。")
    assert any("裂纹" in word for word in marked_words)
    assert not any("相机" in word for word in marked_words)
