"""Records that join what another institution runs: a patent in a pool, a member of an alliance.

What staff enter is accepted with that. What an office enters is a proposal, which counts for
nothing, until the institution that runs the pool, or the alliance, accepts it; the office of that
institution itself needs nobody's word.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from matcher.access.roles import Caller
from matcher.errors import ConflictError, InputError
from matcher.language.messages import _
from matcher.programme.fields import Value
from matcher.programme.kinds import KINDS
from matcher.programme.record import Record, RecordKind, RecordNotFoundError
from matcher.store import audit
from matcher.store import programme as stored

_Given = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A record that waits, and the institution whose word it waits for; None for the staff's."""

    kind: RecordKind
    record: Record
    host: str | None

    @property
    def label(self) -> str:
        """Fields that identify the record, and its owner, in one line."""
        names = dict.fromkeys((*self.kind.key, self.kind.owner))
        return " ".join(str(self.record.values[name]) for name in names)


def proposals(connection: Connection, own: str | None) -> list[Proposal]:
    """Return the proposals that a caller may accept."""
    return [
        Proposal(kind, record, stored.host_of(connection, kind, record.values))
        for kind in KINDS.values()
        if kind.joins is not None
        for record in stored.waiting_for(connection, kind, own)
    ]


def is_proposal(kind: RecordKind, record: Record) -> bool:
    """True if the record waits to be accepted."""
    return kind.joins is not None and record.values["accepted_on"] is None


def as_entered(connection: Connection, kind: RecordKind, values: _Given, own: str | None) -> _Given:
    """Return the values of a new record: accepted, or a proposal. Raises InputError."""
    if kind.joins is None:
        return values
    if may_accept(connection, kind, values, own):
        return {**values, "accepted_on": values["accepted_on"] or date.today()}
    if values["accepted_on"] is not None:
        raise InputError(_not_yours())
    return values


def as_changed(
    connection: Connection, kind: RecordKind, record: Record, values: _Given, own: str | None
) -> _Given:
    """Return the values of a changed record: who changes more than its end proposes it anew.

    Raises InputError.
    """
    if kind.joins is None or may_accept(connection, kind, values, own):
        return values
    accepted = record.values["accepted_on"]
    if values["accepted_on"] not in (None, accepted):
        raise InputError(_not_yours())
    same = {name for name in values if values[name] == record.values[name]}
    others = set(values) - {"left_on", "accepted_on"}
    if others <= same and _is_earlier(values["left_on"], record.values["left_on"]):
        return values
    return {**values, "accepted_on": None}


def may_accept(connection: Connection, kind: RecordKind, values: _Given, own: str | None) -> bool:
    """True for staff, and for the office of the institution that runs what the record joins."""
    return own is None or stored.host_of(connection, kind, values) == own


def find(connection: Connection, kind: RecordKind, identity: str, own: str | None) -> Record | None:
    """Return a record that the caller may accept or decline."""
    return stored.find_joining(connection, kind, identity, own)


def find_of_any_kind(
    connection: Connection, identity: str, own: str | None
) -> tuple[RecordKind, Record]:
    """Return a record that the caller may accept or decline, and its kind.

    Raises RecordNotFoundError.
    """
    for kind in KINDS.values():
        if kind.joins is not None and (record := find(connection, kind, identity, own)):
            return kind, record
    raise RecordNotFoundError(
        _(
            "there is no record {identity!r} that joins a pool or an alliance; matcher programme "
            "proposals lists those that wait",
            identity=identity[:60],
        )
    )


def accept(connection: Connection, kind: RecordKind, record: Record, *, by: Caller) -> Record:
    """Accept a proposal, from today; one that is accepted stays as it is."""
    if not is_proposal(kind, record):
        return record
    accepted = stored.change(
        connection, kind, record, {**record.values, "accepted_on": date.today()}
    )
    details = {"version": accepted.version}
    audit.append(connection, by=by, action="programme.accepted", subject=record.id, details=details)
    return accepted


def decline(connection: Connection, kind: RecordKind, record: Record, *, by: Caller) -> None:
    """Delete a proposal. Raises ConflictError for a record that was accepted."""
    if not is_proposal(kind, record):
        raise ConflictError(
            _("this was accepted already: it ends by the day in {name}", name="left_on")
        )
    stored.remove(connection, kind, record)
    audit.append(connection, by=by, action="programme.declined", subject=record.id)


def _not_yours() -> str:
    return _(
        "accepted_on (接受日期): only who runs the pool or the alliance accepts; leave it out, and "
        "the record waits as a proposal"
    )


def _is_earlier(end: Value, before: Value) -> bool:
    """True if a day of leaving is the same as before, or an earlier one."""
    if end == before or before is None:
        return True
    return isinstance(end, date) and isinstance(before, date) and end < before
