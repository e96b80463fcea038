"""Sender of webhook deliveries. A receiver that is down holds up neither requests nor others.

The host name of a webhook is resolved for each delivery, and the connection is made to the very
address that was checked: a name that resolves to another address a moment later (DNS rebinding)
gains nothing. Redirects are not followed, proxies of the environment are not used, and of an
answer only the status is read.
"""

import json
import logging
import ssl
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

import anyio
import httpx2
from anyio import to_thread
from cryptography.fernet import MultiFernet

from matcher.access import encryption
from matcher.errors import InputError
from matcher.language.messages import gettext_noop
from matcher.matches.webhook import (
    DeliveryState,
    check_url,
    is_public,
    signed_headers,
)
from matcher.request_ids import working_for
from matcher.store import outbox
from matcher.store.database import Store
from matcher.store.outbox import Attempt, ClaimedDelivery
from matcher.store.schema.times import now

BATCH_SIZE = 20
"""Deliveries that are claimed and sent together."""
TIMEOUT_SECONDS = 10.0
"""Time limit of a delivery from beginning to end, however slowly its receiver answers."""
CLAIM_PERIOD = timedelta(minutes=2)
"""Much longer than a round: a delivery claimed for longer belongs to a process that died."""
_CONNECTIONS = httpx2.Limits(max_connections=BATCH_SIZE, max_keepalive_connections=0)
# A connection kept alive is reused by address alone: it could be that of another host name.

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    """Rules for permitted addresses and the number of attempts."""

    allow_http: bool = False
    allow_private: bool = False
    max_attempts: int = 8


class _UnsendableError(Exception):
    """Short reason of a delivery that did not reach its receiver."""


class Sender:
    """Sender of due deliveries. Several processes may send: each sends what it claimed."""

    def __init__(
        self,
        store: Store,
        cipher: MultiFernet,
        rules: DeliveryRules,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Set up the sender; `cipher` decrypts secrets, `tls` has the trusted certificates."""
        self._store = store
        self._cipher = cipher
        self._rules = rules
        self._tls: ssl.SSLContext | bool = True if tls is None else tls

    async def send_due(self) -> Counter[DeliveryState]:
        """Send one round of due deliveries; return their number by resulting state."""
        claimed = await to_thread.run_sync(self._claim)
        attempts: dict[str, Attempt] = {}
        if claimed:
            async with self._client() as client, anyio.create_task_group() as tasks:
                for delivery in claimed:
                    tasks.start_soon(self._send, client, delivery, attempts)
        return await to_thread.run_sync(self._settle, claimed, attempts)

    async def send_all(self) -> Counter[DeliveryState]:
        """Send rounds until nothing is due; return the number of deliveries by state."""
        total: Counter[DeliveryState] = Counter()
        while round_ := await self.send_due():
            total += round_
        return total

    def _claim(self) -> list[ClaimedDelivery]:
        moment = now()
        with self._store.reading() as connection:
            if not outbox.is_due(connection, moment):
                return []  # a read: no writer has to wait
        with self._store.adding() as connection:
            return outbox.claim(connection, moment, moment + CLAIM_PERIOD, BATCH_SIZE)

    def _settle(
        self, claimed: list[ClaimedDelivery], attempts: dict[str, Attempt]
    ) -> Counter[DeliveryState]:
        if not claimed:
            return Counter()
        moment = now()
        with self._store.adding() as connection:
            outbox.prune(connection, moment)
            states = [
                outbox.record_attempt(
                    connection,
                    delivery,
                    attempts[delivery.id],
                    moment,
                    self._rules.max_attempts,
                )
                for delivery in claimed
            ]
        for delivery, state in zip(claimed, states, strict=True):
            _log(delivery, attempts[delivery.id], state)
        return Counter(states)

    def _client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            verify=self._tls,
            timeout=TIMEOUT_SECONDS,
            limits=_CONNECTIONS,
            follow_redirects=False,
            trust_env=False,
        )

    async def _send(
        self, client: httpx2.AsyncClient, delivery: ClaimedDelivery, attempts: dict[str, Attempt]
    ) -> None:
        try:
            with anyio.fail_after(TIMEOUT_SECONDS):
                attempts[delivery.id] = Attempt(await self._post(client, delivery))
        except TimeoutError:
            attempts[delivery.id] = Attempt(None, gettext_noop("timed out"))
        except _UnsendableError as problem:
            attempts[delivery.id] = Attempt(None, str(problem))
        except Exception as problem:  # an error of one delivery must not stop the others
            attempts[delivery.id] = Attempt(None, f"failed: {type(problem).__name__}"[:60])

    async def _post(self, client: httpx2.AsyncClient, delivery: ClaimedDelivery) -> int:
        """Return the receiver's status. Raises _UnsendableError and TimeoutError."""
        secret = self._secret(delivery)
        url = self._url(delivery)
        failure = gettext_noop("no address")
        for address in await self._addresses(url):
            headers = {
                **signed_headers(secret, delivery.id, now(), delivery.body),
                "content-type": "application/json",
                "user-agent": "matcher-webhooks",
                "host": url.netloc.decode("ascii"),
            }
            try:
                async with client.stream(
                    "POST",
                    url.copy_with(host=address),
                    content=delivery.body.encode(),
                    headers=headers,
                    extensions={"sni_hostname": url.host},
                ) as response:
                    return response.status_code
            except httpx2.ConnectError:
                failure = gettext_noop("no connection")  # the next address may take it
            except httpx2.TimeoutException:
                raise TimeoutError from None
            except httpx2.HTTPError:
                raise _UnsendableError(gettext_noop("the answer cannot be read")) from None
        raise _UnsendableError(failure)

    def _secret(self, delivery: ClaimedDelivery) -> str:
        try:
            secret = encryption.unseal(self._cipher, delivery.secret)["secret"]
        except (InputError, KeyError, json.JSONDecodeError):
            secret = None
        if secret is None:
            raise _UnsendableError(gettext_noop("the secret cannot be opened"))
        return secret

    def _url(self, delivery: ClaimedDelivery) -> httpx2.URL:
        """Return the checked address; the rules may be stricter now than when it was added."""
        try:
            check_url(
                delivery.url,
                allow_http=self._rules.allow_http,
                allow_private=self._rules.allow_private,
            )
            return httpx2.URL(delivery.url)
        except (InputError, httpx2.InvalidURL):
            raise _UnsendableError(gettext_noop("the address is refused")) from None

    async def _addresses(self, url: httpx2.URL) -> list[str]:
        """Resolve the host to addresses. Raises _UnsendableError if any is not permitted."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            resolved = await anyio.getaddrinfo(url.host, port)
        except (OSError, UnicodeError):
            raise _UnsendableError(gettext_noop("the name is not known")) from None
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in resolved))
        if not self._rules.allow_private and not all(
            is_public(ip_address(address)) for address in addresses
        ):
            raise _UnsendableError(gettext_noop("the address is refused"))
        return addresses


def _log(delivery: ClaimedDelivery, attempt: Attempt, state: DeliveryState) -> None:
    """Log an attempt, under the id of the request that caused the event."""
    told = {"delivery": delivery.id, "state": state.value, "receiver_status": attempt.status}
    with working_for(delivery.request):
        logger.info("webhook delivery", extra=told)
