"""Which enterprises wish for pledge financing (质押融资意愿): those whose open needs say so."""

from datetime import date, datetime

from sqlalchemy import Connection, and_

from matcher.needs.record import NeedRecord
from matcher.needs.visibility import asking
from matcher.store import needs as stored_needs
from matcher.store.schema.needs import needs


def page(
    connection: Connection, *, today: date, after: tuple[datetime, str] | None, limit: int
) -> list[NeedRecord]:
    """At most `limit` needs of such enterprises, the latest first."""
    wanted = and_(needs.c.pledge_wish, asking(today))
    return stored_needs.page(connection, wanted, after=after, limit=limit)


def each(connection: Connection, *, today: date) -> list[NeedRecord]:
    """All of them, the oldest first."""
    return list(stored_needs.each(connection, and_(needs.c.pledge_wish, asking(today))))
