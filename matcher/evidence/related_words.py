"""Passage words whose vectors are near a word of the need, in either language.

Words that the need and the passage share are found by `text.highlights`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress
from typing import Protocol

import numpy as np

from matcher.ports import FloatArray, Vectors
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


class Words(Protocol):
    """Content words of a text."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The span of each word."""

    @property
    def vectors(self) -> Vectors:
        """The unit vector (t, d) of each word."""


def mark_related(
    need: Words, passage: Words, highlights: Iterable[Span], min_cosine: float = MIN_COSINE
) -> RelatedWords:
    """Mark the shared words, and the words of the passage related to one of the need's.

    `need` and `passage` are the content words of the two.
    """
    is_near = max_cosines(need, passage) >= min_cosine
    return mark_near(compress(passage.spans, is_near.tolist()), highlights)


def mark_near(near: Iterable[Span], highlights: Iterable[Span]) -> RelatedWords:
    """Mark the shared words of a passage, and its words that are near one of the need's.

    A word that is shared as a whole stays so. Where shared characters are only a part of a related
    word (Chinese is compared by bigrams, across words), the related word takes them over.
    """
    shared = tuple(highlights)
    related = [
        (start, end) for start, end in near if not any(a <= start and end <= b for a, b in shared)
    ]
    return RelatedWords(_without(shared, related), join(related))


def max_cosines(need: Words, passage: Words) -> FloatArray:
    """Return the cosine of each word of the passage (t,) with the nearest word of the need.

    -1 where the need has no word.
    """
    return nearest(need.vectors, passage.vectors)


def nearest(need: Vectors, words: Vectors) -> FloatArray:
    """Return the cosine (t,) of each of some words (t, d) with the nearest of the need's (n, d)."""
    if not len(need) or not len(words):
        return np.full(len(words), -1.0)
    cosines: FloatArray = (words @ need.T).max(axis=1).astype(np.float64)
    return cosines


def _without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """Cut the taken spans out of the others; single characters left of a cut are dropped."""
    left = list(spans)
    for start, end in taken:
        cut = [(a, b) for a, b in left if a < end and start < b]
        ends = [piece for a, b in cut for piece in ((a, min(b, start)), (max(a, end), b))]
        left = [span for span in left if span not in cut] + [(a, b) for a, b in ends if b - a > 1]
    return tuple(sorted(left))
