"""Spans of a passage, and the words that it shares with a need."""

from collections.abc import Iterable

from matcher.text import tokens
from matcher.text.tokens import WordSet

Span = tuple[int, int]


def words(text: str) -> WordSet:
    """Return the words of a text, as the lexical channel has them."""
    return WordSet(tokens.words(text))


def highlights(need_words: frozenset[str], text: str) -> tuple[Span, ...]:
    """Return the spans of the words shared with the need, in order, overlapping spans joined."""
    return join(tokens.spans(text, need_words))


def join(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return half-open spans in order; those that overlap or touch become one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
