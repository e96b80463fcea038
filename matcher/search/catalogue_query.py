"""Search of the catalogue as it is asked for, and its result."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from matcher.ports import Rows
from matcher.search.catalogue_facets import FacetCount
from matcher.types import Filters

Order = Literal["best", "newest"]
WordBasis = Literal["words", "titles"]


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """Search of the catalogue: words, filters, and one institution or team."""

    words: str = ""
    """Words that a patent must all have; phrases in quotation marks; a number in any spelling."""
    filters: Filters = Filters()
    institution: str | None = None
    """Name of the institution, whole, in any spelling."""
    team: str | None = None
    """Name of one of its teams, likewise."""
    order: Order = "best"
    """The best first, or those filed last; without words always these."""


@dataclass(frozen=True, slots=True)
class CatalogueHits:
    """Patents of a search, all of them by row, in order."""

    rows: Rows
    basis: WordBasis | None
    """Texts that were searched: all words, or titles, institutions and numbers alone; None for a
    search without words."""
    is_stale: bool
    """True if patents changed since their words were indexed."""
    hidden: Mapping[str, int]
    """Number of patents that each filter alone keeps out, the other filters given."""
    splits: tuple[tuple[str, int], ...] = ()
    """Words to search for instead of a run of Chinese characters that nothing has, and the number
    of patents with them, most first."""
    facets: Mapping[str, list[FacetCount]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)
