"""What the lexical channel sees of a text: Chinese characters and bigrams, English words, numbers.

Passages and needs go through the same function. Offsets point into the original text, so that
evidence can mark the words that met.
"""

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence

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


def words(text: str) -> list[str]:
    """Every word of a text in order, normalised; Chinese ones are bigrams, which overlap."""
    folded, _ = _fold(text)
    return [folded[a:b] for a, b in _spans(folded)]


def spans(text: str, wanted: Container[str]) -> list[tuple[int, int]]:
    """Where the wanted words stand in the original text, in order; half-open."""
    folded, places = _fold(text)
    return [(places[a], places[b - 1] + 1) for a, b in _spans(folded) if folded[a:b] in wanted]


def terms(text: str) -> list[str]:
    """What the lexical channel counts: every word, and every Chinese character by itself.

    A character says little alone, and BM25 weighs it so; but it finds the word that a need writes
    with another beginning or end.
    """
    folded, _ = _fold(text)
    listed = [folded[a:b] for a, b in _spans(folded)]
    for part in _PARTS.finditer(folded):
        if len(part.group()) > 1 and _is_chinese(part.group()[0]):
            listed += part.group()
    return listed


class _Folded(dict[str, str]):
    """What a character is in NFKC and lower case; remembers every one that it was asked for."""

    def __missing__(self, character: str) -> str:
        folded = self[character] = unicodedata.normalize("NFKC", character).lower()
        return folded


_FOLDED = _Folded()


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """NFKC and lower case, with each character's place in the original."""
    if text.isascii():
        return text.lower(), range(len(text))
    pieces = list(map(_FOLDED.__getitem__, text))
    folded = "".join(pieces)
    if set(map(len, pieces)) == {1}:
        return folded, range(len(text))
    return folded, [place for place, piece in enumerate(pieces) for _ in piece]


def _spans(folded: str) -> Iterator[tuple[int, int]]:
    for part in _PARTS.finditer(folded):
        yield from _chinese(part) if _is_chinese(part.group()[0]) else _other(part)


def _is_chinese(character: str) -> bool:
    return "㐀" <= character <= "䶿" or "一" <= character <= "鿿"


def _chinese(part: re.Match[str]) -> list[tuple[int, int]]:
    start, end = part.span()
    if end - start == 1:
        return [(start, end)]
    return [(place, place + 2) for place in range(start, end - 1)]


def _other(part: re.Match[str]) -> list[tuple[int, int]]:
    return [] if part.group() in _ENGLISH_STOP_WORDS else [part.span()]
