"""Filters as SQL conditions on patents."""

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
    """Legal status of a row of `patents` on a day: a right past its term has lapsed."""
    over = patents.c.expiry_date < today
    return case((over, LegalStatus.LAPSED.value), else_=patents.c.legal_status)


def open_licence_declared() -> Condition:
    """True if a row of `patents` declares an open licence; unknown counts as not declared."""
    return func.coalesce(patents.c.open_licence, false())


def asleep_on(today: date, sleeping_months: int) -> Condition:
    """True if a row of `patents` counts as sleeping on a day."""
    cutoff = months_before(today, sleeping_months)
    unused = func.coalesce(patents.c.unused_since <= cutoff, false())
    return unused & (status_on(today) == LegalStatus.IN_FORCE.value)


def conditions(filters: Filters, today: date, sleeping_months: int) -> dict[str, Condition]:
    """Return the condition on a row of `patents` of each filter in force, by the filter's name."""
    demanded = {
        "legal_status": _has_status(filters.legal_status, today),
        "ipc_prefixes": _has_ipc(filters.ipc_prefixes),
        "industries": _has_industry(filters.industries),
        "institutions": _contains_any(patents.c.institution, filters.institutions),
        "regions": _is_any(patents.c.region, [region_name(name) for name in filters.regions]),
        "patent_types": _is_any(patents.c.patent_type, [t.value for t in filters.patent_types]),
        "open_licence": _is(open_licence_declared(), filters.open_licence),
        "sleeping": _sleeps(filters.sleeping, today, sleeping_months),
        "filed_after": _filed_since(filters.filed_after),
        "min_years_left": _lasts(filters.min_years_left, today),
        "pools": _in_pool(filters.pools, today),
        "alliances": _in_alliance(filters.alliances, today),
    }
    return {name: condition for name, condition in demanded.items() if condition is not None}


def all_of(demanded: dict[str, Condition]) -> Condition:
    """Join the conditions: a row passes every filter."""
    return and_(true(), *demanded.values())


def _is(condition: Condition, wanted: bool | None) -> Condition | None:
    if wanted is None:
        return None
    return condition if wanted else ~condition


def _sleeps(wanted: bool | None, today: date, sleeping_months: int) -> Condition | None:
    return None if wanted is None else _is(asleep_on(today, sleeping_months), wanted)


def _is_any(column: ColumnElement[str], values: Sequence[str]) -> Condition | None:
    return column.in_(values) if values else None


def _contains_any(column: ColumnElement[str], parts: Sequence[str]) -> Condition | None:
    if not parts:
        return None
    return _any([column.contains(part, autoescape=True) for part in parts])


def _has_status(statuses: frozenset[LegalStatus], today: date) -> Condition | None:
    if statuses == frozenset(LegalStatus):
        return None
    return status_on(today).in_([status.value for status in statuses])


def _has_ipc(prefixes: Sequence[str]) -> Condition | None:
    if not prefixes:
        return None
    symbol = patent_ipc.c.symbol
    plain = [prefix.upper().replace(" ", "") for prefix in prefixes]
    matching = _any([symbol.startswith(prefix, autoescape=True) for prefix in plain])
    return patents.c.row.in_(select(patent_ipc.c.patent).where(matching))


def _has_industry(industries: Sequence[str]) -> Condition | None:
    if not industries:
        return None
    tagged = select(patent_industries.c.patent).where(patent_industries.c.industry.in_(industries))
    return patents.c.row.in_(tagged)


def _filed_since(day: date | None) -> Condition | None:
    return None if day is None else patents.c.filing_date >= day


def _lasts(years: float | None, today: date) -> Condition | None:
    """Condition: the right has not lapsed and lasts for so many more years."""
    if years is None:
        return None
    earliest = today + timedelta(days=years * DAYS_PER_YEAR)
    return (patents.c.expiry_date >= earliest) & (status_on(today) != LegalStatus.LAPSED.value)


def _in_pool(names: Sequence[str], today: date) -> Condition | None:
    columns = pool_patents.c
    if not names:
        return None
    return patents.c.id.in_(_members(pool_patents, columns.pool, names, columns.patent, today))


def _in_alliance(names: Sequence[str], today: date) -> Condition | None:
    """Condition: the institution is a member; without institution a patent is in no alliance."""
    columns = alliance_members.c
    if not names:
        return None
    members = _members(alliance_members, columns.alliance, names, columns.institution, today)
    return func.coalesce(patents.c.institution.in_(members), false())


def _members(
    table: Table,
    group: ColumnElement[str],
    names: Sequence[str],
    member: ColumnElement[str],
    today: date,
) -> Select[Any]:
    """Select the members, on this day, of the groups whose names contain any of those given.

    A proposal that the group's owner did not accept makes no member.
    """
    joined = or_(table.c.joined_on.is_(None), table.c.joined_on <= today)
    staying = or_(table.c.left_on.is_(None), table.c.left_on > today)
    named = _any([group.contains(name, autoescape=True) for name in names])
    return select(member).where(named, joined, staying, table.c.accepted_on.is_not(None))


def _any(parts: list[Condition]) -> Condition:
    combined: Condition = parts[0]
    for part in parts[1:]:
        combined = combined | part
    return combined


def region_name(name: str) -> str:
    """Return a region as it stands in a record, from what a filter says."""
    return name.strip().removesuffix("省").removesuffix("市")
