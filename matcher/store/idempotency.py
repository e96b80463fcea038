"""Requests with an Idempotency-Key: the same request sent twice is carried out once.

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
from matcher.store.schema.idempotency import idempotency_keys
from matcher.store.schema.times import now

KEPT_FOR = timedelta(hours=24)
"""How long the answer is given again."""
ABANDONED_AFTER = timedelta(minutes=10)
"""A request still unanswered after this was cut off with its server: it may be sent again."""
KEY_AT_MOST = 200
_KEY = re.compile(rf"[!-~]{{1,{KEY_AT_MOST}}}")


class KeyReusedError(MatcherError):
    """The key came with another request before."""


class InProgressError(MatcherError):
    """The request that came with this key first is still worked on."""


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer as it was given the first time."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request with its key, as it is looked up and sealed."""

    caller: str
    digest: str
    """Of the key."""
    request: str
    """Of what is asked."""
    seal: Fernet

    def opened(self, sealed: bytes) -> bytes | None:
        """What was sealed with the same key; None if it was not."""
        try:
            return self.seal.decrypt(sealed)
        except InvalidToken:
            return None


def make_ticket(pepper: bytes, caller: str, key: str, request: bytes) -> Ticket:
    """`request` is all that makes two requests the same. Raises InputError for a bad key."""
    if not _KEY.fullmatch(key):
        raise InputError(
            f"Idempotency-Key: send 1 to {KEY_AT_MOST} visible ASCII characters, such as a UUID"
        )
    derived = HKDF(SHA256(), 96, salt=None, info=b"idempotency\0" + caller.encode())
    secret = derived.derive(pepper + b"\0" + key.encode())
    seal, looked_up, hashing = secret[:32], secret[32:64], secret[64:]
    return Ticket(
        caller=caller,
        digest=looked_up.hex(),
        request=hmac.new(hashing, request, sha256).hexdigest(),
        seal=Fernet(urlsafe_b64encode(seal)),
    )


def is_kept(status: int) -> bool:
    """Whether an answer is given again: what was done, and what the record did not allow.

    After anything else nothing was done, and the same key may try again: a request that cannot
    be used, a limit that was met, an error on our side.
    """
    return 200 <= status < 300 or status in (404, 409)


_c = idempotency_keys.c


def begin(connection: Connection, ticket: Ticket) -> Replay | None:
    """The answer to a request that was answered before; None where it is now to be carried out.

    The transaction is one of `Store.writing`, where writers wait for one another: of two same
    requests one begins. Raises KeyReusedError and InProgressError.
    """
    moment = now()
    connection.execute(delete(idempotency_keys).where(_c.started_at < moment - KEPT_FOR))
    row = connection.execute(select(idempotency_keys).where(_here(ticket))).one_or_none()
    if row is not None:
        if row.request != ticket.request:
            raise KeyReusedError("this Idempotency-Key came with another request: take a new one")
        if row.status is not None:
            body = ticket.opened(row.sealed)
            if body is not None:
                return Replay(row.status, row.headers, body)
        elif moment - row.started_at < ABANDONED_AFTER:
            raise InProgressError("the first request with this Idempotency-Key is not answered yet")
        release(connection, ticket)
    connection.execute(
        insert(idempotency_keys).values(
            caller=ticket.caller,
            digest=ticket.digest,
            request=ticket.request,
            started_at=moment,
        )
    )
    return None


def finish(
    connection: Connection, ticket: Ticket, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    """Keep the answer of a request that began."""
    values = {
        "status": status,
        "headers": dict(headers),
        "sealed": ticket.seal.encrypt(body),
    }
    connection.execute(update(idempotency_keys).where(_here(ticket)).values(values))


def release(connection: Connection, ticket: Ticket) -> None:
    """Forget a request after which nothing was done."""
    connection.execute(delete(idempotency_keys).where(_here(ticket)))


def _here(ticket: Ticket) -> ColumnElement[bool]:
    return (_c.caller == ticket.caller) & (_c.digest == ticket.digest)
