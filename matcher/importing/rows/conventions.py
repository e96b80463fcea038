"""Conventions of the columns of a table, decided over all its rows: names and dates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matcher.importing.files.cells import clean
from matcher.importing.files.sheet import SheetRow
from matcher.importing.headings.headings import Layout
from matcher.patents.name_columns import separators_of
from matcher.text.dates import day_comes_first

_PEOPLE_FIELDS = ("inventors",)
_ORGANISATION_FIELDS = ("applicant", "owner")
DATE_FIELDS = ("filing_date", "publication_date", "grant_date", "legal_status_date", "expiry_date")
"""Fields of dates whose order of day and month a column tells."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """Separators of names and order of dates by column index; a column may be missing."""

    separators: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    day_first: Mapping[int, bool] = field(default_factory=dict)


NO_CONVENTIONS = Conventions()
"""Every cell decides by itself."""


def read_conventions(layout: Layout, rows: Sequence[SheetRow]) -> Conventions:
    """Return the conventions of the columns of a table of patents."""
    separators: dict[int, tuple[str, ...]] = {}
    for name in (*_PEOPLE_FIELDS, *_ORGANISATION_FIELDS):
        for index in layout.columns.get(name, ()):
            found = separators_of(
                _cells(rows, index), layout.name_separators, people=name in _PEOPLE_FIELDS
            )
            if found is not None:
                separators[index] = found
    return Conventions(separators, _day_first(layout, rows))


def _day_first(layout: Layout, rows: Sequence[SheetRow]) -> dict[int, bool]:
    """Return the order of each column of dates; one that tells none has that of the others."""
    indices = [index for name in DATE_FIELDS for index in layout.columns.get(name, ())]
    orders = {index: day_comes_first(_cells(rows, index)) for index in indices}
    known = {order for order in orders.values() if order is not None}
    shared = known.pop() if len(known) == 1 else None
    return {
        index: chosen
        for index, order in orders.items()
        if (chosen := shared if order is None else order) is not None
    }


def _cells(rows: Sequence[SheetRow], index: int) -> Iterator[str]:
    """Yield the non-empty cells of a column."""
    for row in rows:
        if index < len(row.cells) and (text := clean(row.cells[index])):
            yield text
