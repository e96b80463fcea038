"""Sealing of personal data: what is in the database can be read only with MATCHER_CONTACT_KEY.

The setting may list several Fernet keys, separated by commas: the first seals, each of them opens.
So a key is changed by putting the new one first, resealing (`matcher contacts rotate-key`), and
then taking the old one out.
"""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from matcher.errors import InputError

_MAKE_ONE = (
    "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
)


class ContactKeyError(InputError):
    """Personal data cannot be sealed or opened: there is no key, or not the right one."""


def cipher(keys: SecretStr | None) -> MultiFernet:
    """What seals and opens. Raises ContactKeyError, which never shows the keys."""
    if keys is None:
        raise ContactKeyError(
            f"there is no key for personal contacts: set MATCHER_CONTACT_KEY; make one with: "
            f"{_MAKE_ONE}"
        )
    written = [key.strip() for key in keys.get_secret_value().split(",")]
    try:
        return MultiFernet([Fernet(key) for key in written])
    except ValueError:
        raise ContactKeyError(
            "MATCHER_CONTACT_KEY is not a Fernet key (32 bytes in URL-safe base64) or several of "
            f"them, separated by commas; make one with: {_MAKE_ONE}"
        ) from None


def seal(sealing: MultiFernet, values: Mapping[str, str | None]) -> bytes:
    """The values, readable only with a key."""
    return sealing.encrypt(json.dumps(values, ensure_ascii=False).encode())


def unseal(sealing: MultiFernet, sealed: bytes) -> dict[str, str | None]:
    """The values that `seal` was given. Raises ContactKeyError."""
    try:
        opened: dict[str, str | None] = json.loads(sealing.decrypt(sealed))
    except InvalidToken:
        raise ContactKeyError(_WRONG_KEY) from None
    return opened


def reseal(sealing: MultiFernet, sealed: bytes) -> bytes:
    """The same, sealed by the first key. Raises ContactKeyError."""
    try:
        return sealing.rotate(sealed)
    except InvalidToken:
        raise ContactKeyError(_WRONG_KEY) from None


_WRONG_KEY = (
    "a personal contact was sealed by a key that MATCHER_CONTACT_KEY does not list: add the old "
    "key behind the new one, separated by a comma"
)
