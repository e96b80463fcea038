"""Tokens of the lexical channel: Chinese characters and bigrams, English words, numbers.

Passages and needs are tokenised alike. Offsets point into the original text, so that evidence can
mark the shared words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import add

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
    return [word for _, own in _parts(_fold(text)[0]) for word in own]


class WordSet(frozenset[str]):
    """Words as `words` gives them, to be found in many texts."""

    @cached_property
    def bigrams(self) -> frozenset[str]:
        """Chinese bigrams: wherever one stands in a text, it is a word of it."""
        pairs = (word for word in self if len(word) == 2)
        return frozenset(pair for pair in pairs if all(map(is_chinese_character, pair)))

    @cached_property
    def others(self) -> frozenset[str]:
        """Words that stand alone: the text may hold their letters in a longer word."""
        return self - self.bigrams - _ENGLISH_STOP_WORDS

    def within(self, folded: str) -> frozenset[str]:
        """Return those of the words that a folded text has."""
        pairs = self.bigrams.intersection(map(add, folded, folded[1:]))
        return pairs.union(word for _, word in self._alone(folded))

    def places(self, folded: str) -> list[tuple[int, str]]:
        """Return the start of each of the words in a folded text, and the word."""
        bigrams = self.bigrams
        pairs = enumerate(map(add, folded, folded[1:]))
        return [(start, pair) for start, pair in pairs if pair in bigrams] + self._alone(folded)

    def _alone(self, folded: str) -> list[tuple[int, str]]:
        others = self.others
        if not any(map(folded.__contains__, others)):
            return []
        return [(part.start(), part[0]) for part in _PARTS.finditer(folded) if part[0] in others]


def spans(text: str, wanted: Iterable[str]) -> list[tuple[int, int]]:
    """Return the half-open spans of the wanted words in the original text, in order."""
    listed = wanted if isinstance(wanted, WordSet) else WordSet(wanted)
    text_folded, offsets = _fold(text)
    return sorted(
        (offsets[start], offsets[start + len(word) - 1] + 1)
        for start, word in listed.places(text_folded)
    )


def folded(text: str) -> str:
    """Return the text as its words are read: simplified, NFKC, in small letters."""
    return _fold(text)[0]


def terms(text: str) -> list[str]:
    """Return the index terms: every word, and every Chinese character by itself.

    A character alone means little, and BM25 weighs it so; but it matches a word that the need
    writes with another beginning or end.
    """
    folded, _ = _fold(text)
    listed: list[str] = []
    characters: list[str] = []
    for start, own in _parts(folded):
        listed += own
        if len(own) > 1 or (len(own[0]) == 2 and is_chinese_character(folded[start])):
            characters += folded[start : start + len(own) + 1]
    return listed + characters


def running_words(text: str) -> list[str]:
    """Return every word in order, and the last character of each Chinese run behind its bigrams.

    So a phrase is a sequence of words, and each character begins a word: its bigram, or itself.
    """
    folded = _fold(text)[0]
    listed: list[str] = []
    for start, own in _parts(folded):
        listed += own
        if len(own[0]) == 2 and is_chinese_character(folded[start]):
            listed.append(own[-1][1])
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
    if len(folded) == len(text):  # no character becomes none, so each became one
        return folded, range(len(text))
    return folded, [offset for offset, piece in enumerate(pieces) for _ in piece]


def _parts(folded: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the start and the words of each run of Chinese, and of each other word.

    The words of a run start one after the other; any other word stands alone.
    """
    for part in _PARTS.finditer(folded):
        run = part.group()
        if len(run) > 1 and is_chinese_character(run[0]):
            yield part.start(), list(map(add, run, run[1:]))
        elif run not in _ENGLISH_STOP_WORDS:
            yield part.start(), [run]
