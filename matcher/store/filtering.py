"""Filters as SQL conditions, so that the database alone says which patents may answer."""

from calendar import monthrange
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, false, func, select, true

from matcher.rights import DAYS_PER_YEAR
from matcher.store.schema import patent_industries, patent_ipc, patents
from matcher.types import Filters, LegalStatus

Condition = ColumnElement[bool]


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def conditions(filters: Filters, today: date, sleeping_months: int) -> dict[str, Condition]:
    """What each filter in force demands of a row of `patents`, under the filter's name."""
    columns = patents.c
    status = case(
        (columns.expiry_date < today, LegalStatus.LAPSED.value), else_=columns.legal_status
    )
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
        declared = func.coalesce(columns.open_licence, false())
        demanded["open_licence"] = declared if filters.open_licence else ~declared
    if filters.sleeping is not None:
        cutoff = months_before(today, sleeping_months)
        asleep = func.coalesce(columns.unused_since <= cutoff, false()) & (
            status == LegalStatus.IN_FORCE.value
        )
        demanded["sleeping"] = asleep if filters.sleeping else ~asleep
    if filters.filed_after is not None:
        demanded["filed_after"] = columns.filing_date >= filters.filed_after
    if filters.min_years_left is not None:
        earliest = today + timedelta(days=filters.min_years_left * DAYS_PER_YEAR)
        demanded["min_years_left"] = (columns.expiry_date >= earliest) & (
            status != LegalStatus.LAPSED.value
        )
    return demanded


def all_of(demanded: dict[str, Condition]) -> Condition:
    """The rows that pass every filter."""
    return and_(true(), *demanded.values())


def _any(parts: list[Condition]) -> Condition:
    combined: Condition = parts[0]
    for part in parts[1:]:
        combined = combined | part
    return combined


def _region(name: str) -> str:
    return name.strip().removesuffix("省").removesuffix("市")
