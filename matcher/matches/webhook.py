"""Webhooks: events, permitted addresses, signatures and retries.

The form is that of Standard Webhooks (https://www.standardwebhooks.com): a JSON body with `type`,
`timestamp` and `data`, and the headers webhook-id, webhook-timestamp and webhook-signature. A body
holds ids and states, never a need's text or a contact: the receiver reads the rest by the API.
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
from matcher.language.messages import _

MAX_URL_LENGTH = 2000
MAX_WEBHOOKS = 20
"""Webhooks of one key."""
FIRST_RETRY_DELAY = timedelta(seconds=30)
RETRY_FACTOR = 4
MAX_RETRY_DELAY = timedelta(hours=12)
DELIVERY_RETENTION = timedelta(days=30)
"""Time for which settled deliveries stay listed."""
_GLOBAL_UNICAST = IPv6Network("2000::/3")

EventData = Mapping[str, str | int | None]


class WebhookNotFoundError(NotFoundError):
    """The webhook does not exist, or the caller may not see it."""


class TooManyWebhooksError(ConflictError):
    """The key has the maximum number of webhooks."""


class AddressRefusedError(InputError):
    """The address of a webhook is not permitted."""


class WebhookEvent(StrEnum):
    """Event to which a webhook can subscribe."""

    SUGGESTION_CREATED = "suggestion.created"
    """A new or newly open-licensed patent fits an open need."""
    MATCH_STATE_CHANGED = "match.state_changed"
    """A match changed its state."""


class DeliveryState(StrEnum):
    """State of a delivery."""

    WAITING = "waiting"
    """To be sent when due: at once, or after a failure later."""
    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up after the last attempt, or because the key of its webhook ended."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Subscription of an address to events."""

    id: str
    created_by: str
    """Id of the key that added it; it gets the events that this key may see."""
    url: str
    events: tuple[WebhookEvent, ...]
    secret: bytes
    """Encrypted."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery of an event to a webhook."""

    id: str
    webhook: str
    event: str
    body: str
    """Body as sent, byte for byte: the signature covers it."""
    state: DeliveryState
    made_at: datetime
    due_at: datetime
    attempts: int
    last_status: int | None
    last_error: str | None
    settled_at: datetime | None


def webhook_json(webhook: Webhook) -> dict[str, Any]:
    """Return a webhook as a JSON object, without its secret."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": [event.value for event in webhook.events],
        "created_by": webhook.created_by,
        "created_at": webhook.created_at.isoformat(),
    }


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery as a JSON object, without its body."""
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
    """Create a signing secret: `whsec_` and 256 random bits in base64."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def payload(event: WebhookEvent, moment: datetime, data: EventData) -> str:
    """Return the JSON body of a delivery."""
    body = {"type": event.value, "timestamp": moment.isoformat(), "data": dict(data)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def signed_headers(secret: str, identity: str, moment: datetime, body: str) -> dict[str, str]:
    """Return the headers that prove the sender of a body and identify the delivery."""
    from standardwebhooks import Webhook as Signer

    return {
        "webhook-id": identity,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Signer(secret).sign(identity, moment, body),
    }


def retry_delay(attempts: int) -> timedelta:
    """Return the delay after so many failures: 30 s, 2 min, 8 min … 12 h."""
    factor: int = RETRY_FACTOR ** min(attempts - 1, 10)
    return min(FIRST_RETRY_DELAY * factor, MAX_RETRY_DELAY)


def check_url(url: str, *, allow_http: bool, allow_private: bool) -> None:
    """Check the address of a webhook. Raises AddressRefusedError.

    Host names are resolved when a delivery is sent: their addresses may change from day to day.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefusedError(_("the webhook's url cannot be read")) from None
    if parts.scheme != "https" and not (allow_http and parts.scheme == "http"):
        raise AddressRefusedError(_("the webhook's url must begin with https://"))
    if not host or not url.isascii() or any(character <= " " for character in url):
        raise AddressRefusedError(
            _("the webhook's url must name a host, in ASCII and without blanks: https://host/path")
        )
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefusedError(_("the webhook's url may hold neither a user nor a # fragment"))
    try:
        literal = ip_address(host)
    except ValueError:
        return
    if not allow_private and not is_public(literal):
        raise AddressRefusedError(_("the webhook's url leads into a private network"))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """True if an address is in the public internet.

    Of IPv6 only global unicast is accepted, without the ranges that embed IPv4 addresses: these
    lead to another address than the one checked.
    """
    if isinstance(address, IPv6Address) and (
        address not in _GLOBAL_UNICAST or address.sixtofour or address.teredo
    ):
        return False
    return address.is_global and not address.is_multicast
