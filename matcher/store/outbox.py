"""Outbox of webhook deliveries: each is written in the transaction of its event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from matcher.access.roles import OPEN_CALLER, Caller
from matcher.ids import new_id
from matcher.matches.webhook import (
    DELIVERY_RETENTION,
    Delivery,
    DeliveryState,
    EventData,
    WebhookEvent,
    payload,
    retry_delay,
)
from matcher.needs.visibility import Sight, sight
from matcher.request_ids import request_id
from matcher.store import keys, needs, open_access
from matcher.store import webhooks as stored
from matcher.store.schema.times import now
from matcher.store.schema.webhooks import deliveries, webhooks

MAX_PER_WEBHOOK = 5
"""Deliveries of one webhook in a batch: a webhook that is down must not hold up others."""
_FIELDS = tuple(name for name in Delivery.__dataclass_fields__ if name != "state")


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that is claimed: no other process sends it now."""

    id: str
    attempts: int
    """Earlier attempts."""
    url: str
    secret: bytes
    body: str
    request: str | None = None
    """Id of the request that caused the event; None for an event of the background."""


_CLAIMED = tuple(ClaimedDelivery.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Result of sending: the receiver's HTTP status, or the error."""

    status: int | None
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """True if the receiver answered with a 2xx status."""
        return self.status is not None and 200 <= self.status < 300


def emit(connection: Connection, event: WebhookEvent, need_id: str, data: EventData) -> None:
    """Add an event about a need to the outbox, in the transaction of the event.

    It goes to the webhooks that subscribe to it and whose key may see all of the need.
    """
    subscribed = [webhook for webhook in stored.each(connection) if event in webhook.events]
    need = needs.find(connection, need_id) if subscribed else None
    if need is None:
        return
    moment = now()
    body = payload(event, moment, data)
    rows = []
    for webhook in subscribed:
        caller = _caller(connection, webhook.created_by, moment)
        if caller is not None and sight(caller, need) is Sight.OWN:
            rows.append(
                {
                    "id": new_id("delivery"),
                    "webhook": webhook.id,
                    "event": event.value,
                    "body": body,
                    "state": DeliveryState.WAITING.value,
                    "made_at": moment,
                    "due_at": moment,
                    "attempts": 0,
                    "request": request_id(),
                }
            )
    if rows:
        connection.execute(insert(deliveries), rows)


def is_due(connection: Connection, moment: datetime) -> bool:
    """True if a delivery is due; reads only."""
    query = select(deliveries.c.id).where(_due(moment)).limit(1)
    return connection.execute(query).first() is not None


def claim(
    connection: Connection, moment: datetime, until: datetime, limit: int
) -> list[ClaimedDelivery]:
    """Claim due deliveries, so that no other process sends them before `until`.

    Deliveries of a revoked or expired key are given up instead.
    """
    position = func.row_number().over(
        partition_by=deliveries.c.webhook, order_by=(deliveries.c.due_at, deliveries.c.id)
    )
    ranked = select(deliveries.c.id, position.label("position")).where(_due(moment)).subquery()
    query = (
        select(deliveries, webhooks.c.url, webhooks.c.secret, webhooks.c.created_by)
        .join(webhooks, webhooks.c.id == deliveries.c.webhook)
        .join(ranked, ranked.c.id == deliveries.c.id)
        .where(ranked.c.position <= MAX_PER_WEBHOOK)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
    )
    claimed: list[ClaimedDelivery] = []
    for row in connection.execute(query).all():
        if _caller(connection, row.created_by, moment) is None:
            _set(connection, row.id, _ended(moment, Attempt(None, "the key ended")))
            continue
        claiming = update(deliveries).where(deliveries.c.id == row.id, _due(moment))
        if connection.execute(claiming.values(claimed_until=until)).rowcount == 1:
            claimed.append(ClaimedDelivery(**{name: getattr(row, name) for name in _CLAIMED}))
    return claimed


def record_attempt(
    connection: Connection,
    sent: ClaimedDelivery,
    attempt: Attempt,
    moment: datetime,
    max_attempts: int,
) -> DeliveryState:
    """Record an attempt; after a failure the delivery is due again later, or given up."""
    attempts = sent.attempts + 1
    values: dict[str, Any]
    if attempt.succeeded:
        values = {**_ended(moment, attempt), "state": DeliveryState.DELIVERED.value}
    elif attempts >= max_attempts:
        values = _ended(moment, attempt)
    else:
        values = {
            "state": DeliveryState.WAITING.value,
            "due_at": moment + retry_delay(attempts),
            "claimed_until": None,
            "last_status": attempt.status,
            "last_error": attempt.error,
        }
    _set(connection, sent.id, {**values, "attempts": attempts})
    return DeliveryState(values["state"])


def page(
    connection: Connection,
    where: ColumnElement[bool] | None = None,
    *,
    webhook_id: str | None = None,
    state: DeliveryState | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[Delivery]:
    """Return at most `limit` deliveries, the latest first; `where` is on `webhooks`."""
    columns = deliveries.c
    query = select(deliveries).join(webhooks, webhooks.c.id == columns.webhook)
    query = query.where(true() if where is None else where)
    if webhook_id is not None:
        query = query.where(columns.webhook == webhook_id)
    if state is not None:
        query = query.where(columns.state == state.value)
    if after is not None:
        moment, identity = after
        same = and_(columns.made_at == moment, columns.id < identity)
        query = query.where(or_(columns.made_at < moment, same))
    query = query.order_by(columns.made_at.desc(), columns.id.desc()).limit(limit)
    return [_delivery(row) for row in connection.execute(query)]


def prune(connection: Connection, moment: datetime) -> int:
    """Delete deliveries settled more than DELIVERY_RETENTION ago; return their number."""
    old = deliveries.c.settled_at < moment - DELIVERY_RETENTION
    return connection.execute(delete(deliveries).where(old)).rowcount


def _due(moment: datetime) -> ColumnElement[bool]:
    free = or_(deliveries.c.claimed_until.is_(None), deliveries.c.claimed_until < moment)
    waiting = deliveries.c.state == DeliveryState.WAITING.value
    return and_(waiting, deliveries.c.due_at <= moment, free)


def _caller(connection: Connection, key_id: str, moment: datetime) -> Caller | None:
    """Return the caller of a webhook's key; None if the key is no longer usable."""
    if key_id == OPEN_CALLER.key:
        return OPEN_CALLER if open_access.is_open(connection) else None
    key = keys.find(connection, key_id)
    return key.caller if key is not None and key.is_usable(moment) else None


def _ended(moment: datetime, attempt: Attempt) -> dict[str, Any]:
    return {
        "state": DeliveryState.DEAD.value,
        "claimed_until": None,
        "last_status": attempt.status,
        "last_error": attempt.error,
        "settled_at": moment,
    }


def _set(connection: Connection, delivery_id: str, values: dict[str, Any]) -> None:
    connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(values))


def _delivery(row: Row[Any]) -> Delivery:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Delivery(**values, state=DeliveryState(row.state))
