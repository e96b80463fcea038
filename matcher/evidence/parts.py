"""Which claim and which sentence of a patent meet each part of a need, and which part none meets.

Pure functions over texts and their vectors. A cosine alone says little: it depends on the model,
and a vague part is a little near to everything. So a score counts from what a passage taken at
random would have: how many standard deviations it lies above the mean of such passages.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matcher.patents.statements import Statement
from matcher.ports import Vectors
from matcher.text.highlights import words
from matcher.types import NeedPart

FloatArray = NDArray[np.float64]
LINE = 3.0
"""The score from which a part counts as met: three standard deviations above chance."""
WORDS = 5.0
"""What sharing all informative words of a part adds to a score; sharing a tenth adds a tenth."""
INDEPENDENT = 1.5
"""How much better a dependent claim must score to be shown before an independent one.

It adds a detail to a claim that it contains, and short texts score by chance more often.
"""
LEAST_BACKGROUND = 30
"""Fewer passages than this say nothing about chance."""
_CHANCE_MEAN, _CHANCE_SPREAD = 0.09, 0.1
"""What the built-in model gives a need and a passage that have nothing to do with each other."""
_LEAST_SPREAD = 0.01
_said_words = lru_cache(maxsize=2_000)(words)
"""The words of what patents say, asked for twice for every answer; those of needs are not kept."""


@dataclass(frozen=True)
class Background:
    """For each of q texts the mean and the spread (q,) of its cosine with passages at random."""

    mean: FloatArray
    spread: FloatArray


@dataclass(frozen=True, slots=True)
class Found:
    """A statement, and how far above chance it meets a part of the need."""

    statement: Statement
    score: float


@dataclass(frozen=True, slots=True)
class PartEvidence:
    """What a patent has to say to one part of a need, even where that is too little."""

    part: NeedPart
    claim: Found | None
    """The claim nearest to the part, None where the patent has none."""
    sentence: Found | None
    """The nearest sentence of the abstract."""

    @property
    def score(self) -> float:
        """The better of the two scores; -inf where the patent has no text."""
        return max((one.score for one in (self.claim, self.sentence) if one), default=-math.inf)

    @property
    def is_answered(self) -> bool:
        """Whether the patent says enough to this part."""
        return self.score >= LINE


def part_vectors(parts: Sequence[Sequence[str]], pieces: Mapping[str, Vectors]) -> Vectors:
    """A unit vector (n, d) for each part: the mean of its texts' pieces, longer texts say more.

    `pieces` holds the vectors (v, d) of the pieces of each text. No part gives an empty (0, 0).
    """
    if not parts:
        return np.empty((0, 0), dtype=np.float32)
    weighed = [
        [pieces[text].sum(axis=0) * len(text) / max(1, len(pieces[text])) for text in texts]
        for texts in parts
    ]
    vectors = np.stack([np.sum(listed, axis=0) for listed in weighed]).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors


def background(queries: Vectors, passages: Vectors) -> Background:
    """How near the queries (q, d) come to passages (b, d) that were taken at random.

    Fewer than 30 passages say nothing; then what the built-in model usually gives is taken.
    """
    if len(passages) < LEAST_BACKGROUND:
        return Background(
            np.full(len(queries), _CHANCE_MEAN), np.full(len(queries), _CHANCE_SPREAD)
        )
    cosines = (queries @ passages.T).astype(np.float64)
    return Background(cosines.mean(axis=1), np.maximum(cosines.std(axis=1), _LEAST_SPREAD))


def above_chance(cosines: FloatArray, chance: Background) -> FloatArray:
    """Cosines (q, p) of q texts with p passages, as standard deviations above chance."""
    scores: FloatArray = (cosines - chance.mean[:, None]) / chance.spread[:, None]
    return scores


def word_weights(texts: Iterable[str]) -> dict[str, float]:
    """How much each word tells: its inverse document frequency (BM25's) among these texts."""
    listed = [_said_words(text) for text in texts]
    count = Counter(word for found in listed for word in found)
    return {word: _idf(len(listed), with_it) for word, with_it in count.items()}


def word_shares(asked: Iterable[str], weights: Mapping[str, float]) -> dict[str, float]:
    """How much of what some words tell each of them tells; the shares add up to 1.

    A word without a weight stands in no text, and so tells the most.
    """
    unknown = max(weights.values(), default=1.0)
    own = {word: weights.get(word, unknown) for word in asked}
    total = sum(own.values())
    return {word: weight / total for word, weight in own.items()} if total else {}


def part_shares(parts: Iterable[NeedPart], weights: Mapping[str, float]) -> list[dict[str, float]]:
    """How much each word of each part tells of it."""
    return [word_shares(words(part.text), weights) for part in parts]


def words_met(shares: Mapping[str, float], said: frozenset[str]) -> float:
    """The share (0 to 1) of what the asked words tell that is in the words said."""
    return sum(shares[word] for word in shares.keys() & said)


def part_evidence(
    parts: Sequence[NeedPart],
    vectors: Vectors,
    said: Sequence[Statement],
    said_vectors: Vectors,
    chance: Background,
    shares: Sequence[Mapping[str, float]],
) -> tuple[PartEvidence, ...]:
    """For each part (its vector a row of (n, d)) the claim and the sentence that meet it best.

    `said` are the statements of one patent, `said_vectors` (s, d) their vectors; `chance` and
    `shares` belong to the parts. Equal scores go to the earlier statement.
    """
    scores = above_chance((vectors @ said_vectors.T).astype(np.float64), chance)
    said_words = [_said_words(one.text) for one in said]
    found = []
    for part, row, own in zip(parts, scores, shares, strict=True):
        shared = [words_met(own, one) for one in said_words]
        ranked = [Found(s, float(z + WORDS * w)) for s, z, w in zip(said, row, shared, strict=True)]
        claims = [one for one in ranked if one.statement.is_claim]
        sentences = [one for one in ranked if not one.statement.is_claim]
        claim = max(claims, key=_for_showing, default=None)
        sentence = max(sentences, key=_for_showing, default=None)
        found.append(PartEvidence(part, claim, sentence))
    return tuple(found)


def shown(found: Sequence[PartEvidence]) -> tuple[PartEvidence, ...]:
    """The parts that are answered, in order; where none is, the one that comes nearest."""
    answered = tuple(one for one in found if one.is_answered)
    return answered or tuple(sorted(found, key=lambda one: -one.score)[:1])


def unanswered(found: Iterable[PartEvidence]) -> tuple[NeedPart, ...]:
    """The parts of the need that nothing in the patent answers, in the order of the need."""
    return tuple(one.part for one in found if not one.is_answered)


def _for_showing(found: Found) -> float:
    return found.score + INDEPENDENT * found.statement.is_independent


def _idf(texts: int, with_it: int) -> float:
    return math.log(1 + (texts - with_it + 0.5) / (with_it + 0.5))
