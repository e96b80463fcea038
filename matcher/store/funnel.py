"""The funnel's counts, from the matches and their history."""

from datetime import UTC, date, datetime, time
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
from matcher.matches.states import PATH, MatchState
from matcher.store.schema.needs import match_events, matches
from matcher.store.visibility import matches_seen_by


def funnel(connection: Connection, caller: Caller, filters: FunnelFilters) -> Funnel:
    """The funnel of the matches that the caller sees and that pass the filters."""
    return summarise(cells(connection, matches_seen_by(caller), filters))


def cells(
    connection: Connection, seen: ColumnElement[bool], filters: FunnelFilters
) -> list[FunnelCell]:
    """The matches `seen` that pass the filters, counted by all that the funnel tells apart."""
    furthest = _furthest().subquery()
    each = (
        select(
            matches.c.institution,
            matches.c.industry,
            matches.c.state,
            extract("year", matches.c.created_at).label("year"),
            extract("month", matches.c.created_at).label("month"),
            func.coalesce(furthest.c.place, 0).label("place"),
        )
        .outerjoin(furthest, furthest.c.match == matches.c.id)
        .where(seen, *_passing(filters))
        .subquery()
    )
    columns = [each.c[name] for name in ("institution", "industry", "year", "month", "state")]
    query = select(*columns, each.c.place, func.count().label("matches"))
    grouped = query.group_by(*columns, each.c.place).order_by(*columns, each.c.place)
    return [
        FunnelCell(
            institution=row.institution,
            industry=row.industry,
            month=f"{int(row.year):04}-{int(row.month):02}",
            state=MatchState(row.state),
            furthest=PATH[row.place],
            matches=row.matches,
        )
        for row in connection.execute(grouped)
    ]


def created_between(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    """Conditions: a match was first recommended on these days or between them, in UTC."""
    created = matches.c.created_at
    conditions: list[ColumnElement[bool]] = []
    if since is not None:
        conditions.append(created >= datetime.combine(since, time.min, UTC))
    if until is not None:
        conditions.append(created <= datetime.combine(until, time.max, UTC))
    return conditions


def _passing(filters: FunnelFilters) -> list[ColumnElement[bool]]:
    conditions = created_between(filters.since, filters.until)
    if filters.institution is not None:
        conditions.append(matches.c.institution == filters.institution)
    if filters.industries:
        conditions.append(matches.c.industry.in_(filters.industries))
    return conditions


def _furthest() -> Select[Any]:
    """By match, the place on the path of the furthest state since the last correction."""
    to_place, from_place = _place(match_events.c.to_state), _place(match_events.c.from_state)
    corrected = (
        select(match_events.c.match, func.max(match_events.c.id).label("last"))
        .where(to_place < from_place)
        .group_by(match_events.c.match)
        .subquery()
    )
    return (
        select(match_events.c.match, func.max(to_place).label("place"))
        .outerjoin(corrected, corrected.c.match == match_events.c.match)
        .where(or_(corrected.c.last.is_(None), match_events.c.id >= corrected.c.last))
        .group_by(match_events.c.match)
    )


def _place(state: ColumnElement[str]) -> ColumnElement[int | None]:
    """Where a state stands on the path; NULL for an exit."""
    return case({word.value: place for place, word in enumerate(PATH)}, value=state)
