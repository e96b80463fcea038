"""Locks of writers in PostgreSQL. SQLite has one writer at a time and needs none of them.

They are advisory locks under the object id of the table `meta`, so that two schemas of one database
do not know each other. A transaction takes them in one order (the catalogue, the records, records
by name, last the counters in `meta`), so that no two wait for one another.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, TextClause, text

CATALOGUE: Final = 1
"""Lock of the one transaction that changes searchable content."""
RECORDS: Final = 2
"""Lock of all records of the programme: shared by writers that name the records they change."""
_CLASS = "CAST(CAST(CAST('meta' AS regclass) AS oid) AS integer)"
_ALONE = text(f"SELECT pg_advisory_xact_lock({_CLASS}, :key)")
_EACH = text(f"SELECT pg_advisory_xact_lock({_CLASS}, key) FROM unnest(CAST(:keys AS int[])) key")
_SHARED_AND_EACH = text(  # one statement: a small change is mostly waiting for the network
    f"SELECT pg_advisory_xact_lock_shared({_CLASS}, {RECORDS}) UNION ALL {_EACH.text}"
)
_TRY = text(f"SELECT pg_try_advisory_lock({_CLASS}, :key)")
_RELEASE = text(f"SELECT pg_advisory_unlock({_CLASS}, :key)")
_HELD = "matcher_locks"
"""Execution option of a connection: the locks that its transaction took for all of an area."""


class TakenError(Exception):
    """Another session holds the lock."""


def has_locks(connection: Connection) -> bool:
    """True on PostgreSQL."""
    return connection.dialect.name == "postgresql"


def take_catalogue(connection: Connection) -> None:
    """Wait until no other transaction changes searchable content; until the end of this one."""
    _take_area(connection, CATALOGUE, _ALONE)


def take_records(connection: Connection) -> None:
    """Wait until no other transaction changes a record; until the end of this one."""
    _take_area(connection, RECORDS, _ALONE)


def take_some(connection: Connection, *names: str) -> None:
    """Wait as `take` does, and for who changes all records; keep such ones out until the end."""
    if has_locks(connection):
        connection.execute(_SHARED_AND_EACH, {"keys": _keys(names)})


def take(connection: Connection, *names: str) -> None:
    """Wait until no other transaction holds one of these names; until the end of this one.

    A writer of all records holds every name.
    """
    if not names or not has_locks(connection) or RECORDS in _held(connection):
        return
    connection.execute(_EACH, {"keys": _keys(names)})


@contextmanager
def holding(connection: Connection, name: str) -> Iterator[None]:
    """Hold a name for a session, whatever its transactions; it is free when the session ends.

    Raises TakenError at once where another session holds it.
    """
    key = {"key": _key(name)}
    if not connection.execute(_TRY, key).scalar_one():
        raise TakenError(name)
    try:
        yield
    finally:
        _release(connection, _RELEASE, key)


def _release(connection: Connection, statement: TextClause, key: dict[str, int]) -> None:
    """Free the lock; a connection that is of no use any more is closed, which frees it too."""
    try:
        connection.rollback()
        connection.execute(statement, key)
        connection.rollback()
    except Exception:
        connection.invalidate()


def _take_area(connection: Connection, area: int, statement: TextClause) -> None:
    held = _held(connection)
    if has_locks(connection) and area not in held:
        connection.execute(statement, {"key": area})
        connection.execution_options(**{_HELD: held | {area}})


def _held(connection: Connection) -> frozenset[int]:
    held: frozenset[int] = connection.get_execution_options().get(_HELD, frozenset())
    return held


def _keys(names: Iterable[str]) -> list[int]:
    return sorted({_key(name) for name in names})


def _key(name: str) -> int:
    """Return the number of a name. Names that share it by chance only wait for one another."""
    number = int.from_bytes(sha256(name.encode()).digest()[:4], signed=True)
    return number if number not in (CATALOGUE, RECORDS) else -1 - number
