"""Facets of the catalogue: how many patents each choice of a filter would leave."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from matcher.store.filters import (
    all_of,
    asleep_on,
    conditions,
    open_licence_declared,
    status_on,
)
from matcher.store.schema.catalogue import patent_industries, patents
from matcher.types import Filters, LegalStatus

VALUES_AT_MOST = 100
"""Values that a facet lists: the institutions with most patents, not all of a thousand."""

_UNFILTERED: dict[str, Callable[[Filters], Filters]] = {
    "industries": lambda filters: replace(filters, industries=()),
    "institutions": lambda filters: replace(filters, institutions=()),
    "legal_status": lambda filters: replace(filters, legal_status=frozenset(LegalStatus)),
    "open_licence": lambda filters: replace(filters, open_licence=None),
    "sleeping": lambda filters: replace(filters, sleeping=None),
}
"""By facet, the filters without its own: a facet shows what else could be chosen."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many patents have a value."""

    value: str | bool
    count: int


def facet_counts(
    connection: Connection, filters: Filters, *, today: date, sleeping_months: int
) -> dict[str, list[FacetCount]]:
    """By facet, the values with most patents first; each counted under the other filters.

    A patent of two industries counts under both; one without institution or industry under none.
    """
    values: dict[str, tuple[ColumnElement[str] | ColumnElement[bool], FromClause]] = {
        "industries": (patent_industries.c.industry, patents.join(patent_industries)),
        "institutions": (patents.c.institution, patents),
        "legal_status": (status_on(today), patents),
        "open_licence": (open_licence_declared(), patents),
        "sleeping": (asleep_on(today, sleeping_months), patents),
    }
    found: dict[str, list[FacetCount]] = {}
    for name, (value, source) in values.items():
        others = all_of(conditions(_UNFILTERED[name](filters), today, sleeping_months))
        # The value is a column of its own here: PostgreSQL would not see that the expression
        # asked for and the one grouped by, each with parameters, are the same.
        rows = select(value.label("value")).select_from(source).where(others).subquery()
        number = func.count()
        query = (
            select(rows.c.value, number)
            .where(rows.c.value.is_not(None))
            .group_by(rows.c.value)
            .order_by(number.desc(), rows.c.value)
            .limit(VALUES_AT_MOST)
        )
        found[name] = [
            FacetCount(bool(one) if name in ("open_licence", "sleeping") else one, total)
            for one, total in connection.execute(query)
        ]
    return found
