"""Conventions of the columns of a table, decided over all its rows: names and dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matcher.importing.files.cells import clean
from matcher.importing.files.sheet import SheetRow
from matcher.importing.headings.headings import Layout
from matcher.patents.name_columns import NameColumn
from matcher.text.dates import day_orders, order_of

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


def read_conventions(layout: Layout, rows: Iterable[SheetRow]) -> Conventions:
    """Return the conventions of the columns of a table of patents, whose rows are read once."""
    names = {
        index: NameColumn(layout.name_separators, people=name in _PEOPLE_FIELDS)
        for name in (*_PEOPLE_FIELDS, *_ORGANISATION_FIELDS)
        for index in layout.columns.get(name, ())
    }
    orders: dict[int, set[bool]] = {
        index: set() for name in DATE_FIELDS for index in layout.columns.get(name, ())
    }
    for row in rows:
        for index, column in names.items():
            if index < len(row.cells) and (text := clean(row.cells[index])):
                column.add(text)
        for index, found in orders.items():
            if index < len(row.cells) and (text := clean(row.cells[index])):
                found |= day_orders(text)
    separators = {index: column.separators() for index, column in names.items()}
    return Conventions(
        {index: found for index, found in separators.items() if found is not None},
        _day_first({index: order_of(found) for index, found in orders.items()}),
    )


def _day_first(orders: Mapping[int, bool | None]) -> dict[int, bool]:
    """Return the order of each column of dates; one that tells none has that of the others."""
    known = {order for order in orders.values() if order is not None}
    shared = known.pop() if len(known) == 1 else None
    return {
        index: chosen
        for index, order in orders.items()
        if (chosen := shared if order is None else order) is not None
    }
