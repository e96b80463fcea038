"""What the lexical channel sees of a text: Chinese characters and bigrams, English words, numbers.

Passages and needs go through the same function. Offsets point into the original text, so that
evidence can mark the words that met.
"""

import re
import unicodedata
from dataclasses import dataclass

TOKENS_VERSION = "2"
"""Part of the index's manifest: another version needs another index."""

_CHINESE = "㐀-䶿一-鿿"
_PARTS = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+(?:[.\-][^\W_{_CHINESE}]+)*")
_ENGLISH_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by for from has have in is it its of on or that the this to was we "
        "which with can not our you your into than then there these those such said wherein",
    )
)


@dataclass(frozen=True, slots=True)
class Token:
    """A normalised word and where it stands: text[start:end] of the original."""

    text: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands, half-open."""
        return self.start, self.end


def tokens(text: str) -> list[Token]:
    """Every token of a text in order of position; Chinese ones are bigrams, which overlap."""
    folded, places = _fold(text)
    found: list[Token] = []
    for part in _PARTS.finditer(folded):
        spans = _chinese(part) if _is_chinese(part.group()[0]) else _other(part)
        found += [Token(folded[a:b], places[a], places[b - 1] + 1) for a, b in spans]
    return found


def terms(text: str) -> list[str]:
    """What the lexical channel counts: every token, and every Chinese character by itself.

    A character says little alone, and BM25 weighs it so; but it finds the word that a need writes
    with another beginning or end.
    """
    listed = [token.text for token in tokens(text)]
    for part in _PARTS.finditer(_fold(text)[0]):
        if len(part.group()) > 1 and _is_chinese(part.group()[0]):
            listed += part.group()
    return listed


def _fold(text: str) -> tuple[str, list[int]]:
    """NFKC and lower case, with each character's place in the original."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for piece in unicodedata.normalize("NFKC", character).lower():
            folded.append(piece)
            places.append(place)
    return "".join(folded), places


def _is_chinese(character: str) -> bool:
    return "㐀" <= character <= "䶿" or "一" <= character <= "鿿"


def _chinese(part: re.Match[str]) -> list[tuple[int, int]]:
    start, end = part.span()
    if end - start == 1:
        return [(start, end)]
    return [(place, place + 2) for place in range(start, end - 1)]


def _other(part: re.Match[str]) -> list[tuple[int, int]]:
    return [] if part.group() in _ENGLISH_STOP_WORDS else [part.span()]
