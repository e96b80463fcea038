"""What to tell the reader about a need that the engine can read only in part."""

import unicodedata

from matcher.types import Need

LONG_NEED = 3
"""Pieces from which a need counts as long."""
UNREAD_SHARE = 0.3
CHINESE_SHARE = 0.2
"""Share of Chinese letters above which a text is Chinese: one of them says as much as a word."""


def reading_notes(need: Need, pieces: int) -> list[str]:
    """Notes on an empty, very short, very long, or foreign need; often none."""
    text = need.full_text
    if not text or not pieces:
        return ["the need is empty: nothing was searched"]
    notes = []
    if (share := unread_share(text)) > UNREAD_SHARE:
        notes.append(
            f"{share:.0%} of the need's letters are neither Chinese nor Latin; the engine reads "
            "Chinese and English, so this ranking is a guess: state the need in one of them"
        )
    if len(text.split()) == 1 and len(text) <= 4:
        notes.append("the need is one short word: a sentence on problem and goal ranks better")
    if pieces > LONG_NEED:
        notes.append(f"the need is long: it was read in {pieces} pieces that all count alike")
    return notes


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
