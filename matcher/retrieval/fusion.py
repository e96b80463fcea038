"""The rankings that queries and channels give of the same patents into one. Pure functions.

A need asks in several ways (whole, by its title, part by part), and each is a column: scores are
arrays (n, q) of n patents and q queries. A patent in the other language than the need shares no
words with it, whatever it says. There the lexical channel has nothing to tell, and meaning speaks
for both.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Method = Literal["zscore", "rrf"]
RRF_CONSTANT = 60


def fuse(dense: FloatArray, lexical: FloatArray, foreign: BoolArray, method: Method) -> FloatArray:
    """One fused score for each of n patents (n,) from both channels' scores, each (n, q).

    NaN marks a patent that a channel did not find; `foreign` (n,) those that words cannot find.
    """
    if method == "rrf":
        return reciprocal_ranks(dense, lexical, foreign)
    return standard_scores(dense, lexical, foreign)


def standard_scores(dense: FloatArray, lexical: FloatArray, foreign: BoolArray) -> FloatArray:
    """The sum of the channels' z-scores; a patent a channel did not find has its least score.

    The mean over the queries, so that needs of one query and of several compare.
    The lexical channel's are taken over the patents that words can find. Where it tells nothing
    apart there (one patent, or equal scores), meaning speaks for both too.
    """
    total = np.zeros(len(dense))
    for of_meaning, of_words in zip(dense.T, lexical.T, strict=True):
        meaning = standardised(of_meaning)
        words = meaning.copy()
        at_home = standardised(of_words[~foreign])
        if at_home.any():
            words[~foreign] = at_home
        total += meaning + words
    fused: FloatArray = total / dense.shape[1]
    return fused


def reciprocal_ranks(dense: FloatArray, lexical: FloatArray, foreign: BoolArray) -> FloatArray:
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009) with its constant of 60."""
    total = np.zeros(len(dense))
    for of_meaning, of_words in zip(dense.T, lexical.T, strict=True):
        meaning = rank_numbers(of_meaning)
        words = np.where(foreign, meaning, rank_numbers(of_words))
        for ranks in (meaning, words):
            total += np.where(np.isnan(ranks), 0.0, 1.0 / (RRF_CONSTANT + ranks))
    return total


def rank_numbers(scores: FloatArray) -> FloatArray:
    """The rank of each score (n,), best is 1, equal ones in order of position; NaN stays NaN."""
    order = np.argsort(-scores, kind="stable")
    ranks = np.empty_like(scores)
    ranks[order] = np.arange(1, scores.size + 1)
    ranks[np.isnan(scores)] = np.nan
    return ranks


def standardised(scores: FloatArray) -> FloatArray:
    """The z-scores (n,), NaN counted as the least; zeros where nothing is told apart."""
    found = scores[~np.isnan(scores)]
    if found.size == 0:
        return np.zeros_like(scores)
    filled = np.where(np.isnan(scores), found.min(), scores)
    spread = filled.std()
    zscores: FloatArray = np.zeros_like(scores)
    if spread > 1e-12:
        zscores = (filled - filled.mean()) / spread
    return zscores
