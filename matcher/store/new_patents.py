"""Patents that imports brought, until they were held against the open needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from matcher.matches.suggestion import ArrivalReason
from matcher.store.patents import CHUNK
from matcher.store.schema.catalogue import patents
from matcher.store.schema.suggestions import arrivals
from matcher.store.schema.times import now


@dataclass(frozen=True, slots=True)
class Arrival:
    """A patent that is new or newly under an open licence."""

    patent: str
    reason: ArrivalReason
    arrived_at: datetime


def open_licences(connection: Connection, ids: Sequence[str]) -> dict[str, bool]:
    """Whether each of these patents, as far as it is known, declares an open licence."""
    found: dict[str, bool] = {}
    for start in range(0, len(ids), CHUNK):
        query = select(patents.c.id, patents.c.open_licence).where(
            patents.c.id.in_(ids[start : start + CHUNK])
        )
        found |= {row.id: bool(row.open_licence) for row in connection.execute(query)}
    return found


def note(connection: Connection, before: dict[str, bool], after: dict[str, bool]) -> None:
    """Remember what is new in the later of two states of the same patents.

    A patent that is remembered already stays as it is.
    """
    fresh = {identity: ArrivalReason.NEW for identity in after.keys() - before.keys()}
    for identity, was_open in before.items():
        if after.get(identity, False) and not was_open:
            fresh[identity] = ArrivalReason.OPEN_LICENCE
    known = set(connection.execute(select(arrivals.c.patent)).scalars()) if fresh else set()
    moment = now()
    rows = [
        {"patent": identity, "reason": reason.value, "arrived_at": moment}
        for identity, reason in sorted(fresh.items())
        if identity not in known
    ]
    if rows:
        connection.execute(insert(arrivals), rows)


def each(connection: Connection) -> list[Arrival]:
    """Every patent that waits."""
    query = select(arrivals).order_by(arrivals.c.arrived_at, arrivals.c.patent)
    return [
        Arrival(row.patent, ArrivalReason(row.reason), row.arrived_at)
        for row in connection.execute(query)
    ]


def are_there(connection: Connection) -> bool:
    """Whether any patent waits."""
    return connection.execute(select(arrivals.c.patent).limit(1)).first() is not None


def remove(connection: Connection, done: Iterable[Arrival]) -> None:
    """Forget these; one that arrived anew meanwhile stays."""
    ids: dict[datetime, list[str]] = {}
    for arrival in done:
        ids.setdefault(arrival.arrived_at, []).append(arrival.patent)
    for moment, patents_then in ids.items():
        for start in range(0, len(patents_then), CHUNK):
            some = arrivals.c.patent.in_(patents_then[start : start + CHUNK])
            connection.execute(delete(arrivals).where(arrivals.c.arrived_at == moment, some))
