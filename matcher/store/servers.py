"""Servers that run now, as they tell one another (matcher.store.shared)."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from matcher.store.schema.servers import servers
from matcher.store.schema.times import database_time

LEASE = timedelta(seconds=30)
"""Time after which a server that gives no sign counts as gone."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server, with what has to be the same of all (see the table)."""

    id: str
    home: str
    pepper: str | None
    counts_alone: bool


def announce(connection: Connection, server: Server) -> None:
    """Record that a server is there, for the length of a lease; forget those that are gone."""
    moment = database_time(connection)
    values = {**asdict(server), "leased_until": moment + LEASE}
    if not connection.execute(
        update(servers).where(servers.c.id == server.id).values(values)
    ).rowcount:
        connection.execute(insert(servers).values({**values, "started_at": moment}))
    forget_gone(connection)


def running(connection: Connection) -> int:
    """Count the servers that are there."""
    alive = servers.c.leased_until >= database_time(connection)
    return int(connection.execute(select(func.count()).where(alive)).scalar_one())


def gone(connection: Connection) -> int:
    """Count the servers that ended without a word."""
    over = servers.c.leased_until < database_time(connection)
    return int(connection.execute(select(func.count()).where(over)).scalar_one())


def forget_gone(connection: Connection) -> None:
    """Forget the servers that ended without a word."""
    over = servers.c.leased_until < database_time(connection)
    connection.execute(delete(servers).where(over))


def others(connection: Connection, identity: str) -> list[Server]:
    """Return the other servers that are there, the oldest first."""
    columns = servers.c
    query = (
        select(columns.id, columns.home, columns.pepper, columns.counts_alone)
        .where(columns.id != identity, columns.leased_until >= database_time(connection))
        .order_by(columns.started_at, columns.id)
    )
    return [Server(*row) for row in connection.execute(query)]


def leave(connection: Connection, identity: str) -> None:
    """Forget a server that ends."""
    connection.execute(delete(servers).where(servers.c.id == identity))
