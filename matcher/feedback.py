"""Pseudo-relevance feedback: what the best patents have in common asks once more.

The best candidates mostly answer the need, and they say it in the words of patents. Their mean
vector is a query of its own (Rocchio 1971), added to the fused score with a weight.
"""

import numpy as np

from matcher.fusion import FloatArray, standardised
from matcher.passages import best_per_group
from matcher.retrieval import Candidates

BEST = 40
"""How many of the best candidates are listened to, each by its score."""
SHARPNESS = 0.5
"""How much more a candidate speaks that stands out: the exponent of one standard deviation."""


def with_feedback(candidates: Candidates, fused: FloatArray, weight: float) -> FloatArray:
    """The fused scores (n,) with what their best candidates ask for added, `weight` times.

    A candidate is listened to by the exponential of half its z-score: one that stands out speaks
    louder, and not alone. The result is z-scored; weight 0, and fewer than three candidates, add
    nothing.
    """
    scores = standardised(fused)
    if weight == 0 or fused.size < 3:
        return scores
    best = np.sort(np.argsort(-scores, kind="stable")[:BEST])
    shares = np.exp(SHARPNESS * (scores[best] - scores[best].max()))
    meant = candidates.patent_vectors(best).T @ shares
    similarity = candidates.vectors @ (meant / np.linalg.norm(meant))
    of_patents = best_per_group(candidates.vector_owners, similarity, candidates.patents)
    return scores + weight * standardised(of_patents)
