"""Requests with an Idempotency-Key: a request that is sent twice is carried out once.

Source: draft-ietf-httpapi-idempotency-key-header. A stored answer is encrypted with a key derived
from the client's own Idempotency-Key; neither that key nor the plain answer is in the database.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from matcher.errors import InputError, MatcherError
from matcher.language.messages import _
from matcher.store.schema.idempotency import idempotency_keys
from matcher.store.schema.times import now

RETENTION = timedelta(hours=24)
"""Time for which an answer is replayed."""
ABANDONED_AFTER = timedelta(minutes=10)
"""Age at which an unanswered request counts as cut off with its server: it may be sent again."""
MAX_KEY_LENGTH = 200
_COLUMNS = idempotency_keys.c
_KEY = re.compile(rf"[!-~]{{1,{MAX_KEY_LENGTH}}}")


class KeyReusedError(MatcherError):
    """The key was used for another request before."""


class InProgressError(MatcherError):
    """The first request with this key is still being processed."""


@dataclass(frozen=True, slots=True)
class Replay:
    """Stored answer of the first request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with its key: digests to look it up, a cipher for its answer."""

    caller: str
    digest: str
    """Keyed hash of the Idempotency-Key."""
    request: str
    """Keyed hash of the request."""
    cipher: Fernet

    @property
    def name(self) -> str:
        """Name of the request, by which its transactions wait for one another."""
        return f"request {self.caller} {self.digest}"

    def opened(self, sealed: bytes) -> bytes | None:
        """Decrypt an answer; None if it was encrypted with another key."""
        try:
            return self.cipher.decrypt(sealed)
        except InvalidToken:
            return None


def keyed_request(pepper: bytes, caller: str, key: str, request: bytes) -> KeyedRequest:
    """Derive digests and cipher; `request` holds everything that makes two requests equal.

    Raises InputError for a bad key.
    """
    if not _KEY.fullmatch(key):
        raise InputError(
            _(
                "Idempotency-Key: send 1 to {most} visible ASCII characters, such as a UUID",
                most=MAX_KEY_LENGTH,
            )
        )
    derived = HKDF(SHA256(), 96, salt=None, info=b"idempotency\0" + caller.encode())
    secret = derived.derive(pepper + b"\0" + key.encode())
    cipher_key, digest, request_key = secret[:32], secret[32:64], secret[64:]
    return KeyedRequest(
        caller=caller,
        digest=digest.hex(),
        request=hmac.new(request_key, request, sha256).hexdigest(),
        cipher=Fernet(urlsafe_b64encode(cipher_key)),
    )


def is_replayable(status: int) -> bool:
    """True if an answer is replayed: the request was carried out, or its record did not allow it.

    After any other status nothing was done and the same key may try again: an invalid request, a
    limit that was reached, an error of the server.
    """
    return 200 <= status < 300 or status in (404, 409)


def begin(connection: Connection, keyed: KeyedRequest) -> Replay | None:
    """Return the stored answer of a request; None if it is now to be carried out.

    The transaction holds the name of the request: of two equal ones only one begins. Raises
    KeyReusedError and InProgressError.
    """
    moment = now()
    expired = select(_COLUMNS.digest).where(_COLUMNS.started_at < moment - RETENTION)
    # What another transaction is deleting or changing now is not waited for.
    passing = expired.with_for_update(skip_locked=True)
    connection.execute(delete(idempotency_keys).where(_COLUMNS.digest.in_(passing)))
    row = connection.execute(select(idempotency_keys).where(_here(keyed))).one_or_none()
    if row is not None:
        if row.request != keyed.request:
            raise KeyReusedError(
                _("this Idempotency-Key came with another request: take a new one")
            )
        if row.status is not None:
            body = keyed.opened(row.sealed)
            if body is not None:
                return Replay(row.status, row.headers, body)
        elif moment - row.started_at < ABANDONED_AFTER:
            raise InProgressError(
                _("the first request with this Idempotency-Key is not answered yet")
            )
        release(connection, keyed)
    connection.execute(
        insert(idempotency_keys).values(
            caller=keyed.caller,
            digest=keyed.digest,
            request=keyed.request,
            started_at=moment,
        )
    )
    return None


def finish(
    connection: Connection,
    keyed: KeyedRequest,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
) -> None:
    """Store the answer of a request that began."""
    values = {
        "status": status,
        "headers": dict(headers),
        "sealed": keyed.cipher.encrypt(body),
    }
    connection.execute(update(idempotency_keys).where(_here(keyed)).values(values))


def release(connection: Connection, keyed: KeyedRequest) -> None:
    """Remove a request that changed nothing."""
    connection.execute(delete(idempotency_keys).where(_here(keyed)))


def _here(keyed: KeyedRequest) -> ColumnElement[bool]:
    return (_COLUMNS.caller == keyed.caller) & (_COLUMNS.digest == keyed.digest)
