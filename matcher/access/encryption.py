"""Encryption of personal data in the database under MATCHER_CONTACT_KEY.

The setting may list several Fernet keys, separated by commas: the first encrypts, each of them
decrypts. To change a key, put the new one first, re-encrypt (`matcher contacts rotate-key`), and
remove the old one.
"""

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from matcher.errors import InputError
from matcher.language.messages import _, gettext_noop

_MAKE_ONE = (
    "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
)


class ContactKeyError(InputError):
    """Personal data cannot be encrypted or decrypted: the key is missing or wrong."""


def cipher(keys: SecretStr | None) -> MultiFernet:
    """Build the cipher of the keys. Raises ContactKeyError, which never shows the keys."""
    if keys is None:
        raise ContactKeyError(
            _(
                "there is no key for personal contacts: set MATCHER_CONTACT_KEY; make one "
                "with: {command}",
                command=_MAKE_ONE,
            )
        )
    written = [key.strip() for key in keys.get_secret_value().split(",")]
    try:
        return MultiFernet([Fernet(key) for key in written])
    except ValueError:
        raise ContactKeyError(
            _(
                "MATCHER_CONTACT_KEY is not a Fernet key (32 bytes in URL-safe base64) or "
                "several of them, separated by commas; make one with: {command}",
                command=_MAKE_ONE,
            )
        ) from None


def seal(sealing: MultiFernet, values: Mapping[str, str | None]) -> bytes:
    """Encrypt the values."""
    return sealing.encrypt(json.dumps(values, ensure_ascii=False).encode())


def unseal(sealing: MultiFernet, sealed: bytes) -> dict[str, str | None]:
    """Decrypt the values of `seal`. Raises ContactKeyError."""
    try:
        opened: dict[str, str | None] = json.loads(sealing.decrypt(sealed))
    except InvalidToken:
        raise ContactKeyError(_(_WRONG_KEY)) from None
    return opened


def reseal(sealing: MultiFernet, sealed: bytes) -> bytes:
    """Encrypt sealed values anew, by the first key. Raises ContactKeyError."""
    try:
        return sealing.rotate(sealed)
    except InvalidToken:
        raise ContactKeyError(_(_WRONG_KEY)) from None


def is_sealed(value: object) -> bool:
    """True if a value has the form of an encrypted one (Fernet); it is not opened."""
    if not isinstance(value, bytes):
        return False
    try:
        token = base64.b64decode(value, altchars=b"-_", validate=True)
    except ValueError:
        return False
    return token[:1] == b"\x80" and len(token) >= _SHORTEST and not (len(token) - _FRAME) % _BLOCK


_FRAME, _BLOCK = 57, 16
"""Bytes of a Fernet token around its content (version, time, vector, HMAC), and of a block."""
_SHORTEST = _FRAME + _BLOCK
_WRONG_KEY = gettext_noop(
    "a personal contact was sealed by a key that MATCHER_CONTACT_KEY does not list: add the old "
    "key behind the new one, separated by a comma"
)
