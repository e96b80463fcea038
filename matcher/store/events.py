"""Matchmaking events in the database, with their needs, teams and firms."""

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
from matcher.language.messages import _
from matcher.store import needs as stored_needs
from matcher.store.schema.events import (
    event_firms,
    event_needs,
    event_teams,
    events,
)
from matcher.store.schema.needs import needs


def create(connection: Connection, event: Event) -> None:
    """Add a new event. Raises InputError where the name is taken."""
    taken = select(events.c.name).where(events.c.name == event.name)
    if connection.execute(taken).first():
        raise InputError(
            _("there is an event {name!r} already: choose another name", name=event.name)
        )
    connection.execute(insert(events).values(name=event.name, **_values(event)))


def save(connection: Connection, event: Event) -> None:
    """Replace the event of the same name."""
    connection.execute(update(events).where(events.c.name == event.name).values(_values(event)))


def by_name(connection: Connection, name: str) -> Event:
    """Return the event of this name. Raises EventNotFoundError, which lists the known names."""
    row = connection.execute(select(events).where(events.c.name == name)).one_or_none()
    if row is None:
        known = "、".join(connection.execute(select(events.c.name)).scalars()) or _("none yet")
        raise EventNotFoundError(
            _("there is no event {name!r}; there are: {known}", name=name, known=known)
        )
    return _event(row)


def each(connection: Connection) -> list[Event]:
    """Return every event, the latest first."""
    query = select(events).order_by(events.c.created_at.desc())
    return [_event(row) for row in connection.execute(query)]


def remove(connection: Connection, name: str) -> None:
    """Delete an event with its edits and versions; its needs and matches stay."""
    connection.execute(delete(events).where(events.c.name == name))


def add_needs(connection: Connection, name: str, need_ids: Iterable[str]) -> int:
    """Append needs to the event; return the number of those that it did not have."""
    known = set(
        connection.execute(select(event_needs.c.need).where(event_needs.c.event == name)).scalars()
    )
    added = [need_id for need_id in dict.fromkeys(need_ids) if need_id not in known]
    rows = [
        {
            "event": name,
            "need": need_id,
            "position": position,
            "state": EventNeedState.WAITING.value,
        }
        for position, need_id in enumerate(added, len(known) + 1)
    ]
    if rows:
        connection.execute(insert(event_needs), rows)
    return len(rows)


def needs_of(connection: Connection, name: str) -> list[EventNeed]:
    """Return the needs of an event in the order they were added."""
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
    """Record the ranking that answers a need of the event, or the reason for none."""
    state = EventNeedState.FAILED if ranking is None else EventNeedState.MATCHED
    here = (event_needs.c.event == name) & (event_needs.c.need == need_id)
    values: dict[str, Any] = {"state": state.value, "problem": problem}
    if ranking is not None:  # a failed re-run leaves the proposal that was there
        values["ranking"] = ranking
    connection.execute(update(event_needs).where(here).values(values))


def reset_answers(
    connection: Connection, name: str, need_ids: Collection[str] | None = None
) -> None:
    """Mark needs of the event as waiting, by default all; their proposals stay until answered."""
    here = event_needs.c.event == name
    if need_ids is not None:
        here &= event_needs.c.need.in_(need_ids)
    connection.execute(
        update(event_needs).where(here).values(state=EventNeedState.WAITING.value, problem=None)
    )


def set_teams(connection: Connection, name: str, teams: Iterable[EventTeam]) -> None:
    """Replace the teams of the event."""
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
    """Return the teams of the event, by institution and name."""
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
    """Replace the firms of the event."""
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
    """Return the firms with persons or slots on record, by name."""
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
    """Save the plan of the meetings; None removes it."""
    here = events.c.name == name
    connection.execute(update(events).where(here).values(plan=plan, updated_at=moment))


def plan_of(connection: Connection, name: str) -> dict[str, Any] | None:
    """Return the plan that `set_plan` saved last."""
    query = select(events.c.plan).where(events.c.name == name)
    plan: dict[str, Any] | None = connection.execute(query).scalar_one_or_none()
    return plan


def set_batch(connection: Connection, name: str, batch: dict[str, Any] | None) -> None:
    """Save what the batch under way was begun with; None at its end."""
    connection.execute(update(events).where(events.c.name == name).values(batch=batch))


def batch_of(connection: Connection, name: str) -> dict[str, Any] | None:
    """Return what `set_batch` saved last; None while no batch was begun or stopped."""
    query = select(events.c.batch).where(events.c.name == name)
    batch: dict[str, Any] | None = connection.execute(query).scalar_one_or_none()
    return batch


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
