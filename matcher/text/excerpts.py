"""Excerpts of a text: on one line, or around its marked spans."""

import re

from matcher.text.highlights import Span

FIGURE_WEIGHT = 4
"""Characters of a marked word that one character of a marked figure is worth."""
FIGURE_DISTANCE = 16
"""Characters behind a marked word in which a figure belongs to it."""
_FIGURE = re.compile(r"\d[\d.]*\s?[^\s\d，。；;,]{0,3}")


def on_one_line(text: str) -> str:
    """Return the text with every run of white space as one blank."""
    return " ".join(text.split())


def excerpt(
    text: str, spans: tuple[Span, ...], limit: int, focus: Span | None = None
) -> tuple[str, tuple[Span, ...]]:
    """Return about `limit` characters with the most marked ones, and the marks in them.

    It begins with the focus where that fits, and lies within it where it does not. Marked figures
    decide: they weigh more than words. A text that fits is returned whole; an ellipsis marks each
    cut.
    """
    if len(text) <= limit:
        return text, spans
    if focus is not None and focus[1] - focus[0] <= limit:
        start = max(0, min(focus[0], len(text) - limit))
    else:
        start = _best_start(text, spans, limit, focus or (0, len(text)))
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


def _best_start(text: str, spans: tuple[Span, ...], limit: int, within: Span) -> int:
    """Return the start of the window of `limit` characters in which the marks weigh most.

    Of equal ones the first.
    """
    lead, first, last = limit // 10, within[0], within[1] - limit
    figures = [_FIGURE.search(text, e, e + FIGURE_DISTANCE) for _, e in spans]
    weighed = [(s, e, _weight(text[s:e])) for s, e in spans]
    weighed += [(*figure.span(), 1) for figure in figures if figure]

    def marked_in(start: int) -> int:
        return sum(
            weight * max(0, min(e, start + limit) - max(s, start)) for s, e, weight in weighed
        )

    wanted = [first, *(s - lead for s, _ in spans), *(e + lead - limit for _, e, _ in weighed)]
    starts = [max(first, min(start, last)) for start in wanted]
    return max(starts, key=lambda start: (marked_in(start), -start))


def _weight(marked: str) -> int:
    """Return the weight of each character of a marked text."""
    return FIGURE_WEIGHT if any(map(str.isdigit, marked)) else 1
