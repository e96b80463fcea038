"""Shared words of a need and a passage: whole words with content, none of them negated.

The lexical channel compares Chinese by bigrams, across words; a reader wants words.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache

from matcher.text.characters import nfkc_in_place, simplified
from matcher.text.content_words import empty_words, is_content_word
from matcher.text.highlights import Span, highlights, join, words
from matcher.text.negation import negated_spans

_negated_spans = lru_cache(maxsize=5_000)(negated_spans)
"""Cached for passages of patents; needs are not cached."""


class NeedWords:
    """Words of a need that passages are compared with."""

    def __init__(self, text: str, spans: Sequence[Span] | None) -> None:
        """Take the need's text and the spans of its words, None where a model has none."""
        self._bigrams = words(text)
        self._text = _folded(text)
        self._starts = None if spans is None else {start for start, _ in spans}
        self._ends = None if spans is None else {end for _, end in spans}
        self._affirmed = _folded("\n".join(_without(text, negated_spans(text))))

    def shared(
        self, passage: str, spans: Sequence[Span] | None, negated: Sequence[Span]
    ) -> tuple[Span, ...]:
        """Return the shared words of a passage with the spans of its words, adjoining ones joined.

        `negated` spans share nothing. Without spans of words the bigrams count.
        """
        runs = highlights(self._bigrams, passage)
        if spans is None:
            return runs
        phrases = [
            phrase
            for run in runs
            for phrase in _phrases(passage, run, spans)
            if not overlaps(phrase, negated) and self._has_whole(passage, phrase)
        ]
        return join(phrases)

    def negated(self, passage: str) -> tuple[Span, ...]:
        """Return the spans that the passage negates; none for a need that negates them too."""
        return tuple(
            (a, b)
            for a, b in _negated_spans(passage)
            if any(word in self._affirmed for word in words(passage[a:b]))
        )

    def _has_whole(self, passage: str, span: Span) -> bool:
        """True if the need has the phrase from the beginning of a word, or to the end of one.

        A digit alone says something only with what stands behind it: `2%`, and not `claim 2`.
        """
        if self._starts is None or self._ends is None:
            return True
        phrase = _folded(passage[slice(*span)])
        if len(phrase) == 1 and phrase.isdigit():
            return _folded(passage[span[0] : span[1] + 1].rstrip()) in self._text
        start = self._text.find(phrase)
        while start >= 0:
            if start in self._starts or start + len(phrase) in self._ends:
                return True
            start = self._text.find(phrase, start + 1)
        return False


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """True if the span shares a character with one of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)


def _phrases(text: str, run: Span, spans: Sequence[Span]) -> list[Span]:
    """Return the phrases of a run: whole words, parted at empty ones, some word with content."""
    empty = empty_words()
    phrases: list[list[Span]] = [[]]
    first = bisect_left(spans, (run[0], 0))
    for start, end in spans[first : bisect_left(spans, (run[1], 0))]:
        if end <= run[1] and text[start:end].casefold() not in empty:
            phrases[-1].append((start, end))
        elif phrases[-1]:
            phrases.append([])
    return [
        (phrase[0][0], phrase[-1][1])
        for phrase in phrases
        if len(phrase) > 1 or any(_counts(text[a:b]) for a, b in phrase)
    ]


def _counts(word: str) -> bool:
    """True for a word that is marked where it stands alone."""
    return is_content_word(word) or any(map(str.isdigit, word))


def _folded(text: str) -> str:
    return nfkc_in_place(simplified(text)).casefold()


def _without(text: str, spans: Sequence[Span]) -> list[str]:
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(text)]
    return [text[a:b] for a, b in zip(starts, ends, strict=True)]
