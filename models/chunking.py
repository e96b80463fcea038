"""Cuts a text into pieces that fit a model's window, at sentence ends where there are any."""

import re
from collections.abc import Callable

Count = Callable[[str], int]

_ENDS = re.compile(r"(?<=[。！？；.!?;\n])")
_SOFT_ENDS = re.compile(r"(?<=[，、,:：\s])")


def cut(text: str, room: int, count: Count) -> list[str]:
    """Pieces of at most `room` tokens, as `count` counts them; nothing but white space is dropped.

    A text that fits comes back whole, an empty one gives no piece.
    """
    stripped = text.strip()
    if not stripped:
        return []
    # A character has seldom more than two tokens: do not count what is short anyway.
    if 2 * len(stripped) <= room or count(stripped) <= room:
        return [stripped]
    return [piece for piece in _pack(stripped, room, count) if piece.strip()]


def _pack(text: str, room: int, count: Count) -> list[str]:
    """Fill pieces with whole sentences; a sentence too long is cut smaller."""
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


def _parts(text: str, room: int, count: Count) -> list[str]:
    parts: list[str] = []
    for sentence in _ENDS.split(text):
        if count(sentence) <= room:
            parts.append(sentence)
            continue
        for clause in _SOFT_ENDS.split(sentence):
            parts += _halves(clause, room, count)
    return [part for part in parts if part]


def _halves(text: str, room: int, count: Count) -> list[str]:
    if len(text) <= 1 or count(text) <= room:
        return [text]
    middle = len(text) // 2
    return _halves(text[:middle], room, count) + _halves(text[middle:], room, count)
