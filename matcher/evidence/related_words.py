"""Passage words whose vectors are near a word of the need, in either language.

Words that the need and the passage share are found by `text.highlights`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.ports import BoolArray, Vectors
from matcher.text.highlights import Span, join

MIN_COSINE = 0.55
"""Cosine from which two words count as related; read off the built-in model, where
塑料 and 聚丙烯 have 0.6, pump and 水泵 0.7, and words of unlike meaning seldom above 0.5."""


@dataclass(frozen=True, slots=True)
class RelatedWords:
    """Marks in a passage; the two kinds do not overlap."""

    highlights: tuple[Span, ...]
    """Words that the need uses too."""
    related: tuple[Span, ...]
    """Words near in meaning to a word of the need."""


def mark_related(related: Iterable[Span], highlights: Iterable[Span]) -> RelatedWords:
    """Mark the shared words of a passage, and its words that are related to one of the need's.

    A word that is shared as a whole stays so. Where shared characters are only a part of a related
    word (Chinese is compared by bigrams, across words), the related word takes them over.
    """
    shared = tuple(highlights)
    apart = [
        (start, end)
        for start, end in related
        if not any(a <= start and end <= b for a, b in shared)
    ]
    return RelatedWords(_without(shared, apart), join(apart))


def are_related(need: Vectors, words: Vectors) -> BoolArray:
    """Return True for each of some words (t, d) that is near a word of the need (n, d)."""
    if not len(need) or not len(words):
        return np.zeros(len(words), dtype=np.bool_)
    near: BoolArray = (words @ need.T).max(axis=1).astype(np.float64) >= MIN_COSINE
    return near


def _without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """Cut the taken spans out of the others; single characters left of a cut are dropped."""
    left = list(spans)
    for start, end in taken:
        cut = [(a, b) for a, b in left if a < end and start < b]
        ends = [piece for a, b in cut for piece in ((a, min(b, start)), (max(a, end), b))]
        left = [span for span in left if span not in cut] + [(a, b) for a, b in ends if b - a > 1]
    return tuple(sorted(left))
