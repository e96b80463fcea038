"""Chinese and Latin text in a terminal: lines that fit, passages cut to what matters, marks."""

from matcher.text.highlights import Span


def excerpt(
    text: str, spans: tuple[Span, ...], limit: int, begin: int | None = None
) -> tuple[str, tuple[Span, ...]]:
    """At most about `limit` characters from where most is marked, and the marks in them.

    `begin` is the character to begin with instead, or earlier if the text ends before the limit.
    A text that fits comes back whole; dots stand where it goes on.
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


def _inside_word(text: str, place: int) -> bool:
    """Whether a cut before this character would part a Latin word or a number."""
    pair = text[place - 1 : place + 1]
    return pair.isascii() and pair.isalnum()


def _best_start(text: str, spans: tuple[Span, ...], limit: int) -> int:
    """Where a window of `limit` characters begins that holds most marked characters."""
    lead = limit // 10
    starts = [0, *(max(0, min(start - lead, len(text) - limit)) for start, _ in spans)]

    def marked_in(start: int) -> int:
        return sum(max(0, min(e, start + limit) - max(s, start)) for s, e in spans)

    return max(starts, key=lambda start: (marked_in(start), -start))
