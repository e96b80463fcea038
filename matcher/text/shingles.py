"""Character n-grams of a text and their overlap (Broder 1997)."""

import re

from matcher.text.characters import nfkc, simplified

SHINGLE_LENGTH = 5


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the Jaccard similarity of two sets, 0 to 1."""
    return len(first & second) / len(first | second)


def shingles(text: str, length: int = SHINGLE_LENGTH) -> frozenset[str]:
    """Return every run of `length` characters; a shorter text is one shingle, so never empty."""
    plain = plain_text(text).replace("本实用新型", "本发明")
    return frozenset(plain[i : i + length] for i in range(max(1, len(plain) - length + 1)))


def plain_text(text: str) -> str:
    """Return the text in lower case and simplified, without width, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", simplified(nfkc(text)).lower())
