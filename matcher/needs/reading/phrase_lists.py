"""The phrase lists of `phrases/*.txt`, by name."""

import re
from functools import cache

from matcher.text.phrases import alternation, phrase_pattern, phrases


def phrase_list(name: str) -> tuple[str, ...]:
    """Return the phrases of a list."""
    return phrases(__package__, f"phrases/{name}.txt")


def phrase_group(name: str) -> str:
    """Return a group that matches any phrase of a list, to stand in a regular expression."""
    return alternation(__package__, f"phrases/{name}.txt")


@cache
def phrases_in(name: str) -> re.Pattern[str]:
    """Return the pattern of a list's phrases."""
    return phrase_pattern(__package__, f"phrases/{name}.txt")


@cache
def english_phrases_in(name: str) -> re.Pattern[str]:
    """Return the pattern of a list's phrases as whole words in any case."""
    return phrase_pattern(__package__, f"phrases/{name}.txt", r"\b{}\b", re.IGNORECASE)
