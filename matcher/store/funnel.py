"""Counts of the funnel, from the matches and their history."""

from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    case,
    extract,
    func,
    or_,
    select,
)

from matcher.access.roles import Caller
from matcher.matches.funnel import (
    Funnel,
    FunnelCell,
    FunnelFilters,
    summarise,
)
from matcher.matches.periods import CountFilters
from matcher.matches.states import PATH, MatchState
from matcher.store.institutions import spellings
from matcher.store.schema.needs import match_events, matches
from matcher.store.visibility import matches_seen_by, was_recommended


def funnel(connection: Connection, caller: Caller, filters: FunnelFilters) -> Funnel:
    """Count the funnel of the matches that the caller sees and that pass the filters."""
    return summarise(cells(connection, matches_seen_by(caller), filters))


def cells(
    connection: Connection, seen: ColumnElement[bool], filters: FunnelFilters
) -> list[FunnelCell]:
    """Count the matches `seen` that pass the filters, by every dimension of the funnel."""
    furthest = _furthest().subquery()
    each = (
        select(
            matches.c.institution,
            matches.c.industry,
            matches.c.state,
            extract("year", matches.c.created_at).label("year"),
            extract("month", matches.c.created_at).label("month"),
            func.coalesce(furthest.c.path_index, 0).label("path_index"),
        )
        .outerjoin(furthest, furthest.c.match == matches.c.id)
        .where(seen, *_conditions(connection, filters))
        .subquery()
    )
    columns = [each.c[name] for name in ("institution", "industry", "year", "month", "state")]
    columns.append(each.c.path_index)
    query = select(*columns, func.count().label("matches"))
    grouped = query.group_by(*columns).order_by(*columns)
    return [
        FunnelCell(
            institution=row.institution,
            industry=row.industry,
            month=f"{int(row.year):04}-{int(row.month):02}",
            state=MatchState(row.state),
            furthest=PATH[row.path_index],
            matches=row.matches,
        )
        for row in connection.execute(grouped)
    ]


def counted_matches(connection: Connection, filters: CountFilters) -> list[ColumnElement[bool]]:
    """Return conditions on `matches`: of the institution, first recommended on these days (UTC)."""
    created = matches.c.created_at
    conditions: list[ColumnElement[bool]] = [was_recommended()]
    if filters.since is not None:
        conditions.append(created >= datetime.combine(filters.since, time.min, UTC))
    if filters.until is not None:
        conditions.append(created <= datetime.combine(filters.until, time.max, UTC))
    if filters.institution is not None:
        names = spellings(connection, matches.c.institution, filters.institution)
        conditions.append(matches.c.institution.in_(names))
    return conditions


def _conditions(connection: Connection, filters: FunnelFilters) -> list[ColumnElement[bool]]:
    conditions = counted_matches(connection, filters)
    if filters.industries:
        conditions.append(matches.c.industry.in_(filters.industries))
    return conditions


def _furthest() -> Select[Any]:
    """Select by match the path index of the furthest state since the last correction."""
    to_index, from_index = map(_path_index, (match_events.c.to_state, match_events.c.from_state))
    corrected = (
        select(match_events.c.match, func.max(match_events.c.id).label("last"))
        .where(to_index < from_index)
        .group_by(match_events.c.match)
        .subquery()
    )
    return (
        select(match_events.c.match, func.max(to_index).label("path_index"))
        .outerjoin(corrected, corrected.c.match == match_events.c.match)
        .where(or_(corrected.c.last.is_(None), match_events.c.id >= corrected.c.last))
        .group_by(match_events.c.match)
    )


def _path_index(state: ColumnElement[str]) -> ColumnElement[int | None]:
    """Index of a state on the path; NULL for an exit."""
    return case({step.value: index for index, step in enumerate(PATH)}, value=state)
