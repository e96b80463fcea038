"""Passage words whose vectors are near a word of the need, in either language.

Words that the need and the passage share are found by `text.highlights`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress

import numpy as np

from matcher.ports import FloatArray, WordVectors
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


def mark_related(
    need: WordVectors,
    passage: WordVectors,
    highlights: Iterable[Span],
    min_cosine: float = MIN_COSINE,
) -> RelatedWords:
    """Mark the shared words, and the words of the passage related to one of the need's.

    `need` and `passage` are the content words of the two. A word that is shared as a whole stays
    so. Where shared characters are only a part of a related word (Chinese is compared by bigrams,
    across words), the related word takes them over.
    """
    shared = tuple(highlights)
    is_near = max_cosines(need, passage) >= min_cosine
    related = [
        (start, end)
        for start, end in compress(passage.spans, is_near.tolist())
        if not any(a <= start and end <= b for a, b in shared)
    ]
    return RelatedWords(_without(shared, related), join(related))


def max_cosines(need: WordVectors, passage: WordVectors) -> FloatArray:
    """Return the cosine of each word of the passage (t,) with the nearest word of the need.

    -1 where the need has no word.
    """
    if not need.spans or not passage.spans:
        return np.full(len(passage.spans), -1.0)
    nearest: FloatArray = (passage.vectors @ need.vectors.T).max(axis=1).astype(np.float64)
    return nearest


def _without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """Cut the taken spans out of the others; single characters left of a cut are dropped."""
    left = list(spans)
    for start, end in taken:
        cut = [(a, b) for a, b in left if a < end and start < b]
        ends = [piece for a, b in cut for piece in ((a, min(b, start)), (max(a, end), b))]
        left = [span for span in left if span not in cut] + [(a, b) for a, b in ends if b - a > 1]
    return tuple(sorted(left))
