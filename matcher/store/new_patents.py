"""Queue of imported patents that are not yet matched against the open needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from matcher.matches.suggestion import ArrivalReason
from matcher.store.patents import CHUNK
from matcher.store.schema.catalogue import patents
from matcher.store.schema.suggestions import arrivals


@dataclass(frozen=True, slots=True)
class Arrival:
    """Queued patent: new, or newly under an open licence."""

    patent: str
    reason: ArrivalReason
    arrived_at: datetime


def open_licences(connection: Connection, ids: Sequence[str]) -> dict[str, bool]:
    """Return for each known patent of these ids whether it declares an open licence."""
    declared: dict[str, bool] = {}
    for start in range(0, len(ids), CHUNK):
        query = select(patents.c.id, patents.c.open_licence).where(
            patents.c.id.in_(ids[start : start + CHUNK])
        )
        declared |= {row.id: bool(row.open_licence) for row in connection.execute(query)}
    return declared


def add_new(
    connection: Connection, before: dict[str, bool], after: dict[str, bool], moment: datetime
) -> None:
    """Queue the patents that are new or newly open between two results of `open_licences`.

    A patent that is queued already stays as it is.
    """
    reasons = {identity: ArrivalReason.NEW for identity in after.keys() - before.keys()}
    for identity, was_open in before.items():
        if after.get(identity, False) and not was_open:
            reasons[identity] = ArrivalReason.OPEN_LICENCE
    if not reasons:
        return
    known = select(arrivals.c.patent).where(arrivals.c.patent.in_(reasons))
    queued = set(connection.execute(known).scalars())
    rows = [
        {"patent": identity, "reason": reason.value, "arrived_at": moment}
        for identity, reason in sorted(reasons.items())
        if identity not in queued
    ]
    if rows:
        connection.execute(insert(arrivals), rows)


def each(connection: Connection) -> list[Arrival]:
    """Return every queued patent."""
    query = select(arrivals).order_by(arrivals.c.arrived_at, arrivals.c.patent)
    return [
        Arrival(row.patent, ArrivalReason(row.reason), row.arrived_at)
        for row in connection.execute(query)
    ]


def exist(connection: Connection) -> bool:
    """True if any patent is queued."""
    return connection.execute(select(arrivals.c.patent).limit(1)).first() is not None


def remove(connection: Connection, done: Iterable[Arrival]) -> None:
    """Remove these from the queue; a patent that was queued again meanwhile stays."""
    ids: dict[datetime, list[str]] = {}
    for arrival in done:
        ids.setdefault(arrival.arrived_at, []).append(arrival.patent)
    for moment, patents_then in ids.items():
        for start in range(0, len(patents_then), CHUNK):
            chunk = arrivals.c.patent.in_(patents_then[start : start + CHUNK])
            connection.execute(delete(arrivals).where(arrivals.c.arrived_at == moment, chunk))
