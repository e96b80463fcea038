"""Webhooks over HTTP, from creation to a verified message, and their command."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from fastapi.testclient import TestClient
from standardwebhooks import Webhook as Verifier

from api.app import create_app
from api.middleware import server_log
from api.schemas.webhooks import DeliveriesView, NewWebhookView, WebhooksView
from matcher.access.roles import Role
from matcher.matches.webhook import WebhookEvent
from matcher.settings import Settings
from matcher.store import audit, outbox
from matcher.wiring.open import open_store
from tests.support.command import run
from tests.support.receivers import receiver
from tests.support.reverse_samples import HEAT, keep_need, make_key
from tests.support.waiting import wait_for

DOCS = Path(__file__).parents[3] / "docs"
CONTACT_KEY = Fernet.generate_key().decode()
FORM = {"url": "https://portal.example/events", "events": ["suggestion.created"]}


@pytest.fixture
def open_settings(settings: Settings) -> Settings:
    """Settings with an encryption key, and webhooks that may go to this machine."""
    return Settings(
        model="fake",
        home=settings.home,
        database_url=None,
        contact_key=CONTACT_KEY,
        webhook_allow_http=True,
        webhook_allow_private=True,
        background_seconds=0.05,
    )


@pytest.fixture
def portal_api(open_settings: Settings) -> Iterator[TestClient]:
    """The API, which sends webhooks in the background."""
    with TestClient(create_app(open_settings)) as client:
        yield client


def make(client: TestClient, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    response = client.post("/v1/webhooks", json={**FORM, **fields}, headers=headers)
    assert response.status_code == 201, response.text
    NewWebhookView.model_validate_json(response.text)
    return response.json()


def emit(settings: Settings, need: str, event: str = "suggestion.created") -> None:
    with open_store(settings) as store, store.writing() as connection:
        outbox.emit(connection, WebhookEvent(event), need, {"need": need})


def delivered(client: TestClient, webhook: str, headers: Any = None, **asked: str) -> list[Any]:
    response = client.get(f"/v1/webhooks/{webhook}/deliveries", params=asked, headers=headers)
    assert response.status_code == 200, response.text
    DeliveriesView.model_validate_json(response.text)
    deliveries: list[Any] = response.json()["deliveries"]
    return deliveries


def settled(client: TestClient, webhook: str) -> list[Any]:
    """Wait until each delivery of a webhook was attempted, and return them."""

    def attempted() -> list[Any]:
        deliveries = delivered(client, webhook)
        return deliveries if all(delivery["attempts"] for delivery in deliveries) else []

    return wait_for(attempted)


def test_the_secret_is_shown_once_and_stored_encrypted(
    portal_api: TestClient, open_settings: Settings
) -> None:
    made = make(portal_api)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", made["secret"])
    listed = portal_api.get("/v1/webhooks")
    WebhooksView.model_validate_json(listed.text)
    (shown,) = listed.json()["webhooks"]
    assert shown == {key: value for key, value in made.items() if key != "secret"}
    for file in open_settings.home.glob("matcher.sqlite*"):
        assert made["secret"].removeprefix("whsec_").encode() not in file.read_bytes()


def test_an_event_arrives_signed(portal_api: TestClient, open_settings: Settings) -> None:
    need = keep_need(open_settings, HEAT)
    with receiver() as there:
        made = make(portal_api, url=there.url)
        emit(open_settings, need)
        (sent,) = settled(portal_api, made["id"])
        ((_, headers, body),) = there.received
    message = Verifier(made["secret"]).verify(body, headers)
    assert message["data"] == {"need": need}
    assert (sent["state"], sent["last_status"], sent["due_at"]) == ("delivered", 204, None)
    assert sent["id"] == headers["webhook-id"]
    assert delivered(portal_api, made["id"], state="dead") == []


def test_a_step_of_a_match_is_delivered(portal_api: TestClient, open_settings: Settings) -> None:
    need = keep_need(open_settings, HEAT)
    ranked = portal_api.post(f"/v1/needs/{need}/match", json={"k": 1})
    assert ranked.status_code == 201, ranked.text
    (match,) = portal_api.get(f"/v1/needs/{need}/matches").json()["matches"]
    with receiver() as there:
        made = make(portal_api, url=there.url, events=["match.state_changed"])
        step = portal_api.post(
            f"/v1/matches/{match['id']}/follow-ups",
            json={"to": "viewed"},
            headers={"If-Match": "*"},
        )
        assert step.status_code in (200, 201), step.text
        settled(portal_api, made["id"])
        ((_, headers, body),) = there.received
    message = Verifier(made["secret"]).verify(body, headers)
    assert message["type"] == "match.state_changed"
    assert message["data"] == {
        "match": match["id"],
        "need": need,
        "patent": match["patent"],
        "from_state": "recommended",
        "to_state": "viewed",
    }


def test_a_delivery_is_logged_under_the_request_that_caused_it(
    portal_api: TestClient, open_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    need, request = keep_need(open_settings, HEAT), str(uuid4())
    assert portal_api.post(f"/v1/needs/{need}/match", json={"k": 1}).status_code == 201
    (match,) = portal_api.get(f"/v1/needs/{need}/matches").json()["matches"]
    caplog.handler.setFormatter(server_log.formatter("json"))
    with receiver() as there, caplog.at_level(logging.INFO, "matcher.workflows.deliver_webhooks"):
        made = make(portal_api, url=there.url, events=["match.state_changed"])
        portal_api.post(
            f"/v1/matches/{match['id']}/follow-ups",
            json={"to": "viewed"},
            headers={"If-Match": "*", "X-Request-ID": request},
        )
        (sent,) = settled(portal_api, made["id"])
        (line,) = wait_for(
            lambda: [line for line in caplog.text.splitlines() if sent["id"] in line]
        )
    told = json.loads(line)
    assert (told["request_id"], told["state"], told["receiver_status"]) == (
        request,
        "delivered",
        204,
    )
    assert there.url not in caplog.text and made["secret"] not in caplog.text


def test_a_hanging_receiver_delays_no_request(
    portal_api: TestClient, open_settings: Settings
) -> None:
    need = keep_need(open_settings, HEAT)
    with receiver() as there:
        there.may_answer.clear()
        made = make(portal_api, url=there.url)
        emit(open_settings, need)
        wait_for(lambda: there.received)
        for _ in range(5):
            assert portal_api.get("/v1/patents").status_code == 200
        (waiting,) = delivered(portal_api, made["id"])
        assert waiting["state"] == "waiting"


def test_without_an_encryption_key_no_webhook_is_created(client: TestClient) -> None:
    response = client.post("/v1/webhooks", json=FORM)
    assert response.status_code == 409
    assert "MATCHER_CONTACT_KEY" in response.json()["detail"]


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "http://portal.example/"},
        {"url": "https://127.0.0.1/"},
        {"url": "https://x/" + "a" * 2000},
        {"events": []},
        {"events": ["all"]},
        {"events": ["suggestion.created", "suggestion.created"]},
        {"secret": "mine"},
    ],
)
def test_an_invalid_webhook_is_refused(settings: Settings, fields: Any) -> None:
    strict = settings.model_copy(update={"contact_key": None})
    with TestClient(create_app(strict)) as client:
        assert client.post("/v1/webhooks", json={**FORM, **fields}).status_code == 422


def test_each_key_sees_its_own_webhooks(portal_api: TestClient, open_settings: Settings) -> None:
    portal, other = make_key(open_settings, Role.PORTAL), make_key(open_settings, Role.PORTAL)
    admin = make_key(open_settings, Role.ADMIN)
    mine, theirs = make(portal_api, portal), make(portal_api, other)
    admins = make(portal_api, admin)

    def seen(headers: dict[str, str]) -> list[str]:
        webhooks = portal_api.get("/v1/webhooks", headers=headers).json()["webhooks"]
        return [webhook["id"] for webhook in webhooks]

    assert seen(portal) == [mine["id"]] and seen(other) == [theirs["id"]]
    assert seen(admin) == [mine["id"], theirs["id"], admins["id"]]
    for method, path in (("DELETE", ""), ("GET", "/deliveries")):
        response = portal_api.request(method, f"/v1/webhooks/{theirs['id']}{path}", headers=portal)
        assert response.status_code == 404
        assert response.json()["type"] == "urn:problem-type:matcher:webhook-not-found"
    assert portal_api.delete(f"/v1/webhooks/{mine['id']}", headers=portal).status_code == 204
    assert portal_api.delete(f"/v1/webhooks/{theirs['id']}", headers=admin).status_code == 204
    assert seen(admin) == [admins["id"]]
    for role in (Role.STAFF, Role.AUDITOR):
        headers = make_key(open_settings, role)
        assert portal_api.post("/v1/webhooks", json=FORM, headers=headers).status_code == 403


def test_pages_of_webhooks_and_deliveries(portal_api: TestClient, open_settings: Settings) -> None:
    ids = [make(portal_api, url=f"https://name.invalid/{number}")["id"] for number in range(3)]
    first = portal_api.get("/v1/webhooks", params={"limit": 2}).json()
    rest = portal_api.get("/v1/webhooks", params={"cursor": first["next_cursor"]}).json()
    assert [webhook["id"] for webhook in [*first["webhooks"], *rest["webhooks"]]] == ids
    assert rest["next_cursor"] is None
    assert portal_api.get("/v1/webhooks", params={"cursor": "x"}).status_code == 422
    need = keep_need(open_settings, HEAT)
    for _ in range(3):
        emit(open_settings, need)
    path = f"/v1/webhooks/{ids[0]}/deliveries"
    first = portal_api.get(path, params={"limit": 2}).json()
    rest = portal_api.get(path, params={"cursor": first["next_cursor"]}).json()
    delivery_ids = [delivery["id"] for delivery in [*first["deliveries"], *rest["deliveries"]]]
    assert len(set(delivery_ids)) == 3 and rest["next_cursor"] is None


def test_creating_and_deleting_a_webhook_leaves_audit_rows(
    portal_api: TestClient, open_settings: Settings
) -> None:
    made = make(portal_api)
    portal_api.delete(f"/v1/webhooks/{made['id']}")
    with open_store(open_settings) as store, store.reading() as connection:
        rows = audit.page(connection, subject=made["id"])
    assert [row.action for row in rows] == ["webhook.created", "webhook.deleted"]
    assert dict(rows[0].details) == {"host": "portal.example", "events": "suggestion.created"}


def test_the_commands_list_and_send(
    open_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_HOME", str(open_settings.home))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    result = run("webhooks", "deliver")
    assert result.exit_code == 2 and "MATCHER_CONTACT_KEY" in result.stderr
    monkeypatch.setenv("MATCHER_CONTACT_KEY", CONTACT_KEY)
    assert run("webhooks", "deliver").stdout == "0 delivered, 0 to be tried again, 0 given up\n"
    need = keep_need(open_settings, HEAT)
    quiet = open_settings.model_copy(update={"background_seconds": 0})
    with receiver() as there, TestClient(create_app(quiet)) as client:
        there.status = 500
        made = make(client, url=there.url)
        emit(quiet, need)
        monkeypatch.setenv("MATCHER_WEBHOOK_ALLOW_HTTP", "true")
        monkeypatch.setenv("MATCHER_WEBHOOK_ALLOW_PRIVATE", "true")
        monkeypatch.setenv("MATCHER_WEBHOOK_ATTEMPTS", "1")
        counts = json.loads(run("webhooks", "deliver", "--json").stdout)
        assert counts == {"delivered": 0, "failed": 0, "dead": 1}
    result = run("webhooks", "list", "--json")
    listed = json.loads(result.stdout)
    assert [webhook["id"] for webhook in listed["webhooks"]] == [made["id"]]
    assert [(delivery["webhook"], delivery["last_status"]) for delivery in listed["dead"]] == [
        (made["id"], 500)
    ]
    assert made["secret"] not in result.output
    assert f"given up: {listed['dead'][0]['id']}" in run("webhooks", "list").stdout


def test_the_documented_receiver_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import timedelta

    from matcher.matches.webhook import new_secret, payload, signed_headers
    from matcher.store.schema.times import now

    text = (DOCS / "webhooks.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    secret, body = new_secret(), payload(WebhookEvent.SUGGESTION_CREATED, now(), {"need": "need_1"})
    headers = signed_headers(secret, "delivery_1", now(), body)
    receive = names["receive"]
    assert receive(secret, headers, body.encode()) == 204
    assert receive(secret, headers, body.encode()) == 204
    assert capsys.readouterr().out == "suggestion.created {'need': 'need_1'}\n"
    assert receive(secret, headers, body.replace("need_1", "need_2").encode()) == 400
    assert receive(new_secret(), headers, body.encode()) == 400
    late = signed_headers(secret, "delivery_2", now() - timedelta(minutes=6), body)
    assert receive(secret, late, body.encode()) == 400


def test_the_page_names_every_event_and_setting() -> None:
    text = (DOCS / "webhooks.md").read_text("utf-8")
    for event in WebhookEvent:
        assert f"`{event.value}`" in text
    for name, field in Settings.model_fields.items():
        if name.startswith(("webhook_", "background_")):
            default = str(field.default).lower()
            assert f"| `MATCHER_{name.upper()}` | {default} |" in text
