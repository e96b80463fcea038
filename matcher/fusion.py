"""Two rankings of the same patents into one. Pure functions over aligned score arrays."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Method = Literal["zscore", "rrf"]
RRF_CONSTANT = 60


def fuse(channels: list[FloatArray], method: Method) -> FloatArray:
    """One fused score for each of n patents from several channels' scores, each of shape (n,).

    NaN marks a patent that a channel did not find.
    """
    if method == "rrf":
        return reciprocal_ranks(channels)
    return standard_scores(channels)


def standard_scores(channels: list[FloatArray]) -> FloatArray:
    """The sum of the channels' z-scores; a patent a channel did not find has its least score.

    A channel that tells nothing apart (one patent, or equal scores) adds zero.
    """
    total = np.zeros_like(channels[0])
    for scores in channels:
        found = scores[~np.isnan(scores)]
        if found.size == 0:
            continue
        filled = np.where(np.isnan(scores), found.min(), scores)
        spread = filled.std()
        if spread > 1e-12:
            total += (filled - filled.mean()) / spread
    return total


def reciprocal_ranks(channels: list[FloatArray]) -> FloatArray:
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009) with its constant of 60."""
    total = np.zeros_like(channels[0])
    for scores in channels:
        ranks = rank_numbers(scores)
        total += np.where(np.isnan(ranks), 0.0, 1.0 / (RRF_CONSTANT + ranks))
    return total


def rank_numbers(scores: FloatArray) -> FloatArray:
    """The rank of each score, best is 1, equal scores in order of position; NaN stays NaN."""
    order = np.argsort(-scores, kind="stable")
    ranks = np.empty_like(scores)
    ranks[order] = np.arange(1, scores.size + 1)
    ranks[np.isnan(scores)] = np.nan
    return ranks
