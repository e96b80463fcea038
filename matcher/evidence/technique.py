"""Technique in a need: whether it says enough for a patent to be held against it."""

import re
from functools import cache

from matcher.needs.reading.boilerplate import is_filler
from matcher.text.characters import CHINESE
from matcher.text.content_words import MIN_LATIN_LETTERS, empty_words
from matcher.text.phrases import phrases

MIN_TECHNIQUE = 6
"""Characters of technique from which a need says enough: two or three Chinese words."""
LATIN_WORD = 3
"""Chinese characters that a Latin word is worth."""
_CLAUSE_ENDS = re.compile("[。！？；!?;，,\n]")
_LATIN = re.compile(rf"[^\W\d_{CHINESE}]{{{MIN_LATIN_LETTERS},}}")


def says_technique(text: str) -> bool:
    """Return True if a need says more than digits, one word, or words of business and wishes.

    >>> says_technique("防爆电池的隔膜在高温下收缩")
    True
    >>> says_technique("寻求高校合作，提高产品质量"), says_technique("隔膜"), says_technique("123")
    (False, False, False)
    """
    clauses = _CLAUSE_ENDS.split(text)
    technical = " ".join(clause for clause in clauses if not is_filler(clause))
    return _technique(technical) >= MIN_TECHNIQUE


def _technique(text: str) -> int:
    """Return the characters of distinct words that name a technique."""
    chinese = _general_chinese().sub(" ", text)
    runs = set(re.findall(f"[{CHINESE}]{{2,}}", chinese))
    words = {word for word in _LATIN.findall(text.casefold()) if word not in _general()}
    return sum(map(len, runs)) + LATIN_WORD * len(words)


@cache
def _general() -> frozenset[str]:
    return frozenset(phrases(__package__, "general_words.txt")) | empty_words()


@cache
def _general_chinese() -> re.Pattern[str]:
    """Return the pattern of general Chinese words, the longest first."""
    words = (word for word in _general() if re.search(f"[{CHINESE}]", word))
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w)))))
