"""Audit trail in the database: rows are appended, each sealed by the digest of the row before.

A chain of digests shows that a row was changed, taken out, put in or moved. It cannot show that
rows were cut off at its end, or that somebody with the whole database wrote all of it anew: for
that, keep the head that `verify` returns at another place, and pass it to the next `verify`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select

from matcher.access.roles import Caller
from matcher.language.messages import _
from matcher.store import endings
from matcher.store.schema.audit import audit_trail
from matcher.store.schema.times import now

FIRST_PREVIOUS = "0" * 64
"""`previous` of the first row."""
MAX_SUBJECT = 100
"""Characters of a row's subject."""
_SEALED = ("seq", "at", "by", "role", "action", "subject", "details", "previous")
_ROWS_PER_QUERY = 1000

Details = Mapping[str, str | int | None]
_NO_DETAILS: Details = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row of the audit trail: an act, its caller and its time."""

    seq: int
    at: datetime
    by: str
    """Id of the key; `command` for a command on the machine itself."""
    role: str
    action: str
    subject: str
    details: Details
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of checking the chain."""

    is_intact: bool
    rows: int
    head: str
    """Digest of the last row: kept elsewhere, it vouches for all rows before it."""
    first_bad: int | None = None
    """`seq` at which the chain breaks."""
    reason: str | None = None


def append(
    connection: Connection,
    *,
    by: Caller,
    action: str,
    subject: str,
    details: Details = _NO_DETAILS,
) -> None:
    """Add a row in the caller's own transaction: the act and its row stand or fall together.

    In a transaction of `Store` it is written last, when no other one writes. `details` hold ids,
    counts, scopes and reasons; never a person's name, phone or e-mail, a need's text or a secret.
    """
    act: dict[str, str | int] = {
        "by": by.key,
        "role": by.role.value,
        "action": action,
        "subject": subject,
        "details": _canonical(dict(details)),
    }
    endings.at_end(connection, partial(_insert, act=act))


def _insert(connection: Connection, act: Mapping[str, str | int]) -> None:
    """Add the row behind the last one."""
    last = connection.execute(
        select(audit_trail.c.seq, audit_trail.c.digest).order_by(audit_trail.c.seq.desc()).limit(1)
    ).one_or_none()
    row: dict[str, str | int] = {
        "seq": 1 if last is None else last.seq + 1,
        "at": written_time(now()),
        **act,
        "previous": FIRST_PREVIOUS if last is None else last.digest,
    }
    connection.execute(insert(audit_trail).values(**row, digest=_digest(row)))


def verify(connection: Connection, head: str | None = None) -> Verification:
    """Check the whole chain. `head` is one of an earlier check: its row must still be there."""
    endings.finish(connection)
    count, previous, has_head = 0, FIRST_PREVIOUS, head is None
    for row in _each(connection):
        reason = _fault(row, count + 1, previous)
        if reason is not None:
            return Verification(False, count, previous, count + 1, reason)
        count, previous = count + 1, row.digest
        has_head = has_head or row.digest == head
    if not has_head:
        reason = _(
            "the noted head is not in the trail: its end was cut off, or it was written anew"
        )
        return Verification(False, count, previous, count + 1, reason)
    return Verification(True, count, previous)


def page(
    connection: Connection,
    *,
    action: str | None = None,
    subject: str | None = None,
    by: str | None = None,
    about: str | None = None,
    since: datetime | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[AuditRow]:
    """Return rows in the order of writing, those after the row number `after`.

    `about` is the id of a record that is a row's subject or stands in its details.
    """
    endings.finish(connection)
    columns = audit_trail.c
    query = select(audit_trail).where(columns.seq > after).order_by(columns.seq)
    for column, value in ((columns.action, action), (columns.subject, subject), (columns.by, by)):
        if value is not None:
            query = query.where(column == value)
    if about is not None:
        named = columns.details.contains(f'"{about}"', autoescape=True)
        query = query.where(or_(columns.subject == about, named))
    if since is not None:
        query = query.where(columns.at >= written_time(since))
    if limit is not None:
        query = query.limit(limit)
    return [_from_row(row) for row in connection.execute(query)]


def audit_json(row: AuditRow) -> dict[str, Any]:
    """Return a row as a JSON object, with everything that its digest covers."""
    return {**asdict(row), "at": written_time(row.at), "details": dict(row.details)}


def written_time(moment: datetime) -> str:
    """Format a time as ISO 8601 in UTC to the microsecond, so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _each(connection: Connection) -> Iterator[Row[Any]]:
    """Yield every row in order, in blocks, so that a long trail does not fill the memory."""
    after: int | None = None
    while True:
        query = select(audit_trail).order_by(audit_trail.c.seq).limit(_ROWS_PER_QUERY)
        rows = connection.execute(
            query if after is None else query.where(audit_trail.c.seq > after)
        ).all()
        yield from rows
        if len(rows) < _ROWS_PER_QUERY:
            return
        after = rows[-1].seq


def _fault(row: Row[Any], expected: int, previous: str) -> str | None:
    if row.seq != expected:
        return (
            _("row {expected} is missing", expected=expected)
            if row.seq > expected
            else _("row {seq} was put in", seq=row.seq)
        )
    if row.previous != previous:
        return _("row {expected} does not follow the row before it", expected=expected)
    if _digest({name: getattr(row, name) for name in _SEALED}) != row.digest:
        return _("row {expected} was changed", expected=expected)
    return None


def _digest(row: Mapping[str, object]) -> str:
    return sha256(_canonical({name: row[name] for name in _SEALED}).encode()).hexdigest()


def _canonical(value: Mapping[str, object]) -> str:
    # A forged column of any type must be reported as a change, not end in an error.
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr
    )


def _from_row(row: Row[Any]) -> AuditRow:
    return AuditRow(
        seq=row.seq,
        at=datetime.fromisoformat(row.at),
        by=row.by,
        role=row.role,
        action=row.action,
        subject=row.subject,
        details=json.loads(row.details),
        previous=row.previous,
        digest=row.digest,
    )
