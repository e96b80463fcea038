"""Records of the programme in the database, of any kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
    update,
)

from matcher.access.roles import COMMAND_CALLER, Caller, Role
from matcher.ids import new_id
from matcher.patents.pledges import PledgeDates
from matcher.programme.fields import (
    Value,
    Values,
)
from matcher.programme.kinds import KINDS
from matcher.programme.record import (
    Due,
    Record,
    RecordKind,
)
from matcher.store.endings import count_change
from matcher.store.schema.catalogue import metadata, patents
from matcher.store.schema.needs import matches
from matcher.store.schema.programme import pledges
from matcher.store.schema.times import now

REMINDER_DAYS = 30
"""Default look-ahead of reminders, in days from today."""

PageCursor = tuple[datetime, str]
"""End of a page: creation time and id of its last record."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A task that is due, and its record."""

    kind: str
    record: str
    due: str
    """Field with the day."""
    due_on: date
    patent: str | None
    institution: str | None
    enterprise: str | None
    number: str | None


ReminderCursor = tuple[date, str, str, str]
"""End of a page of reminders: day, kind, record, field."""


def find(
    connection: Connection,
    kind: RecordKind,
    identity: str,
    institution: str | None = None,
    *,
    caller: Caller = COMMAND_CALLER,
) -> Record | None:
    """Return the record with this id; where given, of this institution only.

    A proposal is found for those who may see it (`seen_by`).
    """
    table = metadata.tables[kind.table]
    query = select(table).where(table.c.id == identity, _own(kind, institution))
    query = query.where(seen_by(kind, caller))
    return _record_or_none(kind, connection.execute(query).one_or_none())


def find_joining(
    connection: Connection, kind: RecordKind, identity: str, host: str | None
) -> Record | None:
    """Return the record with this id; where given, only if it joins what this institution runs."""
    table = metadata.tables[kind.table]
    query = select(table).where(table.c.id == identity)
    if host is not None:
        query = query.where(_joins_what_is_run_by(kind, host))
    return _record_or_none(kind, connection.execute(query).one_or_none())


def waiting_for(connection: Connection, kind: RecordKind, host: str | None) -> list[Record]:
    """Return the proposals of a kind in order; where given, to join what this institution runs."""
    table = metadata.tables[kind.table]
    query = select(table).where(table.c.accepted_on.is_(None))
    if host is not None:
        query = query.where(_joins_what_is_run_by(kind, host))
    ordered = query.order_by(table.c.created_at, table.c.id)
    return [_record(kind, row) for row in connection.execute(ordered)]


def host_of(connection: Connection, kind: RecordKind, values: Values) -> str | None:
    """Return the institution that runs what a record joins; None where nobody is named."""
    joined = _joined_kind(kind)
    columns = metadata.tables[joined.table].c
    query = select(columns[joined.owner]).where(columns.name == values[str(kind.joins)])
    owner: str | None = connection.execute(query).scalar_one_or_none()
    return owner


def find_by_key(connection: Connection, kind: RecordKind, values: Values) -> Record | None:
    """Return the record with these values in the fields of the kind's key."""
    table = metadata.tables[kind.table]
    query = select(table).where(*(table.c[name] == values[name] for name in kind.key))
    return _record_or_none(kind, connection.execute(query).one_or_none())


def page(
    connection: Connection,
    kind: RecordKind,
    *,
    institution: str | None,
    where: Values,
    after: PageCursor | None,
    limit: int,
    caller: Caller = COMMAND_CALLER,
    proposed: bool | None = None,
) -> list[Record]:
    """Return at most `limit` records in order of creation, those after the cursor.

    Where given, of one institution only; `where` gives required values of fields; `proposed`
    asks for proposals only, or for none.
    """
    query = _selected(kind, institution, caller)
    if proposed is not None:
        accepted_on = metadata.tables[kind.table].c.accepted_on
        query = query.where(accepted_on.is_(None) == proposed)
    table = metadata.tables[kind.table]
    query = query.where(*(table.c[name] == value for name, value in where.items()))
    if after is not None:
        moment, identity = after
        later = table.c.created_at > moment
        query = query.where(or_(later, and_(table.c.created_at == moment, table.c.id > identity)))
    return [_record(kind, row) for row in connection.execute(query.limit(limit))]


def each(
    connection: Connection,
    kind: RecordKind,
    institution: str | None = None,
    *,
    caller: Caller = COMMAND_CALLER,
) -> Iterator[Record]:
    """Yield every record in order of creation, read as one stream."""
    query = _selected(kind, institution, caller)
    # On the statement: set on the connection, it would hold for later statements too.
    for row in connection.execute(query.execution_options(yield_per=1000)):
        yield _record(kind, row)


def add(connection: Connection, kind: RecordKind, values: Values) -> Record:
    """Add a new record."""
    moment = now()
    record = Record(new_id(kind.prefix), 1, moment, moment, _all_values(kind, values))
    connection.execute(
        insert(metadata.tables[kind.table]).values(
            id=record.id,
            version=record.version,
            created_at=moment,
            updated_at=moment,
            **record.values,
        )
    )
    count_change(connection)
    return record


def change(connection: Connection, kind: RecordKind, record: Record, values: Values) -> Record:
    """Change values of a record; its version grows by one."""
    changed = Record(
        record.id, record.version + 1, record.created_at, now(), {**record.values, **values}
    )
    table = metadata.tables[kind.table]
    connection.execute(
        update(table)
        .where(table.c.id == record.id)
        .values(version=changed.version, updated_at=changed.updated_at, **changed.values)
    )
    count_change(connection)
    return changed


def remove(connection: Connection, kind: RecordKind, record: Record) -> None:
    """Delete a record. Raises sqlalchemy's IntegrityError where other rows refer to it."""
    table = metadata.tables[kind.table]
    connection.execute(delete(table).where(table.c.id == record.id))
    count_change(connection)


def is_named(connection: Connection, table: str, column: str, value: str) -> bool:
    """True if any row of a table has this value in a column."""
    rows = metadata.tables[table]
    query = select(func.count()).select_from(rows).where(rows.c[column] == value)
    return connection.execute(query).scalar_one() > 0


def institution_of_patent(connection: Connection, patent: str) -> tuple[bool, str | None]:
    """Return if the catalogue has a patent with this id, and its institution."""
    row = connection.execute(
        select(patents.c.institution).where(patents.c.id == patent)
    ).one_or_none()
    return row is not None, None if row is None else row.institution


def patent_of_match(connection: Connection, identity: str, institution: str | None) -> str | None:
    """Return the patent of a match; None without such a match (where given, of the institution)."""
    query = select(matches.c.patent).where(matches.c.id == identity)
    if institution is not None:
        query = query.where(matches.c.institution == institution)
    return connection.execute(query).scalar_one_or_none()


def pledges_of(connection: Connection, patent_ids: Sequence[str]) -> dict[str, list[PledgeDates]]:
    """Return the pledges on record of these patents by patent id, released pledges too."""
    dates: dict[str, list[PledgeDates]] = {}
    query = select(pledges.c.patent, pledges.c.registered_on, pledges.c.released_on).where(
        pledges.c.patent.in_(patent_ids)
    )
    for patent, registered_on, released_on in connection.execute(query):
        dates.setdefault(patent, []).append(PledgeDates(registered_on, released_on))
    return dates


def reminders(
    connection: Connection,
    kinds: Sequence[RecordKind],
    *,
    until: date,
    today: date,
    institution: str | None = None,
    after: ReminderCursor | None = None,
    limit: int | None = None,
) -> list[Reminder]:
    """Return open tasks due by a day, the earliest first; where given, of one institution."""
    due = union_all(
        *(_due(kind, due, institution, today) for kind in kinds for due in kind.dues)
    ).subquery()
    order = (due.c.due_on, due.c.kind, due.c.record, due.c.due)
    query = select(due).where(due.c.due_on <= until).order_by(*order)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    if limit is not None:
        query = query.limit(limit)
    return [Reminder(**row._mapping) for row in connection.execute(query)]


def _due(kind: RecordKind, due: Due, institution: str | None, today: date) -> Select[Any]:
    columns = metadata.tables[kind.table].c
    day = columns[due.on]
    undone = day >= today if due.until is None else columns[due.until].is_(None)
    return select(
        literal(kind.name).label("kind"),
        columns.id.label("record"),
        literal(due.on).label("due"),
        day.label("due_on"),
        *(
            (columns[name] if name in columns else cast(null(), String)).label(name)
            for name in ("patent", "institution", "enterprise", "number")
        ),
    ).where(day.is_not(None), undone, _own(kind, institution))


def seen_by(kind: RecordKind, caller: Caller) -> ColumnElement[bool]:
    """Condition: the record is no proposal, or one that the caller may see.

    Staff see all, an office those of its own institution and those to join what this runs.
    """
    if kind.joins is None or caller.role in (Role.STAFF, Role.ADMIN):
        return true()
    accepted = metadata.tables[kind.table].c.accepted_on.is_not(None)
    if caller.role is not Role.TTO or caller.institution is None:
        return accepted
    own = _own(kind, caller.institution)
    return or_(accepted, own, _joins_what_is_run_by(kind, caller.institution))


def _joins_what_is_run_by(kind: RecordKind, institution: str) -> ColumnElement[bool]:
    joined = _joined_kind(kind)
    columns = metadata.tables[joined.table].c
    run = select(columns.name).where(columns[joined.owner] == institution)
    return metadata.tables[kind.table].c[str(kind.joins)].in_(run)


def _joined_kind(kind: RecordKind) -> RecordKind:
    return KINDS[str(kind.field(str(kind.joins)).refers_to)]


def _selected(kind: RecordKind, institution: str | None, caller: Caller) -> Select[Any]:
    table = metadata.tables[kind.table]
    query = select(table).where(_own(kind, institution), seen_by(kind, caller))
    return query.order_by(table.c.created_at, table.c.id)


def _own(kind: RecordKind, institution: str | None) -> ColumnElement[bool]:
    if institution is None:
        return true()
    return metadata.tables[kind.table].c[kind.owner] == institution


def _all_values(kind: RecordKind, values: Values) -> dict[str, Value]:
    return {field.name: values.get(field.name) for field in kind.fields}


def _record_or_none(kind: RecordKind, row: Row[Any] | None) -> Record | None:
    return None if row is None else _record(kind, row)


def _record(kind: RecordKind, row: Row[Any]) -> Record:
    values = {field.name: getattr(row, field.name) for field in kind.fields}
    return Record(row.id, row.version, row.created_at, row.updated_at, values)
