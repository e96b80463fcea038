"""What the engine knows of each candidate for a need, in numbers, for a ranker to weigh."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.ports import Rows
from matcher.types import Need, PatentRow


@dataclass(frozen=True)
class Features:
    """n candidate patents, each with f features. Higher means better for every feature."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    """(n, f): each feature's z-scores within this need; no NaN."""
    fused: NDArray[np.float64]
    """(n,): the score that the fixed weights give."""
    patents: Rows
    """(n,): the rows of the patents."""

    def __len__(self) -> int:
        return len(self.patents)

    def at(self, places: Rows) -> "Features":
        """The candidates at these positions, in this order; z-scores are not taken anew."""
        return Features(self.names, self.values[places], self.fused[places], self.patents[places])


class FeatureSource(Protocol):
    """Whoever can tell the features of a need's candidates: the engine."""

    def features(self, need: Need, *, k: int, allowed: Sequence[PatentRow] | None) -> Features:
        """At least the k best candidates; `allowed` restricts them to these patents."""
