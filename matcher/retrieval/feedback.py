"""Pseudo-relevance feedback (PRF, Rocchio 1971).

The top candidates mostly answer the need, in the language of patents. Their mean vector and their
frequent terms score all candidates once more; that score is added to the fused one with a weight.
"""

import numpy as np

from matcher.embedding.passage_table import best_per_group
from matcher.ports import FloatArray, Rows
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.fusion import zscore

FB_DOCS = 40
"""Top candidates that feedback is taken from, each weighed by its score."""
FB_SHARPNESS = 0.5
"""Inverse temperature: a feedback document weighs exp(0.5 z)."""
MIN_FB_DOCS = 3
"""Candidates below which there is no feedback: too few have nothing in common."""


def add_feedback(candidates: Candidates, fused: FloatArray, weight: float) -> FloatArray:
    """Return z-scored fused scores (n,) plus `weight` times dense and lexical PRF scores."""
    scores = zscore(fused)
    if weight == 0:
        return scores
    dense, lexical = prf_scores(candidates, scores)
    return scores + weight * (dense + lexical)


def prf_scores(candidates: Candidates, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return dense and lexical PRF scores of the candidates, each (n,), z-scored.

    `scores` (n,) are z-scores. Fewer than three candidates give zeros.
    """
    if scores.size < MIN_FB_DOCS:
        return np.zeros_like(scores), np.zeros_like(scores)
    dense = zscore(_dense_prf(candidates, scores))
    return dense, _lexical_prf(candidates, scores, dense)


def _dense_prf(candidates: Candidates, scores: FloatArray) -> FloatArray:
    """Return the best cosine of each candidate (n,) with the feedback documents' mean vector."""
    positions, weights = _feedback_docs(scores)
    centroid = candidates.mean_vectors(positions).T @ weights
    similarity = (candidates.vectors @ (centroid / np.linalg.norm(centroid))).astype(np.float64)
    return best_per_group(candidates.vector_owners, similarity, candidates.patents)


def _lexical_prf(candidates: Candidates, scores: FloatArray, dense: FloatArray) -> FloatArray:
    """Return each candidate's term overlap (n,) with the feedback documents of its language.

    The z-scores of each language get the mean and spread of the dense PRF scores there: terms
    order within a language, vectors between the two.
    """
    lexical = dense.copy()
    for language in (candidates.cross_lingual, ~candidates.cross_lingual):
        own = np.flatnonzero(language)
        if own.size < MIN_FB_DOCS:
            continue
        terms = candidates.terms if own.size == dense.size else candidates.terms[own]
        positions, weights = _feedback_docs(scores[own])
        centroid = terms[positions].T @ weights
        overlap = zscore(np.asarray(terms @ centroid, dtype=np.float64))
        if overlap.any():
            lexical[own] = dense[own].mean() + dense[own].std() * overlap
    return lexical


def _feedback_docs(scores: FloatArray) -> tuple[Rows, FloatArray]:
    """Return the positions of the feedback documents (sorted), and the weight of each."""
    positions = np.sort(np.argsort(-scores, kind="stable")[:FB_DOCS])
    return positions, np.exp(FB_SHARPNESS * (scores[positions] - scores[positions].max()))
