"""Addresses inside the network: as webhooks of a portal, and as settings in a request."""

import json
from collections.abc import Callable
from typing import Any

import anyio
import httpx2
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from matcher.access import encryption
from matcher.matches.webhook import new_secret
from matcher.store import outbox
from matcher.workflows.deliver_webhooks import DeliveryRules, Sender
from tests.support.app_routes import page_routes, routes
from tests.support.receivers import receiver
from tests.support.route_requests import address, body_of
from tests.support.two_sides import TwoSides
from tests.support.whole_homes import rows

HOSTS = (
    *(
        "127.0.0.1",
        "127.1",
        "127.0.0.2",
        "0",
        "0.0.0.0",
        "2130706433",
        "0x7f000001",
        "017700000001",
    ),
    *("0x7f.0.0.1", "0177.0.0.1", "127.0.1", "127.0.0.1.", "localhost", "localhost.", "LOCALHOST"),
    *("10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "169.254.170.2"),
    *("2852039166", "0xa9fea9fe", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[fe80::1]"),
    *("[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "[2001:db8::1]", "[fec0::1]", "[::1%25lo]"),
)
"""Hosts that lead to this machine or into a network that is not public, in all their spellings."""
ODD = (
    *(
        "http://portal.example/",
        "ftp://portal.example/",
        "gopher://127.0.0.1/",
        "file:///etc/hosts",
    ),
    *(
        "https://user@127.0.0.1/",
        "https://portal.example@127.0.0.1/",
        "https://127.0.0.1#@a.example",
    ),
    *("https://127.0.0.1\\@a.example/", "https://:@a.example/", "https:///127.0.0.1/", "https://"),
    *("https://１２７.０.０.１/", "https://ⓛocalhost/", "https://127。0。0。1/", "https://a\r\nb/"),
    *("//127.0.0.1/", "javascript:alert(1)", "dict://127.0.0.1:11211/", "https://[::1"),
)
"""Addresses that are refused as they stand."""
KEY = SecretStr(Fernet.generate_key().decode())
SEALED = encryption.seal(encryption.cipher(KEY), {"secret": new_secret()})
REFUSALS = {"the address is refused", "the name is not known"}


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hosts that a connection is made to; none is."""
    made: list[str] = []

    async def connect(_self: object, request: httpx2.Request) -> httpx2.Response:
        made.append(request.url.host)
        raise httpx2.ConnectError("not in a test")

    monkeypatch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", connect)
    return made


def outcome(url: str, rules: DeliveryRules | None = None) -> str:
    """Return what a delivery comes to."""
    sender = Sender(None, encryption.cipher(KEY), rules or DeliveryRules())  # type: ignore[arg-type]
    attempts: dict[str, Any] = {}

    async def send() -> None:
        async with sender._client() as client:
            await sender._send(client, outbox.ClaimedDelivery("m", 0, url, SEALED, "{}"), attempts)

    anyio.run(send)
    return str(attempts["m"].error or attempts["m"].status)


def test_webhooks_into_the_network(
    sides: TwoSides, connected: list[str], tried: Callable[[int], None]
) -> None:
    """Refused where they are added, or else, as a name, before anything is sent to them."""
    portal, count, faults = sides.members["portalA"], 0, []
    urls = [f"https://{host}{rest}" for host in HOSTS for rest in ("/", ":8443/latest/meta-data")]
    for url in (*urls, *ODD):
        form = {"url": url, "events": ["suggestion.created"]}
        answer = sides.ask(portal, "POST", "/v1/webhooks", json=form)
        if answer.status_code == 201:
            sides.ask(portal, "DELETE", f"/v1/webhooks/{answer.json()['id']}")
            if url in ODD:
                faults.append(url)
        elif answer.status_code != 422:
            faults.append(url)
        if outcome(url) not in REFUSALS:
            faults.append(url)
        count += 2
    assert faults == [] and connected == []
    tried(count)


PRIVATE = ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1")


def test_names_that_resolve_into_the_network(
    connected: list[str], monkeypatch: pytest.MonkeyPatch, tried: Callable[[int], None]
) -> None:
    """A name alone, beside a public address, and one that changes between two look-ups."""
    public = "8.8.8.8"
    answers = [[bad] for bad in PRIVATE] + [[public, bad] for bad in PRIVATE]
    for addresses in answers:
        resolving(monkeypatch, [addresses])
        assert outcome("https://portal.example/") == "the address is refused", addresses
    assert connected == []
    for bad in PRIVATE:  # rebinding: looked up once, and connected to what was checked
        resolving(monkeypatch, [[public], [bad], [bad]])
        assert outcome("https://portal.example/") == "no connection"
    assert connected == [public] * len(PRIVATE)
    tried(len(answers) + len(PRIVATE))


def resolving(monkeypatch: pytest.MonkeyPatch, answers: list[list[str]]) -> None:
    """Answer each look-up of a name with the next addresses."""
    left = iter(answers)

    async def resolve(host: str, port: int) -> list[object]:
        return [(0, 0, 0, "", (address, port)) for address in next(left)]

    monkeypatch.setattr(anyio, "getaddrinfo", resolve)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_a_receiver_is_not_followed(status: int) -> None:
    with receiver() as inner, receiver() as outer:
        outer.status, outer.location = status, inner.url
        assert outcome(outer.url, DeliveryRules(allow_http=True, allow_private=True)) == str(status)
        assert len(outer.received) == 1 and inner.received == []


SERVICES = ("model", "reranker", "milvus_url", "database_url", "limits_storage", "home")
"""Settings that name an address or a place: the operator's environment has them, and no request."""


def test_no_request_sets_the_address_of_a_service(
    sides: TwoSides, connected: list[str], tried: Callable[[int], None]
) -> None:
    admin, side, count = sides.members["admin"], sides.sides["A"], 0
    before = {name: getattr(sides.app.state.settings, name, None) for name in SERVICES}
    kept = len(rows(sides.settings.url)["needs"])
    evil = {name: "openai+http://127.0.0.1:9/v1#x" for name in SERVICES}
    evil |= {f"MATCHER_{name.upper()}": value for name, value in evil.items()}
    headers = {f"X-Matcher-{name.replace('_', '-')}": evil[name] for name in SERVICES}
    for method, path in (*routes(sides.app), *page_routes(sides.app)):
        if method not in ("GET", "POST") or path.startswith(("/sign-out", "/account")):
            continue
        sent = body_of(method, path)
        body = {form: {**values, **evil} for form, values in sent.items()}
        answer = sides.ask(admin, method, address(path), params=evil, headers=headers, **body)
        assert "127.0.0.1:9" not in answer.headers.get("location", ""), path
        if "json" in body:  # unknown fields are refused
            assert answer.status_code in (404, 422), (path, answer.text)
        count += 1
    assert connected == []
    assert before == {name: getattr(sides.app.state.settings, name, None) for name in SERVICES}
    assert len(rows(sides.settings.url)["needs"]) == kept
    fields = json.dumps(sides.app.openapi()["components"]["schemas"])
    assert not [name for name in ("encoder", "reranker", "milvus", "base_url") if name in fields]
    assert side.ids
    tried(count)
