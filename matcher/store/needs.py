"""Needs in the database."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, update

from matcher.access.roles import Caller
from matcher.events.record import EventNeedState
from matcher.ids import is_id
from matcher.language.messages import _
from matcher.needs.record import (
    ClosedReason,
    NeedDetails,
    NeedNotFoundError,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.needs.visibility import sees_need
from matcher.store.schema.events import event_needs
from matcher.store.schema.needs import needs
from matcher.store.visibility import asking


def add(connection: Connection, need: NeedRecord) -> None:
    """Add a new need."""
    connection.execute(insert(needs).values(_values(need)))


def find(connection: Connection, need_id: str) -> NeedRecord | None:
    """Return the need with this id.

    It checks no caller: for that see `visible_need`.
    """
    row = connection.execute(select(needs).where(needs.c.id == need_id)).one_or_none()
    return None if row is None else from_row(row)


def visible_need(connection: Connection, caller: Caller, need_id: str) -> NeedRecord:
    """Return the need if the caller may see any of it (see `sight`). Raises NeedNotFoundError."""
    need = find(connection, need_id) if is_id(need_id) else None
    if need is None or not sees_need(caller, need):
        raise NeedNotFoundError(
            _("there is no need {need_id!r} that this key may see", need_id=need_id[:60])
        )
    return need


def save(connection: Connection, need: NeedRecord) -> None:
    """Replace the need of the same id; events wait to match it again where its text changes."""
    before = find(connection, need.id)
    connection.execute(update(needs).where(needs.c.id == need.id).values(_values(need)))
    if before is not None and before.need.full_text != need.need.full_text:
        connection.execute(
            update(event_needs)
            .where(event_needs.c.need == need.id)
            .values(state=EventNeedState.WAITING.value, problem=None)
        )


def page(
    connection: Connection,
    where: ColumnElement[bool],
    *,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[NeedRecord]:
    """Return at most `limit` needs that meet the condition, the latest first, after this time and
    id."""
    query = select(needs).where(where)
    if after is not None:
        moment, need_id = after
        earlier = needs.c.created_at < moment
        query = query.where(or_(earlier, and_(needs.c.created_at == moment, needs.c.id < need_id)))
    query = query.order_by(needs.c.created_at.desc(), needs.c.id.desc()).limit(limit)
    return [from_row(row) for row in connection.execute(query)]


def each(connection: Connection, where: ColumnElement[bool]) -> Iterator[NeedRecord]:
    """Yield every need that meets the condition, the oldest first."""
    query = select(needs).where(where).order_by(needs.c.created_at, needs.c.id)
    for row in connection.execute(query):
        yield from_row(row)


def page_of_pledge_wishes(
    connection: Connection, *, today: date, after: tuple[datetime, str] | None, limit: int
) -> list[NeedRecord]:
    """Return at most `limit` open needs with a pledge wish (质押融资意愿), the latest first."""
    wanted = and_(needs.c.pledge_wish, asking(today))
    return page(connection, wanted, after=after, limit=limit)


def each_pledge_wish(connection: Connection, *, today: date) -> list[NeedRecord]:
    """Return every open need with a pledge wish, the oldest first."""
    return list(each(connection, and_(needs.c.pledge_wish, asking(today))))


def from_row(row: Row[Any]) -> NeedRecord:
    """Convert a row of `needs` to a record."""
    return NeedRecord(
        id=row.id,
        created_by=row.created_by,
        details=NeedDetails.from_json(row.record),
        contact=row.contact,
        publish_scope=PublishScope(row.publish_scope),
        pledge_wish=row.pledge_wish,
        state=NeedState(row.state),
        closed_reason=row.closed_reason and ClosedReason(row.closed_reason),
        expires_on=row.expires_on,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def _values(need: NeedRecord) -> Mapping[str, Any]:
    return {
        "id": need.id,
        "enterprise": need.enterprise,
        "created_by": need.created_by,
        "record": need.details.to_json(),
        "contact": need.contact,
        "publish_scope": need.publish_scope.value,
        "pledge_wish": need.pledge_wish,
        "state": need.state.value,
        "closed_reason": need.closed_reason,
        "expires_on": need.expires_on,
        "created_at": need.created_at,
        "updated_at": need.updated_at,
        "version": need.version,
    }
