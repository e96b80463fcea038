"""Requests that came with an Idempotency-Key, in the database."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from matcher.idempotency import (
    ABANDONED_AFTER,
    KEPT_FOR,
    InProgressError,
    KeyReusedError,
    Replay,
    Ticket,
)
from matcher.store.schema.idempotency import idempotency_keys
from matcher.store.schema.times import now

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
