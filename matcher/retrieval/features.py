"""Features of candidates, for a learned ranker."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from matcher.ports import FloatArray, Rows
from matcher.types import Need, PatentRow


@dataclass(frozen=True)
class Features:
    """n candidate patents, each with f features. Higher means better for every feature."""

    names: tuple[str, ...]
    values: FloatArray
    """(n, f): each feature's z-scores within this need; no NaN."""
    fused: FloatArray
    """(n,): fused scores by the fixed weights."""
    patents: Rows
    """(n,): the rows of the patents."""

    def __len__(self) -> int:
        return len(self.patents)

    def at(self, positions: Rows) -> "Features":
        """Return the candidates at these positions, in order; z-scores are not taken anew."""
        return Features(
            self.names, self.values[positions], self.fused[positions], self.patents[positions]
        )


class FeatureSource(Protocol):
    """Source of the features of a need's candidates: the engine."""

    def features(self, need: Need, *, k: int, allowed: Sequence[PatentRow] | None) -> Features:
        """Return features of at least the k best candidates; `allowed` restricts the patents."""
