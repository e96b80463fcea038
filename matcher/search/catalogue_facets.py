"""Facets of the catalogue: the number of patents that each value of a filter would leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from matcher.patents.rights import DAYS_PER_YEAR
from matcher.ports import BoolArray
from matcher.store.catalogue_columns import CatalogueColumns
from matcher.types import LegalStatus

MAX_FACET_VALUES = 100
"""Values per facet: the institutions with most patents, not all of a thousand."""
YEARS_LEFT = (1, 3, 5, 10, 15)
"""Years that the term still runs at least, as values of a facet."""
_OWN_FILTERS: Mapping[str, frozenset[str]] = {
    "legal_status": frozenset({"legal_status"}),
    "industries": frozenset({"industries"}),
    "institutions": frozenset({"institutions", "institution", "team"}),
    "regions": frozenset({"regions"}),
    "patent_types": frozenset({"patent_types"}),
    "ipc": frozenset({"ipc_prefixes"}),
    "open_licence": frozenset({"open_licence"}),
    "sleeping": frozenset({"sleeping"}),
    "min_years_left": frozenset({"min_years_left"}),
}
"""Facet to the filters that it is counted without: it shows the alternatives to the choice."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """Number of patents with a value."""

    value: str | bool | int
    count: int


def facet_counts(
    columns: CatalogueColumns,
    failing: NDArray[np.int16],
    masks: Mapping[str, BoolArray],
    today: date,
) -> dict[str, list[FacetCount]]:
    """Count the values of each facet under the other filters, those with most patents first.

    `failing` is the number of filters that each patent fails, `masks` those that pass each filter.
    A patent of two industries counts under both; without institution or industry under none.
    """
    facets: dict[str, list[FacetCount]] = {}
    for name, own_filters in _OWN_FILTERS.items():
        left = failing.copy()
        for own in own_filters & masks.keys():
            left -= ~masks[own]
        facets[name] = _counts(columns, name, left == 0, today)
    return facets


def _counts(
    columns: CatalogueColumns, facet: str, passes: BoolArray, today: date
) -> list[FacetCount]:
    if facet == "min_years_left":
        return _years_left(columns, passes, today)
    counted: list[FacetCount]
    if facet in columns.values:
        values = columns.values[facet]
        numbers = values.counts(passes).tolist()
        counted = list(map(FacetCount, values.names, numbers))
    else:
        flag = columns.is_open if facet == "open_licence" else columns.is_asleep
        number, total = int((flag & passes).sum()), int(passes.sum())
        counted = [FacetCount(False, total - number), FacetCount(True, number)]
    present = [value for value in counted if value.count]
    first = sorted(present, key=lambda value: -value.count)[:MAX_FACET_VALUES]
    return _with_longer_names(first, present) if facet == "institutions" else first


def _with_longer_names(first: list[FacetCount], present: list[FacetCount]) -> list[FacetCount]:
    """Count under each name the institutions whose names contain it, as the filter does."""
    numbers = {str(value.value): value.count for value in present}
    totals = [
        FacetCount(own.value, sum(n for name, n in numbers.items() if str(own.value) in name))
        for own in first
    ]
    return sorted(totals, key=lambda value: -value.count)


def _years_left(columns: CatalogueColumns, passes: BoolArray, today: date) -> list[FacetCount]:
    """Count the patents whose term runs so many years or more, as the filter does."""
    lapsed = columns.values["legal_status"].having([LegalStatus.LAPSED.value], len(columns))
    alive = passes & ~lapsed
    counts = []
    for years in YEARS_LEFT:
        earliest = np.datetime64(today + timedelta(days=years * DAYS_PER_YEAR))
        counts.append(FacetCount(years, int((alive & (columns.expires >= earliest)).sum())))
    return [value for value in counts if value.count]
