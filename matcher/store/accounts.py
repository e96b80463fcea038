"""Accounts in the database, with their failed attempts to sign in."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from matcher.access.accounts import NO_FAILURES, Account, Failures, fold_name
from matcher.access.roles import Role
from matcher.errors import ConflictError, NotFoundError
from matcher.language.messages import _
from matcher.store import sessions
from matcher.store.schema.accounts import accounts, sign_in_failures

_FIELDS = tuple(field.name for field in fields(Account))


def add(connection: Connection, account: Account) -> None:
    """Add a new account. Raises ConflictError for a name that another one has."""
    check_free(connection, account.name)
    connection.execute(insert(accounts).values({name: getattr(account, name) for name in _FIELDS}))


def check_free(connection: Connection, name: str) -> None:
    """Raise ConflictError where an account has this sign-in name already."""
    if by_name(connection, name) is not None:
        raise ConflictError(
            _("this sign-in name is taken, perhaps by a disabled account: matcher users list")
        )


def find(connection: Connection, identity: str) -> Account | None:
    """Return the account with this id, enabled or not."""
    row = connection.execute(select(accounts).where(accounts.c.id == identity)).one_or_none()
    return None if row is None else _from_row(row)


def by_name(connection: Connection, written: str) -> Account | None:
    """Return the account with this sign-in name, in any way of writing it."""
    query = select(accounts).where(accounts.c.name == fold_name(written))
    row = connection.execute(query).one_or_none()
    return None if row is None else _from_row(row)


def named(connection: Connection, written: str) -> Account:
    """Return the account with this sign-in name. Raises NotFoundError."""
    account = by_name(connection, written)
    if account is None:
        raise NotFoundError(_("there is no account of this name; matcher users list shows them"))
    return account


def each(connection: Connection) -> list[Account]:
    """Return every account, the oldest first."""
    query = select(accounts).order_by(accounts.c.created_at, accounts.c.id)
    return [_from_row(row) for row in connection.execute(query)]


def set_password(connection: Connection, account: Account, hashed: str, moment: datetime) -> None:
    """Replace the password; every session of the account ends, and so does a lock."""
    _set(connection, account, hashed=hashed, password_set_at=moment)
    forget_failures(connection, account)
    sessions.end_all(connection, account.id)


def renew_hash(connection: Connection, account: Account, hashed: str) -> None:
    """Replace the hash by another of the same password."""
    _set(connection, account, hashed=hashed)


def set_role(connection: Connection, changed: Account) -> None:
    """Take over the role and holder of an account that were changed; every session ends."""
    _set(
        connection,
        changed,
        role=changed.role.value,
        institution=changed.institution,
        enterprise=changed.enterprise,
    )
    sessions.end_all(connection, changed.id)


def disable(connection: Connection, account: Account, moment: datetime) -> None:
    """Disable an account; every session of it ends."""
    _set(connection, account, disabled_at=moment)
    sessions.end_all(connection, account.id)


def enable(connection: Connection, account: Account) -> None:
    """Let a disabled account sign in again."""
    _set(connection, account, disabled_at=None)


def record_sign_in(connection: Connection, account: Account, moment: datetime) -> None:
    """Record the time of an account's last sign-in."""
    _set(connection, account, last_sign_in_at=moment)


def failures(connection: Connection, account: Account, *, known_browser: bool) -> Failures:
    """Return the failed attempts in a row, from known browsers or from others."""
    columns = sign_in_failures.c
    query = select(columns.count, columns.last_at, columns.locked_until).where(
        columns.account == account.id, columns.known_browser == known_browser
    )
    row = connection.execute(query).one_or_none()
    return NO_FAILURES if row is None else Failures(*row)


def count_failure(
    connection: Connection, account: Account, moment: datetime, *, known_browser: bool
) -> Failures:
    """Count one more failed attempt; return the failures in a row."""
    before = failures(connection, account, known_browser=known_browser)
    counted = before.and_another(moment)
    forget_failures(connection, account, known_browser=known_browser)
    connection.execute(
        insert(sign_in_failures).values(
            account=account.id,
            known_browser=known_browser,
            count=counted.count,
            last_at=counted.last_at,
            locked_until=counted.locked_until,
        )
    )
    return counted


def forget_failures(
    connection: Connection, account: Account, *, known_browser: bool | None = None
) -> None:
    """Forget the failed attempts and end the lock: of one kind of browser, or of both."""
    where = sign_in_failures.c.account == account.id
    if known_browser is not None:
        where &= sign_in_failures.c.known_browser == known_browser
    connection.execute(delete(sign_in_failures).where(where))


def is_locked(connection: Connection, account: Account, moment: datetime) -> bool:
    """True if attempts to sign in are refused now, from known browsers or from others."""
    return any(
        failures(connection, account, known_browser=known).is_locked(moment)
        for known in (False, True)
    )


def _set(connection: Connection, account: Account, **values: object) -> None:
    connection.execute(update(accounts).where(accounts.c.id == account.id).values(values))


def _from_row(row: Row[Any]) -> Account:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Account(**{**values, "role": Role(values["role"])})
