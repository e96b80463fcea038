"""Events in the database: the event itself, its needs, its teams and firms."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from matcher.errors import InputError
from matcher.events.record import (
    Event,
    EventFirm,
    EventNeed,
    EventNeedState,
    EventNotFoundError,
    EventOptions,
    EventState,
    EventTeam,
)
from matcher.store import needs as stored_needs
from matcher.store.schema.events import (
    event_firms,
    event_needs,
    event_teams,
    events,
)
from matcher.store.schema.needs import needs


def create(connection: Connection, event: Event) -> None:
    """Keep a new event. Raises InputError where the name is taken."""
    taken = select(events.c.name).where(events.c.name == event.name)
    if connection.execute(taken).first():
        raise InputError(f"there is an event {event.name!r} already: choose another name")
    connection.execute(insert(events).values(name=event.name, **_values(event)))


def save(connection: Connection, event: Event) -> None:
    """Put a changed event in the place of the one with its name."""
    connection.execute(update(events).where(events.c.name == event.name).values(_values(event)))


def named(connection: Connection, name: str) -> Event:
    """The event of this name. Raises EventNotFoundError, which names those there are."""
    row = connection.execute(select(events).where(events.c.name == name)).one_or_none()
    if row is None:
        known = "、".join(connection.execute(select(events.c.name)).scalars()) or "none yet"
        raise EventNotFoundError(f"there is no event {name!r}; there are: {known}")
    return _event(row)


def each(connection: Connection) -> list[Event]:
    """Every event, the latest day first."""
    query = select(events).order_by(events.c.created_at.desc())
    return [_event(row) for row in connection.execute(query)]


def forget(connection: Connection, name: str) -> None:
    """Delete an event with its edits and versions; its needs and matches stay."""
    connection.execute(delete(events).where(events.c.name == name))


def add_needs(connection: Connection, name: str, need_ids: Iterable[str]) -> int:
    """Let needs come to the event, behind those it has; how many were not there yet."""
    known = set(
        connection.execute(select(event_needs.c.need).where(event_needs.c.event == name)).scalars()
    )
    fresh = [one for one in dict.fromkeys(need_ids) if one not in known]
    rows = [
        {"event": name, "need": one, "position": place, "state": EventNeedState.WAITING.value}
        for place, one in enumerate(fresh, len(known) + 1)
    ]
    if rows:
        connection.execute(insert(event_needs), rows)
    return len(rows)


def needs_of(connection: Connection, name: str) -> list[EventNeed]:
    """The needs of an event in the order in which they came."""
    query = (
        select(event_needs, needs)
        .join(needs, needs.c.id == event_needs.c.need)
        .where(event_needs.c.event == name)
        .order_by(event_needs.c.position)
    )
    query = query.with_only_columns(
        *needs.c,
        event_needs.c.position,
        event_needs.c.state.label("event_state"),
        event_needs.c.problem,
        event_needs.c.ranking,
    )
    return [
        EventNeed(
            need=stored_needs.from_row(row),
            position=row.position,
            state=EventNeedState(row.event_state),
            problem=row.problem,
            ranking=row.ranking,
        )
        for row in connection.execute(query)
    ]


def set_answer(
    connection: Connection,
    name: str,
    need_id: str,
    *,
    ranking: str | None = None,
    problem: str | None = None,
) -> None:
    """Record the ranking that answers a need of the event, or why there is none."""
    state = EventNeedState.FAILED if ranking is None else EventNeedState.MATCHED
    here = (event_needs.c.event == name) & (event_needs.c.need == need_id)
    values: dict[str, Any] = {"state": state.value, "problem": problem}
    if ranking is not None:  # a failed re-run leaves the proposal that was there
        values["ranking"] = ranking
    connection.execute(update(event_needs).where(here).values(values))


def wait_again(connection: Connection, name: str, need_ids: Collection[str] | None = None) -> None:
    """Let needs of the event wait for an answer, by default all; the proposals stand until then."""
    here = event_needs.c.event == name
    if need_ids is not None:
        here &= event_needs.c.need.in_(need_ids)
    connection.execute(
        update(event_needs).where(here).values(state=EventNeedState.WAITING.value, problem=None)
    )


def set_teams(connection: Connection, name: str, teams: Iterable[EventTeam]) -> None:
    """Replace the teams that come."""
    connection.execute(delete(event_teams).where(event_teams.c.event == name))
    for team in teams:
        connection.execute(
            insert(event_teams).values(
                event=name,
                institution=team.institution,
                team=team.team,
                persons=list(team.persons),
                slots=None if team.slots is None else list(team.slots),
                table_name=team.table,
            )
        )


def teams_of(connection: Connection, name: str) -> list[EventTeam]:
    """The teams that come, by institution and name."""
    columns = event_teams.c
    query = select(event_teams).where(columns.event == name)
    return [
        EventTeam(
            institution=row.institution,
            team=row.team,
            persons=tuple(row.persons),
            slots=None if row.slots is None else tuple(row.slots),
            table=row.table_name,
        )
        for row in connection.execute(query.order_by(columns.institution, columns.team))
    ]


def set_firms(connection: Connection, name: str, firms: Iterable[EventFirm]) -> None:
    """Replace what is known of the firms that come."""
    connection.execute(delete(event_firms).where(event_firms.c.event == name))
    for firm in firms:
        connection.execute(
            insert(event_firms).values(
                event=name,
                enterprise=firm.enterprise,
                persons=list(firm.persons),
                slots=None if firm.slots is None else list(firm.slots),
            )
        )


def firms_of(connection: Connection, name: str) -> list[EventFirm]:
    """The firms of which more is known than their needs, by name."""
    query = select(event_firms).where(event_firms.c.event == name)
    return [
        EventFirm(
            enterprise=row.enterprise,
            persons=tuple(row.persons),
            slots=None if row.slots is None else tuple(row.slots),
        )
        for row in connection.execute(query.order_by(event_firms.c.enterprise))
    ]


def set_plan(
    connection: Connection, name: str, plan: dict[str, Any] | None, moment: datetime
) -> None:
    """Keep the meetings as they were planned, or None where there is no plan."""
    here = events.c.name == name
    connection.execute(update(events).where(here).values(plan=plan, updated_at=moment))


def plan_of(connection: Connection, name: str) -> dict[str, Any] | None:
    """What `set_plan` kept last."""
    query = select(events.c.plan).where(events.c.name == name)
    plan: dict[str, Any] | None = connection.execute(query).scalar_one_or_none()
    return plan


def _values(event: Event) -> dict[str, Any]:
    return {
        "day": event.day,
        "place": event.place,
        "slots": list(event.slots),
        "tables": list(event.tables),
        "options": asdict(event.options),
        "state": event.state.value,
        "created_at": event.created_at,
        "updated_at": event.updated_at,
    }


def _event(row: Row[Any]) -> Event:
    return Event(
        name=row.name,
        created_at=row.created_at,
        updated_at=row.updated_at,
        day=row.day,
        place=row.place,
        slots=tuple(row.slots),
        tables=tuple(row.tables),
        options=EventOptions(**row.options),
        state=EventState(row.state),
    )
