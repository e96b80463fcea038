"""Counts of the performance: matches by case owner, and contracts."""

from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, Connection, extract, func, select, true

from matcher.access.roles import Caller, Role
from matcher.matches.performance import (
    HandledContract,
    HandledMatches,
    Performance,
    summarise,
)
from matcher.matches.periods import CountFilters, Period
from matcher.store.funnel import counted_matches
from matcher.store.institutions import spellings
from matcher.store.schema.needs import matches
from matcher.store.schema.programme import contracts
from matcher.store.visibility import matches_seen_by


def performance(
    connection: Connection,
    caller: Caller,
    filters: CountFilters,
    period: Period = Period.MONTH,
    by: Literal["person", "office"] = "person",
) -> Performance:
    """Sum up the matches and contracts that the caller sees, by period."""
    return summarise(
        handled_matches(connection, caller, filters),
        handled_contracts(connection, caller, filters),
        period,
        by,
    )


def handled_matches(
    connection: Connection, caller: Caller, filters: CountFilters
) -> list[HandledMatches]:
    """Count the matches that the caller sees by month and case owner."""
    each = (
        select(
            matches.c.case_owner,
            matches.c.case_office,
            extract("year", matches.c.created_at).label("year"),
            extract("month", matches.c.created_at).label("month"),
        )
        .where(matches_seen_by(caller), *counted_matches(connection, filters))
        .subquery()
    )
    query = select(*each.c, func.count().label("matches")).group_by(*each.c)
    return [
        HandledMatches(
            date(int(row.year), int(row.month), 1), row.case_owner, row.case_office, row.matches
        )
        for row in connection.execute(query)
    ]


def handled_contracts(
    connection: Connection, caller: Caller, filters: CountFilters
) -> list[HandledContract]:
    """Return the contracts that the caller sees: a TTO those of its own institution."""
    conditions = [_contracts_seen_by(caller)]
    if filters.since is not None:
        conditions.append(contracts.c.signed_on >= filters.since)
    if filters.until is not None:
        conditions.append(contracts.c.signed_on <= filters.until)
    if filters.institution is not None:
        names = spellings(connection, contracts.c.institution, filters.institution)
        conditions.append(contracts.c.institution.in_(names))
    query = (
        select(
            contracts.c.number,
            contracts.c.signed_on,
            contracts.c.person,
            contracts.c.office,
            contracts.c.amount,
            matches.c.case_owner,
            matches.c.case_office,
        )
        .outerjoin(matches, matches.c.id == contracts.c.match)
        .where(*conditions)
        .order_by(contracts.c.number, contracts.c.id)
    )
    handled = []
    for row in connection.execute(query):
        has_handler = row.person is not None or row.office is not None
        handler = (row.person, row.office) if has_handler else (row.case_owner, row.case_office)
        handled.append(HandledContract(row.number, row.signed_on, *handler, row.amount))
    return handled


def _contracts_seen_by(caller: Caller) -> ColumnElement[bool]:
    if caller.role in (Role.STAFF, Role.ADMIN):
        return true()
    return contracts.c.institution == (caller.institution or "")
