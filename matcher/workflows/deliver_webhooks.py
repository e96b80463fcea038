"""Sending what waits in the outbox. One that is down holds up neither requests nor the others.

Where a webhook leads is looked up each time, and the connection is made to the very address that
was looked at: a name that leads elsewhere a moment later (DNS rebinding) gains nothing. Redirects
are not followed, proxies of the environment not used, and of an answer only its status is read.
"""

import json
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
from matcher.matches.webhook import (
    DeliveryState,
    check_url,
    is_public,
    signed_headers,
)
from matcher.store import outbox
from matcher.store.database import Store
from matcher.store.outbox import Attempt, Claimed
from matcher.store.schema.times import now

AT_ONCE = 20
"""Deliveries that are claimed and sent together."""
SECONDS = 10.0
"""For one delivery from beginning to end, however slowly its receiver answers."""
CLAIMED_FOR = timedelta(minutes=2)
"""Much longer than a round takes: what is unsettled then belongs to a process that died."""
_CONNECTIONS = httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=0)
# A kept connection is found again by its address alone, so another name's could be taken for it.


@dataclass(frozen=True, slots=True)
class Rules:
    """Where webhooks may go, and how often they are tried."""

    allow_http: bool = False
    allow_private: bool = False
    attempts_at_most: int = 8


class _UnsendableError(Exception):
    """Why a delivery did not get to its receiver, in few words."""


class Sender:
    """Sends what is due. Several processes may: each sends what it claimed."""

    def __init__(
        self, store: Store, cipher: MultiFernet, rules: Rules, tls: ssl.SSLContext | None = None
    ) -> None:
        """`cipher` opens the webhooks' secrets; `tls` says whose certificates are believed."""
        self._store = store
        self._cipher = cipher
        self._rules = rules
        self._tls: ssl.SSLContext | bool = True if tls is None else tls

    async def send_due(self) -> Counter[DeliveryState]:
        """Send one round of what is due; how many deliveries came to which state."""
        claimed = await to_thread.run_sync(self._claim)
        attempts: dict[str, Attempt] = {}
        if claimed:
            async with self._client() as client, anyio.create_task_group() as tasks:
                for one in claimed:
                    tasks.start_soon(self._send, client, one, attempts)
        return await to_thread.run_sync(self._settle, claimed, attempts)

    async def send_all(self) -> Counter[DeliveryState]:
        """Send round after round until nothing is due."""
        total: Counter[DeliveryState] = Counter()
        while round_ := await self.send_due():
            total += round_
        return total

    def _claim(self) -> list[Claimed]:
        moment = now()
        with self._store.reading() as connection:
            if not outbox.is_due(connection, moment):
                return []  # without making anybody wait who writes
        with self._store.writing() as connection:
            return outbox.claim(connection, moment, moment + CLAIMED_FOR, AT_ONCE)

    def _settle(
        self, claimed: list[Claimed], attempts: dict[str, Attempt]
    ) -> Counter[DeliveryState]:
        if not claimed:
            return Counter()
        moment = now()
        with self._store.writing() as connection:
            outbox.prune(connection, moment)
            return Counter(
                outbox.settle(
                    connection, one, attempts[one.id], moment, self._rules.attempts_at_most
                )
                for one in claimed
            )

    def _client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            verify=self._tls,
            timeout=SECONDS,
            limits=_CONNECTIONS,
            follow_redirects=False,
            trust_env=False,
        )

    async def _send(
        self, client: httpx2.AsyncClient, one: Claimed, attempts: dict[str, Attempt]
    ) -> None:
        try:
            with anyio.fail_after(SECONDS):
                attempts[one.id] = Attempt(await self._post(client, one))
        except TimeoutError:
            attempts[one.id] = Attempt(None, "timed out")
        except _UnsendableError as problem:
            attempts[one.id] = Attempt(None, str(problem))
        except Exception as problem:  # of one delivery must not stop the others, again and again
            attempts[one.id] = Attempt(None, f"failed: {type(problem).__name__}"[:60])

    async def _post(self, client: httpx2.AsyncClient, one: Claimed) -> int:
        """The receiver's status. Raises _UnsendableError and TimeoutError."""
        secret = self._secret(one)
        url = self._url(one)
        failure = "no address"
        for address in await self._addresses(url):
            headers = {
                **signed_headers(secret, one.id, now(), one.body),
                "content-type": "application/json",
                "user-agent": "matcher-webhooks",
                "host": url.netloc.decode("ascii"),
            }
            try:
                async with client.stream(
                    "POST",
                    url.copy_with(host=address),
                    content=one.body.encode(),
                    headers=headers,
                    extensions={"sni_hostname": url.host},
                ) as response:
                    return response.status_code
            except httpx2.ConnectError:
                failure = "no connection"  # the next address may take it
            except httpx2.TimeoutException:
                raise TimeoutError from None
            except httpx2.HTTPError:
                raise _UnsendableError("the answer cannot be read") from None
        raise _UnsendableError(failure)

    def _secret(self, one: Claimed) -> str:
        try:
            secret = encryption.unseal(self._cipher, one.secret)["secret"]
        except (InputError, KeyError, json.JSONDecodeError):
            secret = None
        if secret is None:
            raise _UnsendableError("the secret cannot be opened")
        return secret

    def _url(self, one: Claimed) -> httpx2.URL:
        """The address to send to; the rules may have become stricter since it was taken."""
        try:
            check_url(
                one.url,
                allow_http=self._rules.allow_http,
                allow_private=self._rules.allow_private,
            )
            return httpx2.URL(one.url)
        except (InputError, httpx2.InvalidURL):
            raise _UnsendableError("the address is refused") from None

    async def _addresses(self, url: httpx2.URL) -> list[str]:
        """Where a name leads now. Raises _UnsendableError where any of it may not be gone to."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = await anyio.getaddrinfo(url.host, port)
        except (OSError, UnicodeError):
            raise _UnsendableError("the name is not known") from None
        addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
        if not self._rules.allow_private and not all(
            is_public(ip_address(address)) for address in addresses
        ):
            raise _UnsendableError("the address is refused")
        return addresses
