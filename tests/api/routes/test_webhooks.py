"""Webhooks over HTTP, from their making to a verified message, and the command beside it."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from fastapi.testclient import TestClient
from standardwebhooks import Webhook as Verifier

from api.app import create_app
from api.schemas.webhooks import DeliveriesView, NewWebhookView, WebhooksView
from matcher.access.roles import Role
from matcher.matches.webhook import WebhookEvent
from matcher.settings import Settings
from matcher.store import audit, outbox
from matcher.wiring.open import open_store
from tests.support.command import run
from tests.support.receivers import receiver
from tests.support.reverse_samples import HEAT, keep_need, make_key

DOCS = Path(__file__).parents[3] / "docs"
CONTACT_KEY = Fernet.generate_key().decode()
FORM = {"url": "https://portal.example/events", "events": ["suggestion.created"]}


@pytest.fixture
def open_settings(settings: Settings) -> Settings:
    """With a key to seal secrets by, and webhooks that may go to this machine."""
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
    found: list[Any] = response.json()["deliveries"]
    return found


def settled(client: TestClient, webhook: str) -> list[Any]:
    """The deliveries of a webhook once each was tried."""
    for _ in range(200):
        found = delivered(client, webhook)
        if found and all(one["attempts"] for one in found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"not tried: {found}")


def test_the_secret_is_shown_once_and_stored_sealed(
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
    told = Verifier(made["secret"]).verify(body, headers)
    assert told["data"] == {"need": need}
    assert (sent["state"], sent["last_status"], sent["due_at"]) == ("delivered", 204, None)
    assert sent["id"] == headers["webhook-id"]
    assert delivered(portal_api, made["id"], state="dead") == []


def test_a_step_of_a_match_is_told(portal_api: TestClient, open_settings: Settings) -> None:
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
    told = Verifier(made["secret"]).verify(body, headers)
    assert told["type"] == "match.state_changed"
    assert told["data"] == {
        "match": match["id"],
        "need": need,
        "patent": match["patent"],
        "from_state": "recommended",
        "to_state": "viewed",
    }


def test_one_that_is_down_slows_no_request(portal_api: TestClient, open_settings: Settings) -> None:
    need = keep_need(open_settings, HEAT)
    with receiver() as there:
        there.pause = 1.5
        made = make(portal_api, url=there.url)
        emit(open_settings, need)
        while not there.received:
            time.sleep(0.02)
        start = time.monotonic()
        for _ in range(5):
            assert portal_api.get("/v1/patents").status_code == 200
        taken = time.monotonic() - start
        (waiting,) = delivered(portal_api, made["id"])
        assert waiting["state"] == "waiting"  # it hung all the while
    assert taken < 1.5


def test_without_a_key_to_seal_by_none_is_made(client: TestClient) -> None:
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
def test_a_form_that_cannot_be_used_is_refused(settings: Settings, fields: Any) -> None:
    strict = settings.model_copy(update={"contact_key": None})
    with TestClient(create_app(strict)) as client:
        assert client.post("/v1/webhooks", json={**FORM, **fields}).status_code == 422


def test_each_key_has_its_own(portal_api: TestClient, open_settings: Settings) -> None:
    portal, other = make_key(open_settings, Role.PORTAL), make_key(open_settings, Role.PORTAL)
    admin = make_key(open_settings, Role.ADMIN)
    mine, theirs = make(portal_api, portal), make(portal_api, other)
    admins = make(portal_api, admin)

    def seen(headers: dict[str, str]) -> list[str]:
        found = portal_api.get("/v1/webhooks", headers=headers).json()["webhooks"]
        return [one["id"] for one in found]

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
    assert [one["id"] for one in [*first["webhooks"], *rest["webhooks"]]] == ids
    assert rest["next_cursor"] is None
    assert portal_api.get("/v1/webhooks", params={"cursor": "x"}).status_code == 422
    need = keep_need(open_settings, HEAT)
    for _ in range(3):
        emit(open_settings, need)
    path = f"/v1/webhooks/{ids[0]}/deliveries"
    first = portal_api.get(path, params={"limit": 2}).json()
    rest = portal_api.get(path, params={"cursor": first["next_cursor"]}).json()
    found = [one["id"] for one in [*first["deliveries"], *rest["deliveries"]]]
    assert len(set(found)) == 3 and rest["next_cursor"] is None


def test_the_audit_trail_tells_who_made_and_deleted_one(
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
        told = json.loads(run("webhooks", "deliver", "--json").stdout)
        assert told == {"delivered": 0, "failed": 0, "dead": 1}
    result = run("webhooks", "list", "--json")
    listed = json.loads(result.stdout)
    assert [one["id"] for one in listed["webhooks"]] == [made["id"]]
    assert [(one["webhook"], one["last_status"]) for one in listed["dead"]] == [(made["id"], 500)]
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
