"""The words that a need and a passage of a patent share, and where they stand in it."""

from collections.abc import Iterable

from matcher.text import tokens

Span = tuple[int, int]


def words(text: str) -> frozenset[str]:
    """The words of a text, as the lexical channel sees them."""
    return frozenset(tokens.words(text))


def highlights(need_words: frozenset[str], text: str) -> tuple[Span, ...]:
    """Where the text's words are also words of the need: in order, overlapping ones joined."""
    return join(tokens.spans(text, need_words))


def join(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Half-open spans in order, those that overlap or touch made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
