"""The rules of webhooks, the outbox, and sending."""

import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import anyio
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import update

from matcher.access import encryption
from matcher.access.api_keys import ApiKey
from matcher.access.roles import Role
from matcher.ids import new_id
from matcher.matches.webhook import (
    KEPT_FOR,
    AddressRefusedError,
    Delivery,
    DeliveryState,
    TooManyWebhooksError,
    Webhook,
    WebhookEvent,
    WebhookNotFoundError,
    check_url,
    is_public,
    new_secret,
    payload,
    retry_after,
    signed_headers,
)
from matcher.needs.record import (
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.store import (
    keys,
    needs,
    outbox,
    personal_contacts,
)
from matcher.store import webhooks as stored
from matcher.store.database import Store
from matcher.store.outbox import Attempt
from matcher.store.schema.times import now
from matcher.store.schema.webhooks import deliveries as table
from matcher.store.schema.webhooks import webhooks
from matcher.workflows import deliver_webhooks
from matcher.workflows.deliver_webhooks import Rules, Sender
from tests.support.receivers import receiver, self_signed

KEY = SecretStr(Fernet.generate_key().decode())
CIPHER = encryption.cipher(KEY)
SECRET = new_secret()
HERE = Rules(allow_http=True, allow_private=True, attempts_at_most=3)
EVENT = WebhookEvent.SUGGESTION_CREATED
MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)
OWNER, STRANGER, ADMIN = "a" * 12, "b" * 12, "c" * 12


def add_key(store: Store, identity: str, role: Role, expires_at: datetime | None = None) -> None:
    with store.writing() as connection:
        keys.add(connection, ApiKey(identity, role, "0" * 64, now(), expires_at=expires_at))


def add_webhook(
    store: Store,
    url: str,
    by: str = OWNER,
    events: tuple[WebhookEvent, ...] = tuple(WebhookEvent),
) -> Webhook:
    sealed = encryption.seal(CIPHER, {"secret": SECRET})
    webhook = Webhook(new_id("webhook"), by, url, events, sealed, now())
    with store.writing() as connection:
        stored.add(connection, webhook)
    return webhook


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database with a portal's key, another's, and an admin's."""
    with Store(f"sqlite:///{tmp_path / 'webhooks.sqlite'}") as store:
        add_key(store, OWNER, Role.PORTAL)
        add_key(store, STRANGER, Role.PORTAL)
        add_key(store, ADMIN, Role.ADMIN)
        yield store


@pytest.fixture
def need(store: Store) -> str:
    """A need that the first portal sent in."""
    record = NeedRecord(
        id=new_id("need"),
        created_by=OWNER,
        details=NeedDetails(text="隔膜在高温下收缩", enterprise="样例电池厂（样例）"),
        contact=None,
        publish_scope=PublishScope.PUBLIC,
        pledge_wish=False,
        state=NeedState.OPEN,
        closed_reason=None,
        expires_on=None,
        created_at=MOMENT,
        updated_at=MOMENT,
        version=1,
    )
    with store.writing() as connection:
        needs.add(connection, record)
    return record.id


def emit(store: Store, need_id: str, event: WebhookEvent = EVENT) -> None:
    with store.writing() as connection:
        outbox.emit(connection, event, need_id, {"need": need_id})


def waiting(store: Store) -> list[Delivery]:
    with store.reading() as connection:
        return outbox.page(connection, limit=100)


def send(store: Store, rules: Rules = HERE) -> dict[str, int]:
    sent = anyio.run(Sender(store, CIPHER, rules).send_due)
    return {state.value: number for state, number in sent.items()}


def make_due(store: Store) -> None:
    """Let the time pass until everything that waits is due."""
    with store.writing() as connection:
        connection.execute(update(table).values(due_at=now() - timedelta(seconds=1)))


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example/events",
        "ftp://portal.example/events",
        "https://",
        "https:///path",
        "https://user@portal.example/",
        "https://user:word@portal.example/",
        "https://portal.example/#part",
        "https://portal.example/a b",
        "https://portal.example:99999/",
        "https://[::1/",
        "https://门户.example/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "portal.example",
    ],
)
def test_a_url_that_webhooks_may_not_go_to_is_refused(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        check_url(url, allow_http=False, allow_private=False)


def test_a_usual_url_is_taken_and_settings_allow_more() -> None:
    check_url("https://portal.example:8443/a?b=1", allow_http=False, allow_private=False)
    check_url("https://8.8.8.8/", allow_http=False, allow_private=False)
    check_url("http://127.0.0.1:80/", allow_http=True, allow_private=True)
    with pytest.raises(AddressRefusedError, match="private network"):
        check_url("http://127.0.0.1:80/", allow_http=True, allow_private=False)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("0.0.0.0", False),
        ("100.64.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:8.8.8.8", False),
        ("64:ff9b::7f00:1", False),  # NAT64 of 127.0.0.1
        ("2002:7f00:1::", False),  # 6to4 of 127.0.0.1
        ("2001:0:7f00:1::", False),  # Teredo
    ],
)
def test_only_addresses_of_the_internet_at_large_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_waits_grow_to_half_a_day() -> None:
    waits = [retry_after(attempts).total_seconds() for attempts in range(1, 9)]
    assert waits == [30, 120, 480, 1920, 7680, 30720, 43200, 43200]
    assert retry_after(1000) == timedelta(hours=12)


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # The example of the specification's reference libraries.
    headers = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        '{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_body_holds_type_time_and_ids() -> None:
    assert payload(EVENT, MOMENT, {"need": "need_1", "rank": None}) == (
        '{"type":"suggestion.created","timestamp":"2026-06-01T12:00:00+00:00",'
        '"data":{"need":"need_1","rank":null}}'
    )


def test_an_event_goes_to_those_who_want_it_and_may_see_the_need(store: Store, need: str) -> None:
    mine = add_webhook(store, "https://a.example/")
    admins = add_webhook(store, "https://b.example/", ADMIN)
    add_webhook(store, "https://c.example/", STRANGER)
    add_webhook(store, "https://d.example/", OWNER, (WebhookEvent.MATCH_STATE_CHANGED,))
    emit(store, need)
    assert {one.webhook for one in waiting(store)} == {mine.id, admins.id}
    emit(store, "need_000000000000000000000000")
    assert len(waiting(store)) == 2


def test_nothing_is_told_where_the_transaction_fails(store: Store, need: str) -> None:
    add_webhook(store, "https://a.example/")
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        outbox.emit(connection, EVENT, need, {})
        raise ZeroDivisionError
    assert waiting(store) == []


def test_a_key_that_ended_is_told_no_more(store: Store, need: str) -> None:
    past = "d" * 12
    add_key(store, past, Role.ADMIN, expires_at=now() - timedelta(days=1))
    add_webhook(store, "https://a.example/", past)
    add_webhook(store, "https://b.example/", "open")  # from before there were keys
    webhook = add_webhook(store, "https://c.example/")
    emit(store, need)
    assert [one.webhook for one in waiting(store)] == [webhook.id]
    with store.writing() as connection:
        keys.revoke(connection, OWNER, now())
    assert send(store) == {}
    (given_up,) = waiting(store)
    assert (given_up.state, given_up.last_error) == (DeliveryState.DEAD, "the key ended")


def test_what_waits_is_sent_signed_and_once(store: Store, need: str) -> None:
    from standardwebhooks import Webhook as Verifier

    with receiver() as there:
        add_webhook(store, f"{there.url}?tenant=1")
        emit(store, need)
        assert send(store) == {"delivered": 1}
        assert send(store) == {}
        ((path, headers, body),) = there.received
    assert path == "/events?tenant=1"
    assert headers["content-type"] == "application/json"
    assert headers["host"] == there.url.split("/")[2]
    told = Verifier(SECRET).verify(body, headers)
    assert told["type"] == "suggestion.created" and told["data"] == {"need": need}
    (delivery,) = waiting(store)
    assert headers["webhook-id"] == delivery.id and body.decode() == delivery.body
    assert (delivery.state, delivery.last_status) == (DeliveryState.DELIVERED, 204)
    assert delivery.attempts == 1 and delivery.settled_at is not None


def test_a_failure_is_tried_again_later_and_in_the_end_given_up(store: Store, need: str) -> None:
    with receiver() as there:
        there.status, there.body = 500, b"x" * 100_000
        add_webhook(store, there.url)
        emit(store, need)
        for attempts in (1, 2):
            start = now()
            assert send(store) == {"waiting": 1}
            (delivery,) = waiting(store)
            assert (delivery.attempts, delivery.last_status) == (attempts, 500)
            wait = delivery.due_at - start
            assert retry_after(attempts) <= wait < retry_after(attempts) + timedelta(seconds=9)
            assert send(store) == {}  # it is not due yet
            make_due(store)
        assert send(store) == {"dead": 1}
        make_due(store)
        assert send(store) == {}
    (delivery,) = waiting(store)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DEAD, 3)
    assert len({headers["webhook-id"] for _, headers, _ in there.received}) == 1
    assert len(there.received) == 3


def test_a_redirect_is_not_followed(store: Store, need: str) -> None:
    with receiver() as there, receiver() as elsewhere:
        there.status, there.location = 307, elsewhere.url
        add_webhook(store, there.url)
        emit(store, need)
        assert send(store) == {"waiting": 1}
    assert len(there.received) == 1 and elsewhere.received == []


def test_one_that_hangs_holds_up_no_other(
    store: Store, need: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver_webhooks, "SECONDS", 0.5)
    with receiver() as slow, receiver() as quick:
        slow.pause = 1.5
        hung = add_webhook(store, slow.url)
        add_webhook(store, quick.url)
        for _ in range(outbox.PER_WEBHOOK + 2):
            emit(store, need)
        start = now()
        assert send(store) == {"waiting": 5, "delivered": 5}
        assert now() - start < timedelta(seconds=10)
        assert len(quick.received) == 5
    assert {
        one.last_error for one in waiting(store) if one.webhook == hung.id and one.attempts
    } == {"timed out"}


def test_a_port_where_nobody_listens_is_told(store: Store, need: str) -> None:
    with receiver() as there:
        pass
    add_webhook(store, there.url)
    emit(store, need)
    assert send(store) == {"waiting": 1}
    assert waiting(store)[0].last_error == "no connection"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://localhost:9/", "the address is refused"),
        ("http://portal.example/", "the address is refused"),
        ("https://name.invalid/", "the name is not known"),
    ],
)
def test_where_a_name_leads_is_looked_at_when_it_is_sent_to(
    store: Store, need: str, url: str, why: str
) -> None:
    add_webhook(store, url)
    emit(store, need)
    assert send(store, Rules()) == {"waiting": 1}
    assert waiting(store)[0].last_error == why


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    store: Store, need: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(host: str, port: int) -> list[object]:
        return [(0, 0, 0, "", ("8.8.8.8", port)), (0, 0, 0, "", ("10.0.0.1", port))]

    monkeypatch.setattr(anyio, "getaddrinfo", found)
    add_webhook(store, "https://portal.example/")
    emit(store, need)
    assert send(store, Rules()) == {"waiting": 1}
    assert waiting(store)[0].last_error == "the address is refused"


def test_a_proxy_of_the_environment_is_not_used(
    store: Store, need: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as there, receiver() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        add_webhook(store, there.url)
        emit(store, need)
        assert send(store) == {"delivered": 1}
    assert len(there.received) == 1 and proxy.received == []


def test_the_certificate_must_be_the_names_own(store: Store, need: str, tmp_path: Path) -> None:
    """The connection goes to an address; whom it reaches is still told by the name."""
    certificate = self_signed("localhost", tmp_path / "localhost.pem")
    trusting = ssl.create_default_context(cafile=certificate)
    with receiver(certificate) as there:
        port = there.url.split(":")[2]
        add_webhook(store, f"https://localhost:{port}")
        add_webhook(store, f"https://127.0.0.1:{port}")
        emit(store, need)
        sent = anyio.run(Sender(store, CIPHER, HERE, trusting).send_due)
        assert sent == {DeliveryState.DELIVERED: 1, DeliveryState.WAITING: 1}
        ((_, headers, _),) = there.received
        assert headers["host"] == f"localhost:{port.split('/')[0]}"
        make_due(store)
        assert send(store) == {"waiting": 1}  # nobody but the test believes that certificate
    assert len(there.received) == 1


def test_what_one_process_claimed_no_other_sends(store: Store, need: str) -> None:
    add_webhook(store, "https://a.example/")
    emit(store, need)
    moment = now()
    until = moment + timedelta(minutes=2)
    with store.writing() as connection:
        assert len(outbox.claim(connection, moment, until, 20)) == 1
        assert outbox.claim(connection, moment, until, 20) == []
        # A process that died claimed it: after its time another one may.
        assert len(outbox.claim(connection, until + timedelta(seconds=1), until, 20)) == 1


def test_several_senders_send_each_once(store: Store, need: str) -> None:
    with receiver() as there:
        add_webhook(store, there.url)
        for _ in range(12):
            emit(store, need)

        def work() -> None:
            anyio.run(Sender(store, CIPHER, HERE).send_all)

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(there.received) == 12
    assert len({headers["webhook-id"] for _, headers, _ in there.received}) == 12


def test_a_secret_sealed_by_another_key_is_told_and_the_others_go_on(
    store: Store, need: str
) -> None:
    with receiver() as there:
        webhook = add_webhook(store, there.url)
        other = encryption.cipher(SecretStr(Fernet.generate_key().decode()))
        sealed = encryption.seal(other, {"secret": SECRET})
        with store.writing() as connection:
            stored.remove(connection, webhook.id, webhooks.c.id == webhook.id)
            stored.add(connection, replace(webhook, secret=sealed))
        add_webhook(store, there.url)
        emit(store, need)
        assert send(store) == {"waiting": 1, "delivered": 1}
    assert "the secret cannot be opened" in {one.last_error for one in waiting(store)}


def test_secrets_are_resealed_with_everything_else(store: Store, need: str) -> None:
    add_webhook(store, "https://a.example/")
    new = Fernet.generate_key().decode()
    with store.writing() as connection:
        both = SecretStr(f"{new},{KEY.get_secret_value()}")
        assert personal_contacts.reseal_all(connection, both) == 1
        (webhook,) = stored.each(connection)
    assert encryption.unseal(encryption.cipher(SecretStr(new)), webhook.secret) == {
        "secret": SECRET
    }


def test_a_webhook_is_deleted_with_what_waits_for_it(store: Store, need: str) -> None:
    webhook = add_webhook(store, "https://a.example/")
    emit(store, need)
    with store.writing() as connection:
        with pytest.raises(WebhookNotFoundError):
            stored.remove(connection, webhook.id, webhooks.c.created_by == STRANGER)
        stored.remove(connection, webhook.id, webhooks.c.created_by == OWNER)
    assert waiting(store) == []


def test_what_is_settled_is_forgotten_after_a_month(store: Store, need: str) -> None:
    add_webhook(store, "https://a.example/")
    emit(store, need)
    moment = now()
    with store.writing() as connection:
        (claimed,) = outbox.claim(connection, moment, moment + timedelta(minutes=1), 1)
        outbox.settle(connection, claimed, Attempt(200), moment, 3)
        assert outbox.prune(connection, moment + KEPT_FOR) == 0
        assert outbox.prune(connection, moment + KEPT_FOR + timedelta(seconds=1)) == 1


def test_a_key_has_twenty_webhooks_at_most(store: Store) -> None:
    for number in range(20):
        add_webhook(store, f"https://a.example/{number}")
    with pytest.raises(TooManyWebhooksError):
        add_webhook(store, "https://a.example/20")
    add_webhook(store, "https://a.example/20", STRANGER)
