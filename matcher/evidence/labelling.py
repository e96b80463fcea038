"""Labelling of candidates: the features of their fit labels, and the labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.evidence.fit_label import FitFeatures, FitLabel, fit, fit_basis
from matcher.evidence.parts import (
    MIN_BACKGROUND,
    Background,
    PartEvidence,
    background,
    background_zscore,
)
from matcher.evidence.technique import says_technique
from matcher.ports import FloatArray, Vectors
from matcher.retrieval.index import PassageIndex
from matcher.text.languages import is_chinese
from matcher.text.tokens import terms
from matcher.types import FitGap, Patent

BACKGROUND_SIZE = 500
"""Passages of the index that stand for passages at random."""


@dataclass(frozen=True)
class Labelled:
    """A candidate to be labelled."""

    patent: Patent
    vectors: Vectors
    """Unit vectors (p, d) of its passages; none for a patent without text in the index."""
    parts: Sequence[PartEvidence]


class Labeller:
    """Labels candidates of one index. May be used from several threads."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index

    @cached_property
    def random_passages(self) -> Vectors:
        """Passages of the index that stand for passages at random."""
        return self._index.sample(BACKGROUND_SIZE)

    def labels(self, text: str, pieces: Vectors, candidates: Sequence[Labelled]) -> list[FitLabel]:
        """Return the labels for a need: its text, and the unit vectors (v, d) of its pieces.

        A label of None has its reason.
        """
        bases = [fit_basis(candidate.patent) for candidate in candidates]
        if not says_technique(text):
            return [FitLabel(None, basis, gap="need_without_technique") for basis in bases]
        is_small = len(self.random_passages) < MIN_BACKGROUND
        gap: FitGap = "catalogue_too_small" if is_small else "patent_without_text"
        features = self.features(text, pieces, candidates)
        return [
            FitLabel(None, basis, gap=gap) if own is None else fit(own, basis)
            for basis, own in zip(bases, features, strict=True)
        ]

    def features(
        self, text: str, pieces: Vectors, candidates: Sequence[Labelled]
    ) -> list[FitFeatures | None]:
        """Return the features; None for a patent without text, or all of a small index."""
        if len(self.random_passages) < MIN_BACKGROUND:
            return [None] * len(candidates)
        random = background(pieces, self.random_passages)
        titles = [fit_basis(candidate.patent) == "title" for candidate in candidates]
        need_terms = frozenset(terms(text) if any(titles) else ())
        return [
            FitFeatures(
                nearness=nearness(pieces, candidate.vectors, random),
                best_part=max(part.answer_score for part in candidate.parts),
                need_length=len(text),
                coverage=self._coverage(text, need_terms, candidate.patent) if is_title else None,
            )
            if len(candidate.vectors) and candidate.parts
            else None
            for candidate, is_title in zip(candidates, titles, strict=True)
        ]

    def _coverage(self, text: str, need_terms: frozenset[str], patent: Patent) -> float | None:
        """Return the share of the title's terms that the need has; see `FitFeatures`."""
        title = patent.title or patent.abstract
        if is_chinese(text) != is_chinese(title):
            return None
        listed = sorted(set(terms(title)))
        weights = self._index.lexical.idf(listed)
        has = np.array([term in need_terms for term in listed], dtype=np.bool_)
        return float(weights[has].sum() / weights.sum()) if listed else 0.0


def nearness(pieces: Vectors, passages: Vectors, random: Background) -> float:
    """Return how near passages (p, d) are to a need's pieces (v, d), above their background.

    A piece's best passage counts, and pieces count alike.
    """
    cosines: FloatArray = (pieces @ passages.T).astype(np.float64)
    return float(background_zscore(cosines, random).max(axis=1).mean())
