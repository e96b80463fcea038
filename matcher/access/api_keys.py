"""API keys: their form, the hash of their secret, and their validity.

A key is `mk_`, the id by which it is found and listed, and a secret of 256 random bits. The
secret is shown once; what is stored is its HMAC-SHA-256 under a pepper that is not in the
database, so that a stolen database opens nothing.
"""

import hmac
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from matcher.access.roles import Caller, Role
from matcher.errors import InputError
from matcher.language.messages import _

PEPPER_FILE = "keys.pepper"
MAX_OPTION_CHARACTERS = 200
_KEY = re.compile(r"mk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NOBODY = "0" * 64
_DAYS = re.compile(r"(\d{1,5})d")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Stored key: everything but its secret."""

    id: str
    role: Role
    hashed: str
    created_at: datetime
    label: str | None = None
    institution: str | None = None
    enterprise: str | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def caller(self) -> Caller:
        """Caller of a request with this key."""
        return Caller(self.id, self.role, self.institution, self.enterprise)

    def is_usable(self, moment: datetime) -> bool:
        """True if it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or moment < self.expires_at)


def new_id() -> str:
    """Return a new id of a key: 12 hex digits."""
    return secrets.token_hex(6)


def new_secret() -> str:
    """Return a new secret of a key: 256 random bits, 43 characters."""
    return secrets.token_urlsafe(32)


def format_key(identity: str, secret: str) -> str:
    """Return the key as its holder sends it."""
    return f"mk_{identity}_{secret}"


def split_key(key: str) -> tuple[str, str] | None:
    """Return id and secret of a key as it was sent; None for anything else."""
    match = _KEY.fullmatch(key)
    return None if match is None else (match[1], match[2])


def hash_secret(secret: str, pepper: bytes) -> str:
    """Return the HMAC-SHA-256 of a secret."""
    return hmac.new(pepper, secret.encode(), sha256).hexdigest()


def is_secret_of(secret: str, key: ApiKey | None, pepper: bytes) -> bool:
    """True if the secret is the key's; takes as long for a key that does not exist."""
    stored = _NOBODY if key is None else key.hashed
    return hmac.compare_digest(hash_secret(secret, pepper), stored) and key is not None


def check_holder(role: Role, institution: str | None, enterprise: str | None) -> None:
    """Raise InputError where role and holder do not fit each other."""
    if (role is Role.TTO) != bool(institution):
        raise InputError(_("--institution goes with the role tto, and that role needs it"))
    if (role is Role.ENTERPRISE) != bool(enterprise):
        raise InputError(_("--enterprise goes with the role enterprise, and that role needs it"))


def check_lengths(**options: str | None) -> None:
    """Raise InputError where an option is empty or longer than its column."""
    for name, value in options.items():
        if value is not None and not 0 < len(value.strip()) <= MAX_OPTION_CHARACTERS:
            raise InputError(
                _("--{name}: write 1 to {most} characters", name=name, most=MAX_OPTION_CHARACTERS)
            )


def expiry(written: str | None, moment: datetime) -> datetime | None:
    """Return the end for `90d` (days from now) or `2027-03-31` (through that day, UTC).

    Raises InputError for anything else, and for an end that is not ahead.
    """
    if written is None:
        return None
    try:
        if days := _DAYS.fullmatch(written):
            end = moment + timedelta(days=int(days[1]))
        else:
            last = date.fromisoformat(written)
            end = datetime.combine(last + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError):
        raise InputError(
            _(
                "--expires {written}: write a number of days such as 90d, or the last day such "
                "as 2027-03-31",
                written=written[:40],
            )
        ) from None
    if end <= moment:
        raise InputError(
            _("--expires {written}: that is not ahead; choose a later day", written=written)
        )
    return end


def read_pepper(home: Path, setting: str | None) -> bytes:
    """Read the pepper from the setting or the file in the home folder. Raises InputError."""
    if setting:
        return setting.encode()
    try:
        pepper = (home / PEPPER_FILE).read_bytes().strip()
    except OSError:
        pepper = b""
    if not pepper:
        raise InputError(
            _(
                "the keys' pepper {file} is missing or cannot be read: put the file back, let "
                "servers of one database share the home folder, or set the same "
                "MATCHER_KEY_PEPPER for all; without it no key can be checked",
                file=home / PEPPER_FILE,
            )
        )
    return pepper


def make_pepper(home: Path, setting: str | None) -> bytes:
    """Read the pepper; for the first key, make it and write it to the home folder."""
    if not setting:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written whole under another name first, so that no process reads half a pepper. The file
        # is readable by its owner only (mkstemp).
        with NamedTemporaryFile(dir=home) as made:
            made.write(secrets.token_hex(32).encode())
            made.flush()
            with suppress(FileExistsError):
                os.link(made.name, home / PEPPER_FILE)
    return read_pepper(home, setting)
