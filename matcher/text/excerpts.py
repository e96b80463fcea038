"""Excerpts of a passage around its marked spans."""

from matcher.text.highlights import Span


def excerpt(
    text: str, spans: tuple[Span, ...], limit: int, begin: int | None = None
) -> tuple[str, tuple[Span, ...]]:
    """Return about `limit` characters with the most marked ones, and the marks in them.

    `begin` is the position to begin at instead, or earlier if the text ends before the limit.
    A text that fits is returned whole; an ellipsis marks each cut.
    """
    if len(text) <= limit:
        return text, spans
    if begin is None:
        start = _best_start(text, spans, limit)
    else:
        start = max(0, min(begin, len(text) - limit))
    end = min(len(text), start + limit)
    while 0 < start < end and _inside_word(text, start):
        start += 1
    while start < end < len(text) and _inside_word(text, end):
        end -= 1
    before, after = ("…" if start else ""), ("…" if end < len(text) else "")
    shift = len(before) - start
    inside = ((max(s, start), min(e, end)) for s, e in spans)
    marks = tuple((s + shift, e + shift) for s, e in inside if s < e)
    return before + text[start:end] + after, marks


def _inside_word(text: str, position: int) -> bool:
    """True if a cut before this character would part a Latin word or a number."""
    pair = text[position - 1 : position + 1]
    return pair.isascii() and pair.isalnum()


def _best_start(text: str, spans: tuple[Span, ...], limit: int) -> int:
    """Start of the window of `limit` characters with the most marked characters."""
    lead = limit // 10
    starts = [0, *(max(0, min(start - lead, len(text) - limit)) for start, _ in spans)]

    def marked_in(start: int) -> int:
        return sum(max(0, min(e, start + limit) - max(s, start)) for s, e in spans)

    return max(starts, key=lambda start: (marked_in(start), -start))
