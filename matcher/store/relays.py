"""Relay requests in the database: queue of the technology-transfer offices."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, update

from matcher.access.relay import OPEN_STATES, RelayRequest, RelayState
from matcher.store.schema.contacts import relay_requests
from matcher.store.schema.needs import matches

_COLUMNS = relay_requests.c


def add(connection: Connection, request: RelayRequest) -> None:
    """Add a new request to the queue."""
    connection.execute(insert(relay_requests).values(_values(request)))


def save(connection: Connection, request: RelayRequest) -> None:
    """Replace the request of the same id."""
    changed = _values(request)
    connection.execute(update(relay_requests).where(_COLUMNS.id == request.id).values(changed))


def find(connection: Connection, request_id: str, seen: ColumnElement[bool]) -> RelayRequest | None:
    """Return the request with this id if its match meets the condition `seen`."""
    query = select(relay_requests).where(_COLUMNS.id == request_id, _of_matches(seen))
    row = connection.execute(query).one_or_none()
    return None if row is None else _from_row(row)


def find_open(connection: Connection, match_id: str, asked_by: str) -> RelayRequest | None:
    """Return the open request of this key for this match."""
    query = select(relay_requests).where(
        _COLUMNS.match == match_id,
        _COLUMNS.asked_by == asked_by,
        _COLUMNS.state.in_(OPEN_STATES),
    )
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else _from_row(row)


def page(
    connection: Connection,
    seen: ColumnElement[bool],
    *,
    state: RelayState | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[RelayRequest]:
    """Return at most `limit` requests, the oldest first."""
    query = select(relay_requests).where(_of_matches(seen))
    if state is not None:
        query = query.where(_COLUMNS.state == state)
    if after is not None:
        moment, last_id = after
        same = and_(_COLUMNS.asked_at == moment, _COLUMNS.id > last_id)
        query = query.where(or_(_COLUMNS.asked_at > moment, same))
    query = query.order_by(_COLUMNS.asked_at, _COLUMNS.id).limit(limit)
    return [_from_row(row) for row in connection.execute(query)]


def of_contact(connection: Connection, contact_ids: list[str]) -> list[RelayRequest]:
    """Return the requests to these contacts, the oldest first."""
    query = select(relay_requests).where(_COLUMNS.contact.in_(contact_ids))
    return [_from_row(row) for row in connection.execute(query.order_by(_COLUMNS.asked_at))]


def _of_matches(seen: ColumnElement[bool]) -> ColumnElement[bool]:
    return _COLUMNS.match.in_(select(matches.c.id).where(seen))


def _values(request: RelayRequest) -> dict[str, Any]:
    return {**asdict(request), "state": request.state.value}


def _from_row(row: Row[Any]) -> RelayRequest:
    return RelayRequest(**{**row._mapping, "state": RelayState(row.state)})
