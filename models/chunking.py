"""Chunking: a text is cut into pieces that fit a model's window, at sentence ends if possible."""

import re
from collections.abc import Callable, Iterator

from matcher.text.sentences import CHUNK_ENDS, split_sentences

CountTokens = Callable[[str], int]

_CLAUSE_ENDS = re.compile(r"[，、,:：\s]")


def chunk_text(text: str, room: int, count: CountTokens) -> list[str]:
    """Cut a text into pieces of at most `room` tokens; nothing but white space is dropped.

    A text that fits comes back whole, an empty one gives no piece.
    """
    stripped = text.strip()
    if not stripped:
        return []
    # A character seldom has more than two tokens: counting is left out for texts that surely fit.
    if 2 * len(stripped) <= room or count(stripped) <= room:
        return [stripped]
    return [piece for piece in _pack(stripped, room, count) if piece.strip()]


def _pack(text: str, room: int, count: CountTokens) -> list[str]:
    """Fill pieces with whole sentences; a sentence that is too long is cut smaller."""
    pieces: list[str] = []
    filled = room + 1
    for part in _parts(text, room, count):
        size = count(part)
        if filled + size <= room and pieces[-1][-1:].isalnum() and part[:1].isalnum():
            # The halves of a word can have fewer tokens than the word.
            size = max(size, count(pieces[-1] + part) - filled)
        if filled + size > room:
            pieces.append("")
            filled = 0
            size = count(part)
        pieces[-1] += part
        filled += size
    return pieces


def _parts(text: str, room: int, count: CountTokens) -> Iterator[str]:
    """Yield the sentences; the clauses, or halves of them, of a sentence that is too long."""
    for sentence in split_sentences(text, CHUNK_ENDS):
        if count(sentence) <= room:
            yield sentence
        else:
            for clause in split_sentences(sentence, _CLAUSE_ENDS):
                yield from _halves(clause, room, count)


def _halves(text: str, room: int, count: CountTokens) -> list[str]:
    """Halve a text until every part fits."""
    if len(text) <= 1 or count(text) <= room:
        return [text]
    middle = len(text) // 2
    return _halves(text[:middle], room, count) + _halves(text[middle:], room, count)
