"""Outbox and sender of webhook deliveries."""

import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
    DELIVERY_RETENTION,
    Delivery,
    DeliveryState,
    TooManyWebhooksError,
    Webhook,
    WebhookEvent,
    WebhookNotFoundError,
    new_secret,
    retry_delay,
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
from matcher.workflows.deliver_webhooks import DeliveryRules, Sender
from tests.support.receivers import receiver, self_signed
from tests.support.waiting import wait_for

KEY = SecretStr(Fernet.generate_key().decode())
CIPHER = encryption.cipher(KEY)
SECRET = new_secret()
HERE = DeliveryRules(allow_http=True, allow_private=True, max_attempts=3)
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


def send(store: Store, rules: DeliveryRules = HERE) -> dict[str, int]:
    sent = anyio.run(Sender(store, CIPHER, rules).send_due)
    return {state.value: number for state, number in sent.items()}


def make_due(store: Store) -> None:
    """Let the time pass until everything that waits is due."""
    with store.writing() as connection:
        connection.execute(update(table).values(due_at=now() - timedelta(seconds=1)))


def test_an_event_goes_to_subscribers_that_may_see_the_need(store: Store, need: str) -> None:
    mine = add_webhook(store, "https://a.example/")
    admins = add_webhook(store, "https://b.example/", ADMIN)
    add_webhook(store, "https://c.example/", STRANGER)
    add_webhook(store, "https://d.example/", OWNER, (WebhookEvent.MATCH_STATE_CHANGED,))
    emit(store, need)
    assert {delivery.webhook for delivery in waiting(store)} == {mine.id, admins.id}
    emit(store, "need_000000000000000000000000")
    assert len(waiting(store)) == 2


def test_a_failed_transaction_emits_nothing(store: Store, need: str) -> None:
    add_webhook(store, "https://a.example/")
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        outbox.emit(connection, EVENT, need, {})
        raise ZeroDivisionError
    assert waiting(store) == []


def test_an_ended_key_gets_no_delivery(store: Store, need: str) -> None:
    past = "d" * 12
    add_key(store, past, Role.ADMIN, expires_at=now() - timedelta(days=1))
    add_webhook(store, "https://a.example/", past)
    add_webhook(store, "https://b.example/", "open")  # from before there were keys
    webhook = add_webhook(store, "https://c.example/")
    emit(store, need)
    assert [delivery.webhook for delivery in waiting(store)] == [webhook.id]
    with store.writing() as connection:
        keys.revoke(connection, OWNER, now())
    assert send(store) == {}
    (given_up,) = waiting(store)
    assert (given_up.state, given_up.last_error) == (DeliveryState.DEAD, "the key ended")


def test_a_due_delivery_is_sent_signed_and_once(store: Store, need: str) -> None:
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
    verified = Verifier(SECRET).verify(body, headers)
    assert verified["type"] == "suggestion.created" and verified["data"] == {"need": need}
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
            wait = retry_delay(attempts)
            assert start + wait <= delivery.due_at <= now() + wait
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


def test_a_hanging_receiver_holds_up_no_other(
    store: Store, need: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver_webhooks, "TIMEOUT_SECONDS", 60)
    with receiver() as slow, receiver() as quick:
        slow.may_answer.clear()
        add_webhook(store, slow.url)
        add_webhook(store, quick.url)
        for _ in range(outbox.MAX_PER_WEBHOOK + 2):
            emit(store, need)

        def release() -> None:
            wait_for(lambda: len(quick.received) == outbox.MAX_PER_WEBHOOK)
            slow.may_answer.set()

        with ThreadPoolExecutor(1) as pool:
            released = pool.submit(release)
            assert send(store) == {"delivered": 2 * outbox.MAX_PER_WEBHOOK}
            released.result()


def test_a_receiver_that_never_answers_times_out(
    store: Store, need: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver_webhooks, "TIMEOUT_SECONDS", 0.1)
    with receiver() as hung:
        hung.may_answer.clear()
        add_webhook(store, hung.url)
        emit(store, need)
        assert send(store) == {"waiting": 1}
        hung.may_answer.set()
    (delivery,) = waiting(store)
    assert (delivery.attempts, delivery.last_error) == (1, "timed out")


def test_a_closed_port_is_recorded_as_an_error(store: Store, need: str) -> None:
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
def test_a_host_name_is_checked_when_the_delivery_is_sent(
    store: Store, need: str, url: str, why: str
) -> None:
    add_webhook(store, url)
    emit(store, need)
    assert send(store, DeliveryRules()) == {"waiting": 1}
    assert waiting(store)[0].last_error == why


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    store: Store, need: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(host: str, port: int) -> list[object]:
        return [(0, 0, 0, "", ("8.8.8.8", port)), (0, 0, 0, "", ("10.0.0.1", port))]

    monkeypatch.setattr(anyio, "getaddrinfo", resolve)
    add_webhook(store, "https://portal.example/")
    emit(store, need)
    assert send(store, DeliveryRules()) == {"waiting": 1}
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


def test_the_certificate_must_match_the_host_name(store: Store, need: str, tmp_path: Path) -> None:
    """The connection goes to an address; the certificate is still checked by the host name."""
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


def test_a_claimed_delivery_is_sent_by_no_other_process(store: Store, need: str) -> None:
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


def test_a_secret_of_another_key_fails_alone(store: Store, need: str) -> None:
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
    assert "the secret cannot be opened" in {delivery.last_error for delivery in waiting(store)}


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


def test_a_webhook_is_deleted_with_its_deliveries(store: Store, need: str) -> None:
    webhook = add_webhook(store, "https://a.example/")
    emit(store, need)
    with store.writing() as connection:
        with pytest.raises(WebhookNotFoundError):
            stored.remove(connection, webhook.id, webhooks.c.created_by == STRANGER)
        stored.remove(connection, webhook.id, webhooks.c.created_by == OWNER)
    assert waiting(store) == []


def test_settled_deliveries_are_pruned_after_a_month(store: Store, need: str) -> None:
    add_webhook(store, "https://a.example/")
    emit(store, need)
    moment = now()
    with store.writing() as connection:
        (claimed,) = outbox.claim(connection, moment, moment + timedelta(minutes=1), 1)
        outbox.record_attempt(connection, claimed, Attempt(200), moment, 3)
        assert outbox.prune(connection, moment + DELIVERY_RETENTION) == 0
        assert outbox.prune(connection, moment + DELIVERY_RETENTION + timedelta(seconds=1)) == 1


def test_a_key_has_twenty_webhooks_at_most(store: Store) -> None:
    for number in range(20):
        add_webhook(store, f"https://a.example/{number}")
    with pytest.raises(TooManyWebhooksError):
        add_webhook(store, "https://a.example/20")
    add_webhook(store, "https://a.example/20", STRANGER)
