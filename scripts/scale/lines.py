"""The rule by which a measured figure is carried on: the straight line through two sizes."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Straight line over the number of patents (or of vectors, where it says so)."""

    fixed: float
    each: float
    """Growth for each one more."""

    def at(self, count: float) -> float:
        """Return the value at a size."""
        return self.fixed + self.each * count


def line_through(points: Mapping[int, float]) -> Line:
    """Return the line through the smallest and the largest of the measured sizes.

    Raises ValueError for fewer than two.

    >>> line_through({10: 120.0, 30: 320.0}).at(1_000)
    10020.0
    """
    if len(points) < 2:
        raise ValueError("a line needs two sizes")
    small, large = min(points), max(points)
    each = (points[large] - points[small]) / (large - small)
    return Line(points[small] - each * small, each)
