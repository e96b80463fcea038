"""Accounts of people who sign in to the pages: name, role, holder, and locks after failures.

An account is named by its id everywhere but at the sign-in and in the operator's own list: names
are personal, and ids go into logs and the audit trail.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unicodedata import normalize

from matcher.access.roles import Caller, Role
from matcher.errors import InputError
from matcher.language.messages import _

MAX_NAME_CHARACTERS = 60
_NAME = re.compile(rf"[\w.@+-]{{2,{MAX_NAME_CHARACTERS}}}")

FREE_FAILURES = 5
"""Failed attempts in a row at which the account is locked for the first time."""
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=1)
"""Each failure after a lock doubles the next one, up to this: 24 guesses a day and account at
most, and an owner whom a stranger locked out waits for an hour at most once the stranger stops."""
FAILURES_FORGOTTEN = timedelta(days=1)
"""Time without a failure after which counting begins anew."""


@dataclass(frozen=True, slots=True)
class Account:
    """Stored account; its hash is not shown when it is printed."""

    id: str
    name: str
    role: Role
    hashed: str = field(repr=False)
    created_at: datetime
    password_set_at: datetime
    institution: str | None = None
    enterprise: str | None = None
    disabled_at: datetime | None = None
    last_sign_in_at: datetime | None = None

    @property
    def caller(self) -> Caller:
        """Caller of a request in a session of this account."""
        return Caller(self.id, self.role, self.institution, self.enterprise)

    @property
    def is_enabled(self) -> bool:
        """True unless it is disabled."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed attempts in a row to sign in to an account."""

    count: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None

    def is_locked(self, moment: datetime) -> bool:
        """True while no attempt is looked at."""
        return self.locked_until is not None and moment < self.locked_until

    def and_another(self, moment: datetime) -> "Failures":
        """Return the failures after an attempt at this moment, with the lock that it brings."""
        is_old = self.last_at is None or moment - self.last_at >= FAILURES_FORGOTTEN
        count = 1 if is_old else self.count + 1
        locked_until = None if count < FREE_FAILURES else moment + lock_length(count)
        return Failures(count, moment, locked_until)


NO_FAILURES = Failures()


def lock_length(failures: int) -> timedelta:
    """Return the length of the lock that this many failures in a row bring."""
    length = FIRST_LOCK
    for _more in range(failures - FREE_FAILURES):
        if length >= LONGEST_LOCK:
            return LONGEST_LOCK
        length *= 2
    return min(length, LONGEST_LOCK)


def new_id() -> str:
    """Return a new id of an account: `us_` and 12 hex digits."""
    return f"us_{secrets.token_hex(6)}"


def fold_name(written: str) -> str:
    """Return a sign-in name in the form in which it is stored and compared."""
    return normalize("NFKC", normalize("NFKC", written).strip().casefold())


def check_name(written: str) -> str:
    """Return the folded name of a new account. Raises InputError."""
    name = fold_name(written)
    if not _NAME.fullmatch(name):
        raise InputError(
            _(
                "a sign-in name has 2 to {most} letters, digits, dots, hyphens, underscores, "
                "plus signs or @, and no space",
                most=MAX_NAME_CHARACTERS,
            )
        )
    return name
