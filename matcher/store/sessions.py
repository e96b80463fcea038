"""Sessions of the pages in the database."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from matcher.access.sessions import ABSOLUTE, IDLE, Session
from matcher.store.schema.accounts import sessions

_FIELDS = tuple(field.name for field in fields(Session))


def add(connection: Connection, session: Session) -> None:
    """Add a session, and delete those that have ended."""
    ended = select(sessions.c.hashed).where(_ended(session.created_at))
    # What another transaction is deleting or changing now is not waited for.
    passing = ended.with_for_update(skip_locked=True)
    connection.execute(delete(sessions).where(sessions.c.hashed.in_(passing)))
    connection.execute(insert(sessions).values({name: getattr(session, name) for name in _FIELDS}))


def find(connection: Connection, hashed: str, moment: datetime) -> Session | None:
    """Return the session of this hash, unless it has ended."""
    query = select(sessions).where(sessions.c.hashed == hashed, ~_ended(moment))
    row = connection.execute(query).one_or_none()
    return None if row is None else _from_row(row)


def of_holder(connection: Connection, holder: str, moment: datetime) -> list[Session]:
    """Return the sessions of an account or key by its id, the latest request first."""
    query = (
        select(sessions)
        .where(_of(holder), ~_ended(moment))
        .order_by(sessions.c.last_seen_at.desc(), sessions.c.hashed)
    )
    return [_from_row(row) for row in connection.execute(query)]


def record_seen(connection: Connection, hashed: str, moment: datetime) -> None:
    """Record the time of a session's last request."""
    where = sessions.c.hashed == hashed
    connection.execute(update(sessions).where(where).values(last_seen_at=moment))


def end(connection: Connection, hashed: str) -> None:
    """End one session; one that has ended already stays so."""
    connection.execute(delete(sessions).where(sessions.c.hashed == hashed))


def end_all(connection: Connection, holder: str) -> int:
    """End every session of an account or key by its id; return their number."""
    return connection.execute(delete(sessions).where(_of(holder))).rowcount


def _of(holder: str) -> ColumnElement[bool]:
    # Ids of accounts begin with us_, and those of keys do not.
    return or_(sessions.c.account == holder, sessions.c.api_key == holder)


def _ended(moment: datetime) -> ColumnElement[bool]:
    return or_(sessions.c.last_seen_at <= moment - IDLE, sessions.c.created_at <= moment - ABSOLUTE)


def _from_row(row: Row[Any]) -> Session:
    return Session(**{name: getattr(row, name) for name in _FIELDS})
