"""Marks by meaning: the rules on made-up vectors, the meaning itself with the built-in model."""

from collections.abc import Callable

import numpy as np
import pytest

from matcher.embedding.word_vectors import WordTable
from matcher.evidence.content_words import ContentWords
from matcher.evidence.related_words import Marks, closeness, marks
from matcher.ports import WordVectors
from matcher.text.highlights import highlights, words
from models.loading import BUILTIN, load_encoder


def spelled(text: str, axes: dict[str, int]) -> WordVectors:
    """Each blank-separated word with the unit vector of its axis."""
    spans, vectors, at = [], [], 0
    for word in text.split():
        at = text.index(word, at)
        spans.append((at, at + len(word)))
        vectors.append(np.eye(8, dtype=np.float32)[axes[word]])
        at += len(word)
    return WordVectors(tuple(spans), np.array(vectors, dtype=np.float32).reshape(-1, 8))


def marked(need: str, passage: str, axes: dict[str, int]) -> tuple[list[str], list[str]]:
    shared = highlights(words(need), passage)
    found = marks(spelled(need, axes), spelled(passage, axes), shared)
    return [passage[a:b] for a, b in found.highlights], [passage[a:b] for a, b in found.related]


def test_a_word_of_like_meaning_is_related_and_one_that_is_shared_is_not() -> None:
    axes = {"plastic": 0, "pump": 1, "polymer": 0, "steel": 2}
    assert marked("plastic pump", "polymer pump steel", axes) == (["pump"], ["polymer"])


def test_related_words_that_touch_become_one_mark() -> None:
    both = WordVectors(((0, 2), (2, 4)), np.eye(8, dtype=np.float32)[[0, 0]])
    need = WordVectors(((0, 7),), np.eye(8, dtype=np.float32)[[0]])
    assert marks(need, both, ()) == Marks((), ((0, 4),))


def test_nothing_is_close_to_a_need_without_words() -> None:
    passage = spelled("steel pump", {"steel": 0, "pump": 1})
    nothing = spelled("", {})
    assert closeness(nothing, passage).tolist() == [-1, -1]
    assert marks(spelled("steel", {"steel": 0}), nothing, ()) == Marks((), ())


Marker = Callable[[str, str], list[str]]


@pytest.fixture(scope="module")
def related() -> Marker:
    content = ContentWords(load_encoder(BUILTIN, compute_dtype="float32"), WordTable.empty())

    def found(need: str, passage: str) -> list[str]:
        listed = content.of([need, passage])
        shared = highlights(words(need), passage)
        spans = marks(listed[need], listed[passage], shared).related
        return [passage[a:b] for a, b in spans]

    return found


def test_an_english_need_marks_the_chinese_words_that_mean_the_same(related: Marker) -> None:
    found = related(
        "a robot hand with soft fingers that packs fruit",
        "一种柔软手指的机器人，用于抓取水果，其控制器采用无线通信。",
    )
    assert any("手指" in one for one in found)
    assert any("水果" in one for one in found)
    assert not any("无线" in one or "采用" in one for one in found)


def test_a_chinese_need_marks_english_words(related: Marker) -> None:
    found = related(
        "水泵轴承的振动", "The vibration of the bearing is measured while the price falls."
    )
    assert {"vibration", "bearing"} <= set(found)
    assert "price" not in found and "the" not in found


def test_another_word_for_the_same_thing_is_marked_in_one_language(related: Marker) -> None:
    found = related("不锈钢件的裂缝", "金属表面的裂纹由相机拍摄。")
    assert any("裂纹" in one for one in found)
    assert not any("相机" in one for one in found)
