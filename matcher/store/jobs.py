"""Import jobs in the database: every server sees how far they are, and one of them is at work.

The server of a job renews its lease. Once that is over, the job counts as interrupted, and the
server, if it lives on, finds that the job is no longer its own. Times are those of the database.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    exists,
    func,
    insert,
    not_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from matcher.errors import ConflictError
from matcher.language.messages import _
from matcher.store.schema.servers import jobs
from matcher.store.schema.times import database_time
from matcher.types import Json

LEASE = timedelta(seconds=30)
"""Time after which a job whose server gives no sign counts as interrupted."""
KEPT = timedelta(hours=48)
"""Time for which a job that is over is remembered: longer than its files."""

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
Hold = Literal["held", "ending", "lost"]
"""Hold of a server on a job: its own, its own but to be ended, or not its own any more."""
_ACTIVE = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as it stands."""

    work: str
    state: State
    started_at: datetime
    stage: str = ""
    done: int = 0
    total: int | None = None
    rate: float | None = None
    """Units a second of the present stage."""
    ended_at: datetime | None = None
    reason: str | None = None
    """Reason for which it failed, and what to do."""
    saved: Json | None = None
    """Counts of what was saved (`matcher.wiring.import_job`), as soon as it is."""
    index: Json | None = None
    """Figures of the index that was built."""

    @property
    def is_over(self) -> bool:
        """True when nothing changes any more."""
        return self.state not in _ACTIVE


_FIELDS = tuple(field.name for field in fields(JobState))


def begin(connection: Connection, identity: str, run: str, work: str) -> None:
    """Begin a job, which waits for its turn. Building an index keeps what was saved before it.

    Raises ConflictError while a job of the same import is under way.
    """
    moment = database_time(connection)
    values: dict[str, Any] = {
        "run": run,
        "work": work,
        "state": "waiting",
        "started_at": moment,
        "leased_until": moment + LEASE,
        "is_ending": False,
        "stage": "",
        "done": 0,
        "total": None,
        "rate": None,
        "ended_at": None,
        "reason": None,
        "index": None,
    }
    if work != "index":
        values["saved"] = None
    free = and_(jobs.c.id == identity, not_(_alive(moment)))
    if connection.execute(update(jobs).where(free).values(values)).rowcount:
        return
    try:
        connection.execute(insert(jobs).values({**values, "id": identity}))
    except IntegrityError:
        raise ConflictError(_("this import is being worked on already: wait for its end")) from None


def claim(connection: Connection, run: str) -> bool:
    """Let a waiting job run, unless another one does; its lease begins anew."""
    interrupt_lost(connection)
    moment = database_time(connection)
    other = jobs.alias()
    turn = and_(
        jobs.c.run == run,
        jobs.c.state == "waiting",
        not_(exists(select(other.c.id).where(other.c.state == "running"))),
    )
    values = {"state": "running", "leased_until": moment + LEASE}
    try:
        with connection.begin_nested():
            return connection.execute(update(jobs).where(turn).values(values)).rowcount == 1
    except IntegrityError:  # another one was first
        return False


def lost(connection: Connection) -> int:
    """Count the jobs whose server is gone, and that are not marked as interrupted yet."""
    over = _lost(database_time(connection))
    return int(connection.execute(select(func.count()).where(over)).scalar_one())


def interrupt_lost(connection: Connection) -> None:
    """Mark the jobs whose server is gone as interrupted."""
    over = _lost(database_time(connection))
    connection.execute(update(jobs).where(over).values(state="interrupted"))


def record(connection: Connection, run: str, **values: object) -> Hold:
    """Record how far a job is, and renew its lease; nothing where it is lost."""
    moment = database_time(connection)
    here = and_(jobs.c.run == run, _alive(moment))
    change = update(jobs).where(here).values({**values, "leased_until": moment + LEASE})
    row = connection.execute(change.returning(jobs.c.is_ending)).one_or_none()
    if row is None:
        return "lost"
    return "ending" if row.is_ending else "held"


def finish(
    connection: Connection, run: str, state: State, reason: str | None, **results: object
) -> None:
    """Record the end of a job and its results, unless it is lost."""
    ended_at = database_time(connection)
    record(connection, run, state=state, reason=reason, ended_at=ended_at, **results)


def ask_to_end(connection: Connection, identity: str) -> None:
    """Ask the server of a job to end it."""
    connection.execute(update(jobs).where(jobs.c.id == identity).values(is_ending=True))


def find(connection: Connection, identity: str) -> JobState | None:
    """Return the last job of an import; None where there was none."""
    moment = database_time(connection)
    row = connection.execute(select(jobs).where(jobs.c.id == identity)).one_or_none()
    return None if row is None else _from_row(row, moment)


def active(connection: Connection) -> set[str]:
    """Return the ids of the imports that are being worked on."""
    query = select(jobs.c.id).where(_alive(database_time(connection)))
    return set(connection.execute(query).scalars())


def prune(connection: Connection) -> None:
    """Delete the jobs that are long over."""
    connection.execute(delete(jobs).where(jobs.c.leased_until < database_time(connection) - KEPT))


def _lost(moment: datetime) -> ColumnElement[bool]:
    return and_(jobs.c.state.in_(_ACTIVE), jobs.c.leased_until < moment)


def _alive(moment: datetime) -> ColumnElement[bool]:
    return and_(jobs.c.state.in_(_ACTIVE), jobs.c.leased_until >= moment)


def _from_row(row: Row[Any], moment: datetime) -> JobState:
    values = {name: getattr(row, name) for name in _FIELDS}
    if row.state in _ACTIVE and row.leased_until < moment:
        values["state"] = "interrupted"
    return JobState(**values)
