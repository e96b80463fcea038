"""Content words of a text: function words, form words, numbers and letters left out."""

import re
from functools import cache

from matcher.text.characters import CHINESE
from matcher.text.phrases import phrases

MIN_LATIN_LETTERS = 3
"""Letters of a Latin word below which it is mostly a function word or a unit."""
_CHINESE = re.compile(f"[{CHINESE}]")
_LETTER = re.compile(r"[^\W\d_]")


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
