"""Technique in a need: whether it says enough for a patent to be held against it."""

import re
from collections.abc import Iterable
from functools import cache

from matcher.needs.reading.boilerplate import is_filler
from matcher.text.characters import CHINESE, simplified
from matcher.text.content_words import MIN_LATIN_LETTERS, empty_words, is_content_word
from matcher.text.highlights import words
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


def technique_terms(text: str) -> frozenset[str]:
    """Return the words of a text, as the lexical channel has them, that may name a technique.

    General words and figures do not.

    >>> sorted(technique_terms("提高产品的隔膜质量")), technique_terms("improve the quality")
    (['隔膜'], frozenset())
    """
    specific = words(_general_phrases().sub(" ", simplified(text)))
    return frozenset(filter(is_content_word, specific - _general()))


def _technique(text: str) -> int:
    """Return the characters of distinct words that name a technique."""
    chinese = _general_chinese().sub(" ", text)
    runs = set(re.findall(f"[{CHINESE}]{{2,}}", chinese))
    latin = {word for word in _LATIN.findall(text.casefold()) if word not in _general()}
    return sum(map(len, runs)) + LATIN_WORD * len(latin)


@cache
def _general() -> frozenset[str]:
    return frozenset(phrases(__package__, "general_words.txt")) | empty_words()


@cache
def _general_chinese() -> re.Pattern[str]:
    """Return the pattern of general Chinese words, the longest first."""
    return _pattern(word for word in _general() if re.search(f"[{CHINESE}]", word))


@cache
def _general_phrases() -> re.Pattern[str]:
    """Return the same pattern without single characters, which are parts of other words too."""
    return _pattern(word for word in _general() if re.fullmatch(f"[{CHINESE}]{{2,}}", word))


def _pattern(chinese: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(chinese, key=lambda w: (-len(w), w)))))
