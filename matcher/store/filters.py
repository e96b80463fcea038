"""Filters as SQL conditions, so that the database alone says which patents may answer."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    or_,
    select,
    true,
)

from matcher.patents.rights import DAYS_PER_YEAR
from matcher.store.schema.catalogue import patent_industries, patent_ipc, patents
from matcher.store.schema.programme import alliance_members, pool_patents
from matcher.text.dates import months_before
from matcher.types import Filters, LegalStatus

Condition = ColumnElement[bool]


def status_on(today: date) -> ColumnElement[str]:
    """The legal status of a row of `patents` on a day: a right whose term is over has lapsed."""
    over = patents.c.expiry_date < today
    return case((over, LegalStatus.LAPSED.value), else_=patents.c.legal_status)


def open_licence_declared() -> Condition:
    """Whether a row of `patents` declares an open licence; not known counts as not declared."""
    return func.coalesce(patents.c.open_licence, false())


def asleep_on(today: date, sleeping_months: int) -> Condition:
    """Whether a row of `patents` counts as sleeping on a day."""
    cutoff = months_before(today, sleeping_months)
    unused = func.coalesce(patents.c.unused_since <= cutoff, false())
    return unused & (status_on(today) == LegalStatus.IN_FORCE.value)


def conditions(filters: Filters, today: date, sleeping_months: int) -> dict[str, Condition]:
    """What each filter in force demands of a row of `patents`, under the filter's name."""
    columns = patents.c
    status = status_on(today)
    demanded: dict[str, Condition] = {}
    if filters.legal_status != frozenset(LegalStatus):
        demanded["legal_status"] = status.in_([s.value for s in filters.legal_status])
    if filters.ipc_prefixes:
        prefixes = [p.upper().replace(" ", "") for p in filters.ipc_prefixes]
        wanted = [patent_ipc.c.symbol.startswith(p, autoescape=True) for p in prefixes]
        demanded["ipc_prefixes"] = columns.row.in_(select(patent_ipc.c.patent).where(_any(wanted)))
    if filters.industries:
        demanded["industries"] = columns.row.in_(
            select(patent_industries.c.patent).where(
                patent_industries.c.industry.in_(filters.industries)
            )
        )
    if filters.institutions:
        demanded["institutions"] = _any(
            [columns.institution.contains(name, autoescape=True) for name in filters.institutions]
        )
    if filters.regions:
        demanded["regions"] = columns.region.in_([_region(name) for name in filters.regions])
    if filters.patent_types:
        demanded["patent_types"] = columns.patent_type.in_([t.value for t in filters.patent_types])
    if filters.open_licence is not None:
        declared = open_licence_declared()
        demanded["open_licence"] = declared if filters.open_licence else ~declared
    if filters.sleeping is not None:
        asleep = asleep_on(today, sleeping_months)
        demanded["sleeping"] = asleep if filters.sleeping else ~asleep
    if filters.filed_after is not None:
        demanded["filed_after"] = columns.filing_date >= filters.filed_after
    if filters.min_years_left is not None:
        earliest = today + timedelta(days=filters.min_years_left * DAYS_PER_YEAR)
        demanded["min_years_left"] = (columns.expiry_date >= earliest) & (
            status != LegalStatus.LAPSED.value
        )
    if filters.pools:
        demanded["pools"] = columns.id.in_(
            _members(pool_patents, pool_patents.c.pool, filters.pools, pool_patents.c.patent, today)
        )
    if filters.alliances:
        inside = alliance_members.c
        demanded["alliances"] = func.coalesce(
            columns.institution.in_(
                _members(
                    alliance_members, inside.alliance, filters.alliances, inside.institution, today
                )
            ),
            false(),
        )
    return demanded


def all_of(demanded: dict[str, Condition]) -> Condition:
    """The rows that pass every filter."""
    return and_(true(), *demanded.values())


def _members(
    table: Table,
    group: ColumnElement[str],
    names: Sequence[str],
    member: ColumnElement[str],
    today: date,
) -> Select[Any]:
    """Who belongs on this day to any of the groups whose names contain one of those given."""
    joined = or_(table.c.joined_on.is_(None), table.c.joined_on <= today)
    staying = or_(table.c.left_on.is_(None), table.c.left_on > today)
    named = _any([group.contains(name, autoescape=True) for name in names])
    return select(member).where(named, joined, staying)


def _any(parts: list[Condition]) -> Condition:
    combined: Condition = parts[0]
    for part in parts[1:]:
        combined = combined | part
    return combined


def _region(name: str) -> str:
    return name.strip().removesuffix("省").removesuffix("市")
