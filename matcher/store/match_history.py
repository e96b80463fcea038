"""History of matches in the database, and the states it leads to."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    case,
    func,
    insert,
    or_,
    select,
    update,
)

from matcher.access.roles import Caller, Role
from matcher.matches.record import MatchRecord
from matcher.matches.states import (
    ROLES_BY_SIDE,
    ExitReason,
    MatchEvent,
    MatchState,
    Side,
    Step,
    readable_sides,
)
from matcher.matches.webhook import WebhookEvent
from matcher.store import outbox
from matcher.store.schema.needs import match_events, matches, needs
from matcher.store.schema.times import now

_FIELDS = tuple(field.name for field in fields(MatchEvent))


@dataclass(frozen=True, slots=True)
class NextAction:
    """Next action for a match, from the last follow-up of one side."""

    event: MatchEvent
    state: MatchState
    institution: str | None
    patent: str
    enterprise: str | None
    """The enterprise of the need, if its sheet names one."""


def add_recommendation(connection: Connection, match_id: str, caller: Caller) -> None:
    """Open the history of a new match with its recommendation to the caller."""
    _add(connection, match_id, caller, to_state=MatchState.RECOMMENDED)


def add_recommendations(
    connection: Connection, match_ids: Sequence[str], caller: Caller, moment: datetime
) -> None:
    """Open the history of those matches that have none: they count from this moment on."""
    query = select(match_events.c.match).where(match_events.c.match.in_(match_ids)).distinct()
    known = set(connection.execute(query).scalars())
    new = [match_id for match_id in match_ids if match_id not in known]
    for match_id in new:
        add_recommendation(connection, match_id, caller)
    connection.execute(
        update(matches).where(matches.c.id.in_(new)).values(created_at=moment, updated_at=moment)
    )


def add_follow_up(
    connection: Connection,
    match: MatchRecord,
    caller: Caller,
    *,
    step: Step | None,
    note: str | None = None,
    next_action: str | None = None,
    next_action_on: date | None = None,
) -> tuple[MatchRecord, MatchEvent]:
    """Add a follow-up to the history of a match; without a step its state stays.

    Returns the match as it is now, a version further, and the new event.
    """
    state = MatchState(match.state) if step is None else step.to
    event = _add(
        connection,
        match.id,
        caller,
        from_state=MatchState(match.state),
        to_state=state,
        reason=None if step is None else step.reason,
        note=note,
        next_action=next_action,
        next_action_on=next_action_on,
    )
    changed = replace(
        match, state=state.value, updated_at=event.happened_at, version=match.version + 1
    )
    connection.execute(
        update(matches)
        .where(matches.c.id == match.id)
        .values(state=changed.state, updated_at=changed.updated_at, version=changed.version)
    )
    if step is not None:
        _emit_state_change(connection, match, changed)
    return changed, event


def history(
    connection: Connection, match_id: str, *, after: int = 0, limit: int | None = None
) -> list[MatchEvent]:
    """Return the events of a match in order, those after the event number `after`."""
    query = (
        select(match_events)
        .where(match_events.c.match == match_id, match_events.c.id > after)
        .order_by(match_events.c.id)
        .limit(limit)
    )
    return [_from_row(row) for row in connection.execute(query)]


def due_actions(
    connection: Connection,
    caller: Caller,
    seen: ColumnElement[bool],
    until: date,
    *,
    after: tuple[date, int] | None = None,
    limit: int | None = None,
) -> list[NextAction]:
    """Return the next actions due by this day of the matches `seen`, the earliest first.

    A next action stands until its side follows the match up again. `after` is the day and the
    event number of the last action on the page before.
    """
    columns = match_events.c
    query = (
        select(
            match_events,
            matches.c.state,
            matches.c.institution,
            matches.c.patent,
            needs.c.enterprise,
        )
        .join(matches, matches.c.id == columns.match)
        .join(needs, needs.c.id == matches.c.need)
        .where(
            columns.id.in_(_last_of_each_side(readable_sides(caller.role))),
            columns.next_action_on <= until,
            seen,
        )
        .order_by(columns.next_action_on, columns.id)
        .limit(limit)
    )
    if after is not None:
        day, number = after
        same_day = and_(columns.next_action_on == day, columns.id > number)
        query = query.where(or_(columns.next_action_on > day, same_day))
    return [
        NextAction(
            _from_row(row), MatchState(row.state), row.institution, row.patent, row.enterprise
        )
        for row in connection.execute(query)
    ]


def _emit_state_change(connection: Connection, before: MatchRecord, after: MatchRecord) -> None:
    data = {
        "match": after.id,
        "need": after.need,
        "patent": after.patent,
        "from_state": before.state,
        "to_state": after.state,
    }
    outbox.emit(connection, WebhookEvent.MATCH_STATE_CHANGED, after.need, data)


def _last_of_each_side(sides: frozenset[Side]) -> Any:
    """Select the number of each side's last follow-up of each match."""
    roles = {side: sorted(ROLES_BY_SIDE[side]) for side in sorted(sides)}
    side = case(*((match_events.c.role.in_(names), name) for name, names in roles.items()))
    return (
        select(func.max(match_events.c.id))
        .where(or_(*(match_events.c.role.in_(names) for names in roles.values())))
        .group_by(match_events.c.match, side)
    )


def _add(connection: Connection, match_id: str, caller: Caller, **values: Any) -> MatchEvent:
    """Insert an event of this moment; enums are stored by value."""
    row = {
        "match": match_id,
        "happened_at": now(),
        "by": caller.key,
        "role": caller.role.value,
        **values,
    }
    adding = insert(match_events).values(row).returning(match_events)
    return _from_row(connection.execute(adding).one())


def _from_row(row: Row[Any]) -> MatchEvent:
    values = {name: getattr(row, name) for name in _FIELDS}
    return MatchEvent(
        **{
            **values,
            "role": Role(values["role"]),
            "from_state": values["from_state"] and MatchState(values["from_state"]),
            "to_state": MatchState(values["to_state"]),
            "reason": values["reason"] and ExitReason(values["reason"]),
        }
    )
