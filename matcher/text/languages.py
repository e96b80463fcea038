"""Language of a text: its share of Chinese and of unreadable letters."""

import re
import unicodedata

from matcher.text.characters import CHINESE

CHINESE_SHARE = 0.2
"""Share of Chinese letters above which a text is Chinese: one of them is worth a word."""
_CHINESE = re.compile(f"[{CHINESE}]+")


def unread_share(text: str) -> float:
    """Return the share of letters (0 to 1) that are neither Chinese nor Latin nor Greek."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return 0.0
    unread = sum(not _is_read(character) for character in letters)
    return unread / len(letters)


def is_chinese(text: str) -> bool:
    """True for a Chinese text, with or without English terms; False without any letter."""
    letters = sum(map(str.isalpha, text))
    return sum(map(len, _CHINESE.findall(text))) > CHINESE_SHARE * letters


def _is_read(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(
        ("CJK UNIFIED", "CJK COMPAT", "LATIN", "FULLWIDTH LATIN", "GREEK", "MICRO", "OHM", "KELVIN")
    )
