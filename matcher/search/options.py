"""Options of a search."""

from dataclasses import dataclass

from matcher.errors import InputError
from matcher.language.coded import CodedText
from matcher.language.messages import _
from matcher.types import Filters, PatentRow


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Options of one search; None leaves a weight as the engine is set.

    Raises InputError for `k` below 1.
    """

    filters: Filters = Filters()
    k: int = 10
    """Number of results."""
    exclude: tuple[PatentRow, ...] = ()
    """Patents that are not to be results."""
    diversity: float | None = None
    """Discount on a team's fourth result, 0 (off) to 1."""
    availability: float | None = None
    """Weight of readily available patents, 0 (off) to 1."""
    feedback: float | None = None
    """PRF weight; a learned ranker has a weight of its own for feedback, which stays."""

    def __post_init__(self) -> None:
        if self.k < 1:
            raise InputError(_("the number of results must be at least 1, not {k}", k=self.k))


@dataclass(frozen=True, slots=True)
class EngineDefaults:
    """Defaults of an open engine."""

    depth: int
    """Passages that each channel retrieves, at least."""
    diversity: float = 0.0
    availability: float = 0.0
    notes: tuple[CodedText, ...] = ()
    """Notes that come with every answer."""

    def weights(self, options: SearchOptions) -> "Weights":
        """Return the weights of a search: its own, or else the defaults."""
        return Weights(
            self.diversity if options.diversity is None else options.diversity,
            self.availability if options.availability is None else options.availability,
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights that order results beside their scores, each 0 (off) to 1."""

    diversity: float
    availability: float
