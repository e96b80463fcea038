"""The first results do not all come from one team, unless it earns them. Pure functions.

Maximal marginal relevance (Carbonell and Goldstein 1998) with teams for the likeness: the next
result is the one with the best score after a discount for the earlier results of its team. Other
likeness is not discounted: patents for one need have to be alike. Nor are a team's first three
results: discounting from the second on cost nDCG@10 0.027 at a strength of 0.1 on our 28 sample
needs (interval 0.009 to 0.046), from the third 0.006, from the fourth nothing that shows.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InputError
from matcher.types import Patent

FREE = 3
"""Results of one team that cost it nothing."""
POOL = 30
"""Results from which the first ten are chosen at least; three times as many as asked for."""


def pool_size(k: int, strength: float) -> int:
    """How many results to choose k from; k where there is nothing to choose."""
    return max(POOL, 3 * k) if strength else k


def diversify(scores: Sequence[float], patents: Sequence[Patent], strength: float) -> list[int]:
    """The positions of n ranked patents (n,) in their new order.

    `scores` (n,) are the fused ones, the best first. From the fourth result of a team on, each
    costs `strength` times the distance between the best and the worst score given more than the
    one before: 0 changes nothing, at 1 no team comes a fourth time before all of the others had
    their three. The best stays first.
    Raises InputError for a strength outside 0 to 1.
    """
    if not 0 <= strength <= 1:
        raise InputError(f"the diversity must be from 0 (off) to 1, not {strength:g}")
    values = np.asarray(scores, dtype=np.float64)
    if strength == 0 or values.size <= FREE:
        return list(range(values.size))
    # A hair more than the distance: at 1 the last of another team comes before the fourth of one.
    spread = (1 + 1e-9) * float(values.max() - values.min()) or 1.0
    shares_team = _same_teams(patents)
    earlier = np.zeros(values.size)
    left = np.ones(values.size, dtype=np.bool_)
    order: list[int] = []
    for _ in range(values.size):
        dear = np.maximum(0, earlier - (FREE - 1))
        worth = np.where(left, values - strength * spread * dear, -np.inf)
        best = int(np.argmax(worth))  # of equals the first
        order.append(best)
        left[best] = False
        earlier += shares_team[best]
    return order


def same_team(first: Patent, second: Patent) -> bool:
    """Whether two patents come from one inventor team, as far as the data tells.

    The teams that their institution names, else a common inventor at the same institution.
    """
    if not first.institution or first.institution != second.institution:
        return False
    names = [patent.team.name if patent.team else None for patent in (first, second)]
    if all(names):
        return names[0] == names[1]
    return bool(set(first.inventors) & set(second.inventors))


def _same_teams(patents: Sequence[Patent]) -> NDArray[np.float64]:
    return np.array([[float(same_team(one, other)) for other in patents] for one in patents])
