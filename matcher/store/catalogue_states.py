"""States of the searchable content: what an index was built from, and what changed since.

A state has a number, which orders it, and a random id. A restored database that goes on from an
older state gives its next state an old number, but never an old id.
"""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from matcher.store.schema.catalogue import catalogue_states

FIRST = 0
"""Number of the state of an empty catalogue."""
_LAST_FIRST = catalogue_states.c.number.desc()
LATEST_ID = select(catalogue_states.c.id).order_by(_LAST_FIRST).limit(1)
"""Query of the id of the present state."""
_LATEST = select(catalogue_states).order_by(_LAST_FIRST).limit(1)


@dataclass(frozen=True, slots=True)
class CatalogueState:
    """State of the searchable content of one database."""

    number: int
    id: str


def latest(connection: Connection) -> CatalogueState:
    """Return the present state."""
    row = connection.execute(_LATEST).one()
    return CatalogueState(row.number, row.id)


def next_number(connection: Connection) -> int:
    """Return the number of the state that a change in this transaction leads to."""
    return int(connection.execute(select(func.max(catalogue_states.c.number))).scalar_one()) + 1


def add(connection: Connection, number: int) -> None:
    """Add a state with an id of its own."""
    connection.execute(insert(catalogue_states).values(number=number, id=secrets.token_hex(16)))


def advance(connection: Connection) -> None:
    """Add the next state."""
    add(connection, next_number(connection))


def is_known(connection: Connection, state: CatalogueState) -> bool:
    """True if the database has been in this state; its content came from there."""
    query = select(catalogue_states.c.id).where(catalogue_states.c.number == state.number)
    return connection.execute(query).scalar_one_or_none() == state.id
