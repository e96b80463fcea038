"""Negated means: clauses that say what is not used (不采用加热, without a seal)."""

import re
from functools import cache

from matcher.text.highlights import Span, join, words
from matcher.text.phrases import alternation

_SCOPE = (
    r"(?:(?!的(?:方式|方法|情况|条件|前提|手段|工艺))(?!而|即可|就能|便可|但|并|然后)"
    r"[^，。；：？！\n,.;:?!]){1,14}"
)
"""Text behind a Chinese cue that is negated: to the end of the clause, or what is done instead."""
_ENGLISH_SCOPE = r"(?:\s+(?!and\b|but\b|which\b|that\b|while\b)[\w/-]+){1,5}"


def negated_spans(text: str) -> tuple[Span, ...]:
    """Return the spans that are negated, each with its cue, in order.

    >>> [text[a:b] for text in ["不采用加热，而采用紫外光固化。"] for a, b in negated_spans(text)]
    ['不采用加热']
    """
    return join(match.span() for match in _pattern().finditer(text))


def words_by_polarity(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that a text affirms, and those that it only negates."""
    spans = negated_spans(text)
    if not spans:
        return words(text), frozenset()
    affirmed, start = [], 0
    for a, b in spans:
        affirmed.append(text[start:a])
        start = b
    stated = words("\n".join((*affirmed, text[start:])))
    return stated, words("\n".join(text[a:b] for a, b in spans)) - stated


@cache
def _pattern() -> re.Pattern[str]:
    chinese = alternation(__package__, "negations.txt")
    english = alternation(__package__, "negations_english.txt")
    return re.compile(rf"{chinese}{_SCOPE}|\b{english}{_ENGLISH_SCOPE}", re.IGNORECASE)
