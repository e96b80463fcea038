"""Webhooks: what is told to whom, by which address it may go, how it is signed, when it is retried.

The form is that of Standard Webhooks (https://www.standardwebhooks.com): a JSON body with `type`,
`timestamp` and `data`, and the headers webhook-id, webhook-timestamp and webhook-signature. A body
holds ids and states, never a need's text or a contact: whoever receives it asks the API for more.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from matcher.errors import ConflictError, InputError, NotFoundError

URL_AT_MOST = 2000
WEBHOOKS_AT_MOST = 20
"""Webhooks of one key."""
FIRST_RETRY = timedelta(seconds=30)
RETRY_FACTOR = 4
LONGEST_WAIT = timedelta(hours=12)
KEPT_FOR = timedelta(days=30)
"""How long what was delivered or given up stays listed."""
_GLOBAL_UNICAST = IPv6Network("2000::/3")

Data = Mapping[str, str | int | None]


class WebhookNotFoundError(NotFoundError):
    """There is no such webhook, or none that the caller may see."""


class TooManyWebhooksError(ConflictError):
    """The key has as many webhooks as it may have."""


class AddressRefusedError(InputError):
    """A webhook's address leads where webhooks may not go."""


class WebhookEvent(StrEnum):
    """What a webhook can be told."""

    SUGGESTION_CREATED = "suggestion.created"
    """A new or newly open-licensed patent fits an open need."""
    MATCH_STATE_CHANGED = "match.state_changed"
    """What became of a match took a step."""


class DeliveryState(StrEnum):
    """What became of what was to be sent."""

    WAITING = "waiting"
    """It is sent when it is due: at once, or after a failure later."""
    DELIVERED = "delivered"
    DEAD = "dead"
    """Tried as often as is allowed, or the key of its webhook ended."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events."""

    id: str
    created_by: str
    """The id of the key that made it; it hears what that key may see."""
    url: str
    events: tuple[WebhookEvent, ...]
    secret: bytes
    """Sealed."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook."""

    id: str
    webhook: str
    event: str
    body: str
    """As it is sent, byte for byte: the signature is over it."""
    state: DeliveryState
    made_at: datetime
    due_at: datetime
    attempts: int
    last_status: int | None
    last_error: str | None
    settled_at: datetime | None


def webhook_json(webhook: Webhook) -> dict[str, Any]:
    """A webhook without its secret, JSON-ready."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": [event.value for event in webhook.events],
        "created_by": webhook.created_by,
        "created_at": webhook.created_at.isoformat(),
    }


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """What became of a delivery, JSON-ready."""
    is_waiting = delivery.state is DeliveryState.WAITING
    return {
        "id": delivery.id,
        "event": delivery.event,
        "state": delivery.state.value,
        "made_at": delivery.made_at.isoformat(),
        "due_at": delivery.due_at.isoformat() if is_waiting else None,
        "attempts": delivery.attempts,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
        "settled_at": delivery.settled_at and delivery.settled_at.isoformat(),
    }


def new_secret() -> str:
    """A secret to sign with: `whsec_` and 256 random bits in base64."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def payload(event: WebhookEvent, moment: datetime, data: Data) -> str:
    """The body that tells of an event, as JSON text."""
    told = {"type": event.value, "timestamp": moment.isoformat(), "data": dict(data)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def signed_headers(secret: str, identity: str, moment: datetime, body: str) -> dict[str, str]:
    """The headers by which a receiver knows who sent a body, and that it is no repetition."""
    from standardwebhooks import Webhook as Signer

    return {
        "webhook-id": identity,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Signer(secret).sign(identity, moment, body),
    }


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many failures: 30 s, 2 min, 8 min … 12 h."""
    factor: int = RETRY_FACTOR ** min(attempts - 1, 10)
    return min(FIRST_RETRY * factor, LONGEST_WAIT)


def check_url(url: str, *, allow_http: bool, allow_private: bool) -> None:
    """Raises AddressRefusedError for a webhook's address that can never be used.

    Where a name leads is looked up when it is sent to: it may change from day to day.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefusedError("the webhook's url cannot be read") from None
    if parts.scheme != "https" and not (allow_http and parts.scheme == "http"):
        raise AddressRefusedError("the webhook's url must begin with https://")
    if not host or not url.isascii() or any(character <= " " for character in url):
        raise AddressRefusedError(
            "the webhook's url must name a host, in ASCII and without blanks: https://host/path"
        )
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefusedError("the webhook's url may hold neither a user nor a # fragment")
    try:
        literal = ip_address(host)
    except ValueError:
        return
    if not allow_private and not is_public(literal):
        raise AddressRefusedError("the webhook's url leads into a private network")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the internet at large.

    Of IPv6 only global unicast is taken, without the ranges that stand for IPv4 addresses: what
    those lead to would be another address than the one looked at.
    """
    if isinstance(address, IPv6Address) and (
        address not in _GLOBAL_UNICAST or address.sixtofour or address.teredo
    ):
        return False
    return address.is_global and not address.is_multicast
