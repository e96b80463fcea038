"""Webhooks in the database: addresses that subscribe to events."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, true

from matcher.access.roles import Caller, Role
from matcher.language.messages import _
from matcher.matches.webhook import (
    MAX_WEBHOOKS,
    TooManyWebhooksError,
    Webhook,
    WebhookEvent,
    WebhookNotFoundError,
)
from matcher.store.schema.webhooks import deliveries, webhooks


def add(connection: Connection, webhook: Webhook) -> None:
    """Add a new webhook. Raises TooManyWebhooksError."""
    held = select(func.count()).where(webhooks.c.created_by == webhook.created_by)
    if connection.execute(held).scalar_one() >= MAX_WEBHOOKS:
        raise TooManyWebhooksError(
            _(
                "a key may have {most} webhooks: delete one that is not used",
                most=MAX_WEBHOOKS,
            )
        )
    connection.execute(
        insert(webhooks).values(
            id=webhook.id,
            created_by=webhook.created_by,
            url=webhook.url,
            events=[event.value for event in webhook.events],
            secret=webhook.secret,
            created_at=webhook.created_at,
        )
    )


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """Condition on `webhooks`: an admin sees all, others those of their own key."""
    return true() if caller.role is Role.ADMIN else webhooks.c.created_by == caller.key


def find(connection: Connection, webhook_id: str, where: ColumnElement[bool]) -> Webhook:
    """Return the webhook with this id if it meets the condition. Raises WebhookNotFoundError."""
    query = select(webhooks).where(webhooks.c.id == webhook_id, where)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise WebhookNotFoundError(
            _("there is no webhook {webhook_id!r} of this key", webhook_id=webhook_id[:60])
        )
    return _webhook(row)


def each(
    connection: Connection,
    where: ColumnElement[bool] | None = None,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int | None = None,
) -> list[Webhook]:
    """Return the webhooks that meet a condition, the oldest first, after this time and id."""
    columns = webhooks.c
    query = select(webhooks).where(true() if where is None else where)
    if after is not None:
        moment, identity = after
        same = and_(columns.created_at == moment, columns.id > identity)
        query = query.where(or_(columns.created_at > moment, same))
    query = query.order_by(columns.created_at, columns.id).limit(limit)
    return [_webhook(row) for row in connection.execute(query)]


def remove(connection: Connection, webhook_id: str, where: ColumnElement[bool]) -> None:
    """Delete a webhook with its deliveries. Raises WebhookNotFoundError."""
    find(connection, webhook_id, where)
    connection.execute(delete(deliveries).where(deliveries.c.webhook == webhook_id))
    connection.execute(delete(webhooks).where(webhooks.c.id == webhook_id))


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        id=row.id,
        created_by=row.created_by,
        url=row.url,
        events=tuple(map(WebhookEvent, row.events)),
        secret=row.secret,
        created_at=row.created_at,
    )
