"""Content words of a text: function words, form words, numbers and letters left out."""

import re
from collections.abc import Sequence
from functools import cache

from matcher.ports import WordEncoder
from matcher.text.characters import CHINESE
from matcher.text.highlights import Span
from matcher.text.phrases import phrases

MIN_LATIN_LETTERS = 3
"""Letters of a Latin word below which it is mostly a function word or a unit."""
_CHINESE = re.compile(f"[{CHINESE}]")
_LETTER = re.compile(r"[^\W\d_]")


def content_spans(
    encoder: WordEncoder | None, texts: Sequence[str]
) -> list[tuple[Span, ...]] | None:
    """Return the spans of each text's content words, in order; None without an encoder of words."""
    spans = None if encoder is None else encoder.words(texts)
    if spans is None:
        return None
    return [
        tuple((a, b) for a, b in own if is_content_word(text[a:b]))
        for text, own in zip(texts, spans, strict=True)
    ]


def is_content_word(word: str) -> bool:
    """True for a word with content by itself: no function word, form word, number or letter."""
    if _CHINESE.search(word):
        return len(word) > 1 and word not in empty_words()
    folded = word.casefold()
    return len(_LETTER.findall(word)) >= MIN_LATIN_LETTERS and folded not in empty_words()


@cache
def empty_words() -> frozenset[str]:
    """Words of grammar, of the form of patents, and of asking."""
    return frozenset(phrases(__package__, "empty_words.txt"))
