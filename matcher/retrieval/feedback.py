"""Pseudo-relevance feedback: what the best patents have in common asks once more.

The best candidates mostly answer the need, and they say it in the words of patents. Their mean
vector and their terms are queries of their own (Rocchio 1971), added to the fused score with a
weight.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.embedding.passage_table import best_per_group
from matcher.ports import Rows
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.fusion import FloatArray, standardised

BEST = 40
"""How many of the best candidates are listened to, each by its score."""
SHARPNESS = 0.5
"""How much more a candidate speaks that stands out: the exponent of one standard deviation."""
LEAST = 3
"""Candidates below which there is nothing that the best of them have in common."""


def with_feedback(candidates: Candidates, fused: FloatArray, weight: float) -> FloatArray:
    """The fused scores (n,) with what their best candidates ask for added, `weight` times.

    The fused scores are z-scored; weight 0 adds nothing.
    """
    scores = standardised(fused)
    if weight == 0:
        return scores
    by_meaning, by_words = asked_again(candidates, scores)
    return scores + weight * (by_meaning + by_words)


def asked_again(candidates: Candidates, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How each candidate (n,) answers what the best ask for, by meaning and by words, as z-scores.

    `scores` are z-scores too. A candidate is listened to by the exponential of half its own: one
    that stands out speaks louder, and not alone. Fewer than three candidates ask for nothing.
    """
    if scores.size < LEAST:
        return np.zeros_like(scores), np.zeros_like(scores)
    by_meaning = standardised(_by_meaning(candidates, scores))
    return by_meaning, _by_words(candidates, scores, by_meaning)


def _by_meaning(candidates: Candidates, scores: FloatArray) -> FloatArray:
    """How near each candidate (n,) is to the mean vector of the best."""
    best, shares = _listened_to(scores)
    meant = candidates.patent_vectors(best).T @ shares
    similarity = (candidates.vectors @ (meant / np.linalg.norm(meant))).astype(np.float64)
    return best_per_group(candidates.vector_owners, similarity, candidates.patents)


def _by_words(candidates: Candidates, scores: FloatArray, by_meaning: FloatArray) -> FloatArray:
    """How much each candidate (n,) shares with the terms of the best ones in its language.

    The z-scores of a language have the mean and the spread that meaning has there, so that words
    order within it, and meaning tells between the two.
    """
    told = by_meaning.copy()
    for language in (candidates.foreign, ~candidates.foreign):
        places = np.flatnonzero(language)
        if places.size < LEAST:
            continue
        terms = candidates.terms[places]
        best, shares = _listened_to(scores[places])
        meant = terms[best].T @ shares
        shared = standardised(np.asarray(terms @ meant, dtype=np.float64))
        if shared.any():
            told[places] = by_meaning[places].mean() + by_meaning[places].std() * shared
    return told


def _listened_to(scores: FloatArray) -> tuple[Rows, NDArray[np.float64]]:
    """The places of the best candidates (sorted), and how loud each speaks."""
    best = np.sort(np.argsort(-scores, kind="stable")[:BEST])
    return best, np.exp(SHARPNESS * (scores[best] - scores[best].max()))
