"""Chunking: a text is cut into pieces that fit a model's window, at sentence ends if possible."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from matcher.ports import TextKind
from matcher.text.highlights import Span
from matcher.text.sentences import CHUNK_ENDS, split_sentences

CountTokens = Callable[[str], int]
MIN_ROOM = 8
"""Tokens of text in a piece, at least, however long the prefix is."""
TOKENS_OF_A_CHARACTER = 2
"""Tokens that a character seldom has more of, whatever the tokenizer."""
NO_PREFIXES: Mapping[TextKind, str] = {"query": "", "passage": ""}

_CLAUSE_ENDS = re.compile(r"[，、,:：\s]")


class Chunker:
    """Cuts texts into pieces that fit a model's window. May be used from several threads."""

    def __init__(
        self,
        count: CountTokens,
        window: int,
        prefixes: Mapping[TextKind, str] = NO_PREFIXES,
        at_most: CountTokens | None = None,
    ) -> None:
        """Take the window in tokens, special tokens left out, and the prefixes of the texts.

        `at_most` is a number of tokens that a text does not exceed, which is quicker to tell.
        """
        self._count = count
        self._at_most = at_most
        self._room = {
            kind: max(MIN_ROOM, window - count(prefix)) for kind, prefix in prefixes.items()
        }
        # Cached, as the claims of a patent follow each other with one title.
        self._title_and_room = lru_cache(maxsize=32)(self._fit_title)

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut a text into pieces."""
        return self._chunks(text, self._room[kind])

    def split_with_title(self, title: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        """Cut a text into pieces that fit behind the title, which gets half the window at most."""
        front, room = self._title_and_room(title, kind)
        pieces = self._chunks(text, room)
        return [(front + piece, (len(front), len(front) + len(piece))) for piece in pieces]

    def _fit_title(self, title: str, kind: TextKind) -> tuple[str, int]:
        """Beginning of a title that fits half the window, and the room for text behind it."""
        room = self._room[kind]
        front = "".join(f"{piece}\n" for piece in self._chunks(title, room // 2)[:1])
        return front, room - self._count(front)

    def _chunks(self, text: str, room: int) -> list[str]:
        return chunk_text(text, room, self._count, self._at_most)


def chunk_text(
    text: str, room: int, count: CountTokens, at_most: CountTokens | None = None
) -> list[str]:
    """Cut a text into pieces of at most `room` tokens; nothing but white space is dropped.

    A text that fits comes back whole, an empty one gives no piece. Tokens of a text of which
    `at_most` tells that it surely fits are not counted.
    """
    stripped = text.strip()
    if not stripped:
        return []
    most = at_most(stripped) if at_most else TOKENS_OF_A_CHARACTER * len(stripped)
    if most <= room or count(stripped) <= room:
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
