"""What to tell the reader about a need that the engine can read only in part."""

import unicodedata

CHINESE_SHARE = 0.2
"""Share of Chinese letters above which a text is Chinese: one of them says as much as a word."""


def unread_share(text: str) -> float:
    """The share of letters (0 to 1) that are neither Chinese nor Latin nor Greek symbols."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return 0.0
    unread = sum(not _is_read(character) for character in letters)
    return unread / len(letters)


def is_chinese(text: str) -> bool:
    """Whether a text is Chinese, be there English terms in it; one without letters is not."""
    letters = [character for character in text if character.isalpha()]
    return sum("\u3400" <= letter <= "\u9fff" for letter in letters) > CHINESE_SHARE * len(letters)


def _is_read(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(
        ("CJK UNIFIED", "CJK COMPAT", "LATIN", "FULLWIDTH LATIN", "GREEK", "MICRO", "OHM", "KELVIN")
    )
