"""API keys in the database."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from matcher.access.api_keys import ApiKey
from matcher.access.roles import Role
from matcher.errors import ConflictError, NotFoundError
from matcher.language.messages import _
from matcher.store import sessions
from matcher.store.schema.keys import api_keys

_FIELDS = tuple(field.name for field in fields(ApiKey))
# Made once: every request asks it, and to make it takes as long as to run it.
_BY_ID = select(api_keys).where(api_keys.c.id == bindparam("identity"))


def add(connection: Connection, key: ApiKey) -> None:
    """Add a new key."""
    connection.execute(insert(api_keys).values({name: getattr(key, name) for name in _FIELDS}))


def find(connection: Connection, identity: str) -> ApiKey | None:
    """Return the key with this id, usable or not."""
    row = connection.execute(_BY_ID, {"identity": identity}).one_or_none()
    return None if row is None else _from_row(row)


def each(connection: Connection) -> list[ApiKey]:
    """Return every key, the oldest first."""
    query = select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)
    return [_from_row(row) for row in connection.execute(query)]


def revoke(connection: Connection, identity: str, moment: datetime) -> ApiKey:
    """Revoke a key and end its sessions; an earlier revocation stands. Raises NotFoundError.

    Returns the key as it was before.
    """
    key = _existing(connection, identity)
    if key.revoked_at is None:
        _set(connection, identity, revoked_at=moment)
        sessions.end_all(connection, identity)
    return key


def rotate(connection: Connection, identity: str, hashed: str, moment: datetime) -> ApiKey:
    """Replace the secret of a key; the old secret and its sessions end at once.

    Raises NotFoundError, and ConflictError for a revoked or expired key.
    """
    key = _existing(connection, identity)
    if not key.is_usable(moment):
        ended = _("has expired") if key.revoked_at is None else _("is revoked")
        raise ConflictError(
            _(
                "the key {identity} {ended}: make a new one (matcher keys create)",
                identity=identity,
                ended=ended,
            )
        )
    _set(connection, identity, hashed=hashed)
    sessions.end_all(connection, identity)
    return key


def record_use(connection: Connection, identity: str, moment: datetime) -> None:
    """Record the time of a key's last use."""
    _set(connection, identity, last_used_at=moment)


def _existing(connection: Connection, identity: str) -> ApiKey:
    key = find(connection, identity)
    if key is None:
        raise NotFoundError(
            _("there is no key {identity!r}; matcher keys list shows them", identity=identity[:40])
        )
    return key


def _set(connection: Connection, identity: str, **values: object) -> None:
    connection.execute(update(api_keys).where(api_keys.c.id == identity).values(values))


def _from_row(row: Row[tuple[object, ...]]) -> ApiKey:
    values = {name: getattr(row, name) for name in _FIELDS}
    return ApiKey(**{**values, "role": Role(values["role"])})
