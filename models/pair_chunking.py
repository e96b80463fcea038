"""Scores of a need and passages of any length by a reranker that takes pairs of a limited one."""

from collections.abc import Callable, Sequence

import numpy as np

from matcher.errors import ModelError
from matcher.language.messages import _
from matcher.ports import Scores
from models.chunking import CountTokens, chunk_text

ScoreAll = Callable[[Sequence[str], Sequence[str]], Scores]
"""Scores (n, p) of each of n pieces of a need with each of p pieces of passages."""


def score_pieces(
    need: str, passages: Sequence[str], room: int, count: CountTokens, score_all: ScoreAll
) -> Scores:
    """Return the score (p,) of each passage, cut with the need into pairs of `room` tokens.

    Nothing is dropped: for each piece of the need the best piece of a passage counts, and the
    pieces of the need count alike. Raises ModelError for an empty text.
    """
    if not need.strip() or any(not passage.strip() for passage in passages):
        raise ModelError(_("an empty text cannot be compared; leave it out"))
    if not passages:
        return np.empty(0, dtype=np.float32)
    need_pieces = chunk_text(need, room // 2, count)
    left = room - max(count(piece) for piece in need_pieces)
    pieces_each = [chunk_text(passage, left, count) for passage in passages]
    starts = np.cumsum([0, *(len(pieces) for pieces in pieces_each[:-1])])
    pieces = [piece for own in pieces_each for piece in own]
    best = np.maximum.reduceat(score_all(need_pieces, pieces), starts, axis=1)
    means: Scores = best.mean(axis=0)
    return means
