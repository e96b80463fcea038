"""Score fusion of both channels. Pure functions.

A need has several queries (whole, title, sentences), and each query field is a column: scores are
arrays (n, q) of n patents and q fields. For a patent in another language than the need the lexical
score is undefined; there the dense score counts twice.
"""

from typing import Literal

import numpy as np

from matcher.ports import BoolArray, FloatArray

FusionMethod = Literal["zscore", "rrf"]
RRF_CONSTANT = 60


def fuse(
    dense: FloatArray, lexical: FloatArray, cross_lingual: BoolArray, method: FusionMethod
) -> FloatArray:
    """Fuse both channels' scores, each (n, q), into one score for each of n patents (n,).

    NaN marks a patent that a channel did not score; `cross_lingual` (n,) those in the other
    language. Ties of two patents stay ties.

    >>> import numpy as np
    >>> dense, lexical = np.array([[0.9], [0.5]]), np.array([[2.0], [np.nan]])
    >>> fuse(dense, lexical, np.array([False, True]), "rrf").round(4).tolist()
    [0.0328, 0.0323]
    """
    if method == "rrf":
        return reciprocal_rank_fusion(dense, lexical, cross_lingual)
    return zscore_sum(dense, lexical, cross_lingual)


def zscore_sum(dense: FloatArray, lexical: FloatArray, cross_lingual: BoolArray) -> FloatArray:
    """Return the sum of the channels' z-scores (n,), the mean over the query fields.

    A patent that a channel did not score has that channel's least score. The lexical z-scores are
    taken over the patents in the need's own language. Where they tell nothing apart there (one
    patent, or equal scores), the dense ones count twice too.
    """
    total = np.zeros(len(dense))
    for dense_field, lexical_field in zip(dense.T, lexical.T, strict=True):
        dense_z = zscore(dense_field)
        lexical_z = dense_z.copy()
        same_language = zscore(lexical_field[~cross_lingual])
        if same_language.any():
            lexical_z[~cross_lingual] = same_language
        total += dense_z + lexical_z
    fused: FloatArray = total / dense.shape[1]
    return fused


def reciprocal_rank_fusion(
    dense: FloatArray, lexical: FloatArray, cross_lingual: BoolArray
) -> FloatArray:
    """Fuse ranks (Cormack, Clarke and Buettcher 2009) with the paper's constant of 60."""
    total = np.zeros(len(dense))
    for dense_field, lexical_field in zip(dense.T, lexical.T, strict=True):
        dense_ranks = ranks(dense_field)
        lexical_ranks = np.where(cross_lingual, dense_ranks, ranks(lexical_field))
        for channel in (dense_ranks, lexical_ranks):
            total += np.where(np.isnan(channel), 0.0, 1.0 / (RRF_CONSTANT + channel))
    return total


def ranks(scores: FloatArray) -> FloatArray:
    """Rank each score (n,), best is 1, equal ones in order of position; NaN stays NaN."""
    order = np.argsort(-scores, kind="stable")
    numbers = np.empty_like(scores)
    numbers[order] = np.arange(1, scores.size + 1)
    numbers[np.isnan(scores)] = np.nan
    return numbers


def zscore(scores: FloatArray) -> FloatArray:
    """Return z-scores (n,), NaN counted as the least; zeros where all scores are equal."""
    known = scores[~np.isnan(scores)]
    if known.size == 0:
        return np.zeros_like(scores)
    filled = np.where(np.isnan(scores), known.min(), scores)
    spread = filled.std()
    zscores: FloatArray = np.zeros_like(scores)
    if spread > 1e-12:
        zscores = (filled - filled.mean()) / spread
    return zscores
