"""Chinese characters, and compatibility characters made ordinary (NFKC)."""

import re
import unicodedata

BASIC_CHINESE = "\u4e00-\u9fff"
"""The basic block of Chinese characters, as a range in a regular expression's `[...]`."""
CHINESE = f"\u3400-\u4dbf{BASIC_CHINESE}"
"""The basic block and extension A, likewise."""
_UNUSUAL = re.compile(f"[^\x00-\x7f\u3000-\u3002{CHINESE}]")


def is_chinese_character(character: str) -> bool:
    """True if a character is in `CHINESE`."""
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"


def nfkc(text: str) -> str:
    """Return the text in NFKC, in which full-width letters, digits and signs are ordinary."""
    return unicodedata.normalize("NFKC", text)


def nfkc_in_place(text: str) -> str:
    """Return NFKC where a character stays one character, so that offsets are the original's.

    Full-width letters, digits and signs, sub- and superscripts become ordinary; `℃` and `㎡`,
    which would become two characters, and the blank and marks `　、。` stay.
    """
    return _UNUSUAL.sub(_one_character, text)


def _one_character(match: re.Match[str]) -> str:
    folded = nfkc(match.group())
    return folded if len(folded) == 1 else match.group()
