"""Two rankings of the same patents into one. Pure functions over aligned score arrays.

A patent in the other language than the need shares no words with it, whatever it says. There the
lexical channel has nothing to tell, and meaning speaks for both.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Method = Literal["zscore", "rrf"]
RRF_CONSTANT = 60


def fuse(dense: FloatArray, lexical: FloatArray, foreign: BoolArray, method: Method) -> FloatArray:
    """One fused score for each of n patents from both channels' scores, each of shape (n,).

    NaN marks a patent that a channel did not find; `foreign` those that words cannot find.
    """
    if method == "rrf":
        return reciprocal_ranks(dense, lexical, foreign)
    return standard_scores(dense, lexical, foreign)


def standard_scores(dense: FloatArray, lexical: FloatArray, foreign: BoolArray) -> FloatArray:
    """The sum of the channels' z-scores; a patent a channel did not find has its least score.

    The lexical channel's are taken over the patents that words can find. Where it tells nothing
    apart there (one patent, or equal scores), meaning speaks for both too.
    """
    meaning = _standardised(dense)
    words = meaning.copy()
    at_home = _standardised(lexical[~foreign])
    if at_home.any():
        words[~foreign] = at_home
    total: FloatArray = meaning + words
    return total


def reciprocal_ranks(dense: FloatArray, lexical: FloatArray, foreign: BoolArray) -> FloatArray:
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009) with its constant of 60."""
    meaning = rank_numbers(dense)
    words = np.where(foreign, meaning, rank_numbers(lexical))
    total = np.zeros_like(dense)
    for ranks in (meaning, words):
        total += np.where(np.isnan(ranks), 0.0, 1.0 / (RRF_CONSTANT + ranks))
    return total


def rank_numbers(scores: FloatArray) -> FloatArray:
    """The rank of each score, best is 1, equal scores in order of position; NaN stays NaN."""
    order = np.argsort(-scores, kind="stable")
    ranks = np.empty_like(scores)
    ranks[order] = np.arange(1, scores.size + 1)
    ranks[np.isnan(scores)] = np.nan
    return ranks


def _standardised(scores: FloatArray) -> FloatArray:
    """The z-scores, NaN counted as the least; zeros where nothing is told apart."""
    found = scores[~np.isnan(scores)]
    if found.size == 0:
        return np.zeros_like(scores)
    filled = np.where(np.isnan(scores), found.min(), scores)
    spread = filled.std()
    standardised: FloatArray = np.zeros_like(scores)
    if spread > 1e-12:
        standardised = (filled - filled.mean()) / spread
    return standardised
