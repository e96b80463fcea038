"""Facets of the catalogue: the number of patents that each value of a filter would leave."""

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

MAX_FACET_VALUES = 100
"""Values per facet: the institutions with most patents, not all of a thousand."""

_UNFILTERED: dict[str, Callable[[Filters], Filters]] = {
    "industries": lambda filters: replace(filters, industries=()),
    "institutions": lambda filters: replace(filters, institutions=()),
    "legal_status": lambda filters: replace(filters, legal_status=frozenset(LegalStatus)),
    "open_licence": lambda filters: replace(filters, open_licence=None),
    "sleeping": lambda filters: replace(filters, sleeping=None),
}
"""Facet to the filters without its own: a facet shows the alternatives to the present choice."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """Number of patents with a value."""

    value: str | bool
    count: int


def facet_counts(
    connection: Connection, filters: Filters, *, today: date, sleeping_months: int
) -> dict[str, list[FacetCount]]:
    """Count the values of each facet under the other filters, those with most patents first.

    A patent of two industries counts under both; without institution or industry under none.
    """
    values: dict[str, tuple[ColumnElement[str] | ColumnElement[bool], FromClause]] = {
        "industries": (patent_industries.c.industry, patents.join(patent_industries)),
        "institutions": (patents.c.institution, patents),
        "legal_status": (status_on(today), patents),
        "open_licence": (open_licence_declared(), patents),
        "sleeping": (asleep_on(today, sleeping_months), patents),
    }
    facets: dict[str, list[FacetCount]] = {}
    for name, (expression, source) in values.items():
        others = all_of(conditions(_UNFILTERED[name](filters), today, sleeping_months))
        # The subquery makes the value a column: PostgreSQL does not see that the selected and
        # the grouped expression, each with parameters, are the same.
        rows = select(expression.label("value")).select_from(source).where(others).subquery()
        number = func.count()
        query = (
            select(rows.c.value, number)
            .where(rows.c.value.is_not(None))
            .group_by(rows.c.value)
            .order_by(number.desc(), rows.c.value)
            .limit(MAX_FACET_VALUES)
        )
        facets[name] = [
            FacetCount(bool(value) if name in ("open_licence", "sleeping") else value, total)
            for value, total in connection.execute(query)
        ]
    return facets
