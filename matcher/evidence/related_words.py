"""Which words of a passage mean what a word of the need means, whatever the two are called.

Words that the need and the passage share are marked by `evidence.highlights`. Here a word of the
passage is marked because its vector is near to that of a word of the need, in either language.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.ports import WordVectors
from matcher.text.highlights import Span, join

LINE = 0.55
"""The cosine from which two words count as related; read off the built-in model, where
塑料 and 聚丙烯 have 0.6, pump and 水泵 0.7, and words of unlike meaning seldom above 0.5."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark in a passage; the two kinds do not overlap."""

    highlights: tuple[Span, ...]
    """Words that the need uses too."""
    related: tuple[Span, ...]
    """Words near in meaning to a word of the need."""


def marks(
    need: WordVectors,
    passage: WordVectors,
    highlights: Iterable[Span],
    line: float = LINE,
) -> Marks:
    """The shared words, and the words of the passage related to one of the need's.

    `need` and `passage` are the content words of the two. A word that is shared as a whole stays
    so. Of shared characters that are only a part of a related word (Chinese ones are compared by
    twos, across words), the word takes them over.
    """
    shared = tuple(highlights)
    related = [
        (start, end)
        for (start, end), near in zip(passage.spans, closeness(need, passage) >= line, strict=True)
        if near and not any(a <= start and end <= b for a, b in shared)
    ]
    return Marks(_without(shared, related), join(related))


def closeness(need: WordVectors, passage: WordVectors) -> NDArray[np.float64]:
    """For each word of the passage (t,) its cosine with the nearest word of the need.

    -1 where the need has no word.
    """
    if not need.spans or not passage.spans:
        return np.full(len(passage.spans), -1.0)
    nearest: NDArray[np.float64] = (passage.vectors @ need.vectors.T).max(axis=1).astype(np.float64)
    return nearest


def _without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of the spans outside the taken ones; of a cut span no single character."""
    left = list(spans)
    for start, end in taken:
        cut = [(a, b) for a, b in left if a < end and start < b]
        ends = [piece for a, b in cut for piece in ((a, min(b, start)), (max(a, end), b))]
        left = [span for span in left if span not in cut] + [(a, b) for a, b in ends if b - a > 1]
    return tuple(sorted(left))
