"""Changes of programme records: completed, checked, and with a row in the audit trail.

`own` is the institution of a caller that may write only its own records; None for a caller that
may write all.
"""

from collections.abc import Mapping

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from matcher.access.roles import Caller
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.programme.fields import (
    Field,
    Value,
    Values,
)
from matcher.programme.kinds import KINDS
from matcher.programme.record import (
    Record,
    RecordExistsError,
    RecordInUseError,
    RecordKind,
    RecordNotFoundError,
)
from matcher.store import audit
from matcher.store import programme as stored
from matcher.workflows import programme_joining as joining


def visible_record(
    connection: Connection, kind: RecordKind, identity: str, own: str | None, caller: Caller
) -> Record:
    """Return the record if the caller may see it. Raises RecordNotFoundError."""
    record = stored.find(connection, kind, identity, own, caller=caller)
    if record is None:
        raise not_found(kind, identity)
    return record


def not_found(kind: RecordKind, identity: str) -> RecordNotFoundError:
    """Return the error for a record that there is not, or that the caller may not see."""
    return RecordNotFoundError(
        _(
            "there is no record {identity!r} among the {name} that this key may see",
            identity=identity[:60],
            name=kind.name,
        )
    )


def create(
    connection: Connection, kind: RecordKind, given: Values, *, by: Caller, own: str | None
) -> Record:
    """Add a new record. Raises InputError, and RecordExistsError where its key is taken."""
    values = complete_values(connection, kind, given, own)
    if stored.find_by_key(connection, kind, values) is not None:
        raise RecordExistsError(
            _(
                "there is such a record already ({key_label}): change that one",
                key_label=key_label(kind, values),
            )
        )
    values = joining.as_entered(connection, kind, values, own)
    record = stored.add(connection, kind, values)
    action = "programme.proposed" if joining.is_proposal(kind, record) else "programme.created"
    audit.append(connection, by=by, action=action, subject=record.id)
    return record


def change(
    connection: Connection,
    kind: RecordKind,
    record: Record,
    given: Values,
    *,
    by: Caller,
    own: str | None,
) -> Record:
    """Change the given values of a record. Raises InputError."""
    for name in kind.key:
        if name in given and given[name] != record.values[name]:
            raise InputError(
                _(
                    "{name} ({headings}) is what the record is known by and stays as it is: delete "
                    "the record and make another",
                    name=name,
                    headings=kind.field(name).headings[0],
                )
            )
    values = complete_values(connection, kind, {**record.values, **given}, own)
    values = joining.as_changed(connection, kind, record, values, own)
    changed = stored.change(connection, kind, record, values)
    fields = ", ".join(sorted(name for name in values if values[name] != record.values[name]))
    audit.append(
        connection,
        by=by,
        action="programme.changed",
        subject=record.id,
        details={"fields": fields, "version": changed.version},
    )
    return changed


def remove(connection: Connection, kind: RecordKind, record: Record, *, by: Caller) -> None:
    """Delete a record. Raises RecordInUseError where others refer to it."""
    users = [
        (other, field)
        for other in KINDS.values()
        for field in other.fields
        if field.refers_to == kind.name
    ]
    for other, field in users:
        if stored.is_named(connection, other.table, field.name, str(record.values["name"])):
            raise RecordInUseError(
                _(
                    "{name} ({chinese}) name this record: end them first",
                    name=other.name,
                    chinese=other.chinese,
                )
            )
    try:
        stored.remove(connection, kind, record)
    except IntegrityError:
        raise RecordInUseError(_("teams of the catalogue belong to this record")) from None
    audit.append(connection, by=by, action="programme.deleted", subject=record.id)


def complete_values(
    connection: Connection, kind: RecordKind, given: Values, own: str | None
) -> dict[str, Value]:
    """Return all values of a record: given and derived, checked. Raises InputError."""
    values: dict[str, Value] = {field.name: given.get(field.name) for field in kind.fields}
    for field in kind.fields:
        if field.is_required and values[field.name] is None:
            raise InputError(
                _("{name} ({headings}) is missing", name=field.name, headings=field.headings[0])
            )
    if values[kind.owner] is None and "patent" in values:
        _row, values[kind.owner] = stored.institution_of_patent(connection, str(values["patent"]))
    if values[kind.owner] is None and own is not None:
        values[kind.owner] = own
    for name, value in kind.completed(values).items():
        if values[name] is None:
            values[name] = value
    kind.check(values)
    for field in kind.fields:
        if field.refers_to is not None and values[field.name] is not None:
            _check_reference(connection, field, values, own)
    if own is not None:
        _check_own(connection, kind, values, own)
    return values


def key_label(kind: RecordKind, values: Mapping[str, Value]) -> str:
    """Format the key of a record for a message."""
    return ", ".join(f"{kind.field(name).headings[0]} {values[name]}" for name in kind.key)


def _check_reference(connection: Connection, field: Field, values: Values, own: str | None) -> None:
    value = str(values[field.name])
    if field.refers_to == "matches":
        patent = stored.patent_of_match(connection, value, own)
        if patent is None:
            raise InputError(
                _(
                    "{name}: there is no match {value!r}; leave it empty",
                    name=field.name,
                    value=value[:60],
                )
            )
        if patent != values["patent"]:
            raise InputError(
                _(
                    "{name}: that match is one of the patent {patent}",
                    name=field.name,
                    patent=patent,
                )
            )
        return
    named = KINDS[str(field.refers_to)]
    if not stored.is_named(connection, named.table, "name", value):
        raise InputError(
            _(
                "{name}: there is no {chinese} {value!r}: enter it first (matcher programme "
                "import --kind {kind})",
                name=field.name,
                chinese=named.chinese,
                value=value[:60],
                kind=named.name,
            )
        )


def _check_own(connection: Connection, kind: RecordKind, values: Values, own: str) -> None:
    if values[kind.owner] != own:
        raise InputError(
            _(
                "{owner} ({headings}) must be your own institution",
                owner=kind.owner,
                headings=kind.field(kind.owner).headings[0],
            )
        )
    if "patent" in values:
        _row, institution = stored.institution_of_patent(connection, str(values["patent"]))
        if institution != own:
            raise InputError(
                _(
                    "patent (申请号): the catalogue has no patent of your institution with this "
                    "number"
                )
            )
