"""Writes that wait for the end of their transaction: the audit trail and the revision.

Both are of one row after another, so on PostgreSQL whoever writes them keeps every other writer
waiting until its own end. They come last: the wait is that of a commit, however long the
transaction was. On SQLite, where there is one writer at a time, they happen at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, update

from matcher.store.schema.catalogue import meta

_ENDING = "matcher_ending"
"""Execution option of a connection: what its transaction has put off."""


@dataclass(slots=True)
class _Ending:
    changes: int = 0
    writes: list[Callable[[Connection], None]] = field(default_factory=list)


def put_off(connection: Connection) -> None:
    """Let this transaction put off what is to come last."""
    connection.execution_options(**{_ENDING: _Ending()})


def count_change(connection: Connection) -> None:
    """Let the revision grow by one, together with everything in this transaction."""
    ending = _ending(connection)
    if ending is None:
        advance_revision(connection, 1)
    else:
        ending.changes += 1


def at_end(connection: Connection, write: Callable[[Connection], None]) -> None:
    """Write at the end of this transaction, when no other transaction is at its end."""
    ending = _ending(connection)
    if ending is None:
        write(connection)
    else:
        ending.writes.append(write)


def finish(connection: Connection) -> None:
    """Do what was put off, in the order in which it came; nothing where there is nothing."""
    ending = _ending(connection)
    if ending is None or not (ending.changes or ending.writes):
        return
    changes, writes = ending.changes, ending.writes
    ending.changes, ending.writes = 0, []
    advance_revision(connection, changes)
    for write in writes:
        write(connection)


def advance_revision(connection: Connection, changes: int) -> None:
    """Lock the revision until the end of the transaction, and let it grow."""
    here = meta.c.key == "revision"
    connection.execute(update(meta).where(here).values(value=meta.c.value + changes))


def _ending(connection: Connection) -> _Ending | None:
    ending: _Ending | None = connection.get_execution_options().get(_ENDING)
    return ending
