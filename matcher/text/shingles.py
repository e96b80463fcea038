"""Character n-grams of a text and their overlap (Broder 1997)."""

import re
import unicodedata

SHINGLE = 5


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """What two sets share of all that they hold, 0 to 1."""
    return len(first & second) / len(first | second)


def shingles(text: str, length: int = SHINGLE) -> frozenset[str]:
    """Every run of so many characters. Never empty: a text shorter than a shingle is one."""
    plain = plain_text(text).replace("本实用新型", "本发明")
    return frozenset(plain[i : i + length] for i in range(max(1, len(plain) - length + 1)))


def plain_text(text: str) -> str:
    """The text in lower case without width, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())
