"""Terms of a query, as the indexes of words read them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np

from indexes.forward import ForwardIndex, QueryTerms
from matcher.text.tokens import terms

MAX_POSTINGS = 4_000_000
"""Postings that a search reads (some 20 ms); beyond, the most frequent terms only score."""


@dataclass(frozen=True)
class WeightedTerms:
    """Terms of a query with their weights, in words and as the forward index reads them."""

    terms: Mapping[str, float]
    hashed: QueryTerms

    def rarest(self, forward: ForwardIndex) -> Mapping[str, float]:
        """Return the terms that find passages: all, or the rarest with so many postings."""
        postings = forward.passages_with(self.hashed.hashes)
        if postings.sum() <= MAX_POSTINGS:
            return self.terms
        terms = list(self.terms)
        order = np.argsort(postings, kind="stable")
        count = max(1, int(np.searchsorted(np.cumsum(postings[order]), MAX_POSTINGS, "right")))
        return {terms[place]: self.terms[terms[place]] for place in order[:count].tolist()}


@lru_cache(maxsize=64)
def weighted_terms(text: str) -> WeightedTerms:
    """Read a query, which is asked for several times in one answer.

    A term weighs the root of its frequency, so that repetition adds less.
    """
    weights = {term: sqrt(frequency) for term, frequency in Counter(terms(text)).items()}
    return WeightedTerms(weights, QueryTerms.of(weights))
