"""Tokens of the lexical channel: Chinese characters and bigrams, English words, numbers.

Passages and needs are tokenised alike. Offsets point into the original text, so that evidence can
mark the shared words.
"""

import re
from collections.abc import Container, Iterator, Sequence

from matcher.text.characters import CHINESE, is_chinese_character, nfkc, simplified

TOKENS_VERSION = "3"
"""Part of the index's manifest: another version needs another index."""

_PARTS = re.compile(rf"[{CHINESE}]+|[^\W_{CHINESE}]+(?:[.\-][^\W_{CHINESE}]+)*")
_ENGLISH_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by for from has have in is it its of on or that the this to was we "
        "which with can not our you your into than then there these those such said wherein",
    )
)


def words(text: str) -> list[str]:
    """Return every word of a text in order, normalised; Chinese words are overlapping bigrams."""
    folded, _ = _fold(text)
    return [folded[a:b] for a, b in _spans(folded)]


def spans(text: str, wanted: Container[str]) -> list[tuple[int, int]]:
    """Return the half-open spans of the wanted words in the original text, in order."""
    folded, offsets = _fold(text)
    return [(offsets[a], offsets[b - 1] + 1) for a, b in _spans(folded) if folded[a:b] in wanted]


def terms(text: str) -> list[str]:
    """Return the index terms: every word, and every Chinese character by itself.

    A character alone means little, and BM25 weighs it so; but it matches a word that the need
    writes with another beginning or end.
    """
    folded, _ = _fold(text)
    listed = [folded[a:b] for a, b in _spans(folded)]
    for part in _PARTS.finditer(folded):
        if len(part.group()) > 1 and is_chinese_character(part.group()[0]):
            listed += part.group()
    return listed


class _Folded(dict[str, str]):
    """Cache of each character in NFKC and lower case."""

    def __missing__(self, character: str) -> str:
        folded = self[character] = nfkc(character).lower()
        return folded


_FOLDED = _Folded()


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """Simplified characters, NFKC and lower case, with each character's offset in the original."""
    if text.isascii():
        return text.lower(), range(len(text))
    pieces = list(map(_FOLDED.__getitem__, simplified(text)))
    folded = "".join(pieces)
    if set(map(len, pieces)) == {1}:
        return folded, range(len(text))
    return folded, [offset for offset, piece in enumerate(pieces) for _ in piece]


def _spans(folded: str) -> Iterator[tuple[int, int]]:
    for part in _PARTS.finditer(folded):
        yield from _chinese(part) if is_chinese_character(part.group()[0]) else _other(part)


def _chinese(part: re.Match[str]) -> list[tuple[int, int]]:
    start, end = part.span()
    if end - start == 1:
        return [(start, end)]
    return [(offset, offset + 2) for offset in range(start, end - 1)]


def _other(part: re.Match[str]) -> list[tuple[int, int]]:
    return [] if part.group() in _ENGLISH_STOP_WORDS else [part.span()]
