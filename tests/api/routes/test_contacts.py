"""Reveals, relayed messages, consents, the audit trail and subject reports over HTTP."""

import csv
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.types import ConsentScope, PersonalContact
from matcher.wiring.open import open_store
from tests.support.callers import Headers, header
from tests.support.contact_samples import (
    CONTACT,
    ELSEWHERE,
    FIRM,
    KEY,
    MAIL,
    MASKED,
    MATCH,
    PHONE,
    add_matches,
    keep,
)
from tests.support.samples import INSTITUTION, TTO

REVEAL, RELAY = f"/v1/matches/{MATCH}/contact-reveals", f"/v1/matches/{MATCH}/relay-requests"
WHY = {"reason": "约定技术洽谈（样例）"}
CONSENT = {
    "person": "样例乙",
    "institution": INSTITUTION,
    "team": "储能材料团队",
    "scope": "granted",
    "purpose": "洽谈（样例）",
    "recipients": [FIRM],
    "evidence": "样例同意书3号",
    "phone": "13811112222",
}


@pytest.fixture
def home(imported: Settings) -> Settings:
    """A home with two matches and a key for contacts."""
    settings = imported.model_copy(update={"contact_key": KEY, "reveals_per_day": 3})
    with open_store(settings) as store, store.writing() as connection:
        add_matches(connection)
    return settings


@pytest.fixture
def api(home: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(home)) as client:
        yield client


@pytest.fixture
def who(home: Settings) -> dict[Role, Headers]:
    """A key of each role; the enterprise and the office are those of the first match."""
    return {
        role: header(home, role, enterprise=FIRM if role is Role.ENTERPRISE else None)
        for role in Role
    }


def held(home: Settings, contact: PersonalContact = CONTACT, **changes: Any) -> tuple[str, str]:
    with open_store(home) as store, store.writing() as connection:
        return keep(connection, replace(contact, **changes))


def seen(api: TestClient, headers: Headers) -> tuple[str, str | None, str | None]:
    answer = api.post(REVEAL, json=WHY, headers=headers)
    assert answer.status_code == 200, answer.text
    (contact,) = answer.json()["contacts"]
    return contact["tier"], contact["phone"], contact["email"]


def trail(api: TestClient, who: dict[Role, Headers], **asked: Any) -> list[dict[str, Any]]:
    answer = api.get("/v1/audit", params=asked, headers=who[Role.AUDITOR])
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


@pytest.mark.parametrize(
    ("scope", "recipients", "opened_to"),
    [
        (ConsentScope.PUBLIC, (), {Role.ENTERPRISE, Role.TTO, Role.STAFF, Role.ADMIN}),
        (ConsentScope.EVENT, (), {Role.STAFF}),
        (ConsentScope.EVENT, (FIRM,), {Role.STAFF, Role.ENTERPRISE}),
        (ConsentScope.GRANTED, (FIRM,), {Role.ENTERPRISE}),
        (ConsentScope.GRANTED, (MATCH,), {Role.ENTERPRISE, Role.TTO, Role.STAFF, Role.ADMIN}),
        (ConsentScope.GRANTED, (ELSEWHERE,), set()),
    ],
)
def test_each_caller_sees_a_contact_by_its_consents(
    api: TestClient,
    home: Settings,
    who: dict[Role, Headers],
    scope: ConsentScope,
    recipients: tuple[str, ...],
    opened_to: set[Role],
) -> None:
    held(home, scope=scope, recipients=recipients)
    for role in (Role.ENTERPRISE, Role.TTO, Role.STAFF, Role.ADMIN):
        whole = (scope.value, PHONE, MAIL)
        assert seen(api, who[role]) == (whole if role in opened_to else ("masked", *MASKED)), role


def test_a_caller_without_the_match_learns_no_contact(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    held(home)
    elsewhere = f"/v1/matches/{ELSEWHERE}/contact-reveals"
    for role in (Role.ENTERPRISE, Role.TTO):
        assert api.post(elsewhere, json=WHY, headers=who[role]).status_code == 404
    for path in (REVEAL, RELAY):  # the portal sent none of these needs in
        body = WHY if path == REVEAL else {"message": "请转告（样例）"}
        answer = api.post(path, json=body, headers=who[Role.PORTAL])
        assert answer.status_code == 404 and "match-not-found" in answer.json()["type"]
        assert api.post(path, json=body, headers=who[Role.AUDITOR]).status_code == 403
    assert trail(api, who, action="contact.revealed") == []


def test_a_reveal_leaves_an_audit_row_with_the_reason_and_without_the_person(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    contact, consent = held(home, purpose="技术洽谈（样例）")
    answer = api.post(REVEAL, json=WHY, headers=who[Role.ENTERPRISE])
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["contacts"][0] == {
        "contact": contact,
        "person": "样例甲",
        "institution": INSTITUTION,
        "team": "储能材料团队",
        "tier": "public",
        "phone": PHONE,
        "email": MAIL,
        "purpose": "技术洽谈（样例）",
        "expires_on": "2099-12-31",
    }
    assert (body["tto"]["phone"], body["relay"]) == (TTO.phone, RELAY)
    (row,) = trail(api, who, action="contact.revealed")
    assert (row["subject"], row["role"]) == (MATCH, "enterprise")
    assert row["details"] == {
        "contact": contact,
        "consent": consent,
        "tier": "public",
        "reason": WHY["reason"],
    }
    assert row["by"] in who[Role.ENTERPRISE]["Authorization"]
    for value in ("样例甲", PHONE, MAIL):
        assert value not in str(row)


@pytest.mark.parametrize(
    "body",
    [{}, {"reason": " "}, {"reason": f"致电{PHONE}"}, {"reason": "找样例甲"}, {"why": "洽谈"}],
)
def test_a_reveal_needs_a_reason_without_personal_data(
    api: TestClient, home: Settings, who: dict[Role, Headers], body: dict[str, str]
) -> None:
    held(home)
    answer = api.post(REVEAL, json=body, headers=who[Role.STAFF])
    assert answer.status_code == 422 and PHONE not in answer.text and "样例甲" not in answer.text
    assert trail(api, who, action="contact.revealed") == []


def test_a_withdrawal_acts_at_once(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    _, consent = held(home)
    assert seen(api, who[Role.ENTERPRISE])[0] == "public"
    withdrawn = api.post(f"/v1/consents/{consent}/withdraw", headers=who[Role.TTO])
    assert withdrawn.status_code == 200 and withdrawn.json()["in_force"] is False
    assert seen(api, who[Role.ENTERPRISE]) == ("masked", *MASKED)
    again = api.post(f"/v1/consents/{consent}/withdraw", headers=who[Role.ADMIN])
    assert again.json() == withdrawn.json()
    assert [row["action"] for row in trail(api, who, subject=withdrawn.json()["contact"])] == [
        "consent.recorded",
        "consent.withdrawn",
    ]


def test_the_reveal_limit_is_answered_with_retry_after(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    held(home)
    for _ in range(3):
        assert seen(api, who[Role.ENTERPRISE])[0] == "public"
    refused = api.post(REVEAL, json=WHY, headers=who[Role.ENTERPRISE])
    assert refused.status_code == 429 and "reveal-limit" in refused.json()["type"]
    assert 86_000 < int(refused.headers["retry-after"]) <= 86_400
    assert PHONE not in refused.text
    assert seen(api, who[Role.STAFF])[0] == "public"


def test_one_of_several_contacts_can_be_revealed(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    first, _ = held(home)
    second, _ = held(home, person="样例乙")
    body = {**WHY, "contact": second}
    answer = api.post(REVEAL, json=body, headers=who[Role.STAFF])
    assert [contact["contact"] for contact in answer.json()["contacts"]] == [second]
    assert trail(api, who, about=first, action="contact.revealed") == []
    other = api.post(REVEAL, json={**WHY, "contact": "contact_0"}, headers=who[Role.STAFF])
    assert other.status_code == 404 and "contact-not-found" in other.json()["type"]


def test_without_any_key_no_contact_is_revealed(api: TestClient, home: Settings) -> None:
    held(home)
    for path, body in ((REVEAL, WHY), (RELAY, {"message": "请转告（样例）"})):
        answer = api.post(path, json=body)
        assert answer.status_code == 403 and "matcher keys create" in answer.json()["detail"]


def test_without_an_encryption_key_a_reveal_is_refused(
    home: Settings, who: dict[Role, Headers]
) -> None:
    held(home)
    with TestClient(create_app(home.model_copy(update={"contact_key": None}))) as api:
        answer = api.post(REVEAL, json=WHY, headers=who[Role.STAFF])
        assert answer.status_code == 409 and "MATCHER_CONTACT_KEY" in answer.json()["detail"]
        relayed = api.post(RELAY, json={"message": "请转告（样例）"}, headers=who[Role.STAFF])
        assert relayed.status_code == 201 and relayed.json()["contacts"][0]["phone"] is None
        consent = api.post("/v1/consents", json=CONSENT, headers=who[Role.TTO])
        assert consent.status_code == 409 and "13811112222" not in consent.text


def test_a_message_is_relayed_and_answered(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    contact, _ = held(home, scope=ConsentScope.GRANTED)
    message = "希望了解中试情况（样例）"
    asked = api.post(
        RELAY, json={"message": message, "contact": contact}, headers=who[Role.ENTERPRISE]
    )
    assert asked.status_code == 201, asked.text
    relay = asked.headers["location"]
    (masked,) = asked.json()["contacts"]
    assert (masked["phone"], masked["email"]) == MASKED
    twice = api.post(RELAY, json={"message": message}, headers=who[Role.ENTERPRISE])
    assert twice.status_code == 409 and asked.json()["id"] in twice.json()["detail"]

    (queued,) = api.get("/v1/relay-requests", headers=who[Role.TTO]).json()["relay_requests"]
    assert (queued["message"], queued["state"]) == (message, "pending")
    early = api.post(f"{relay}/answer", json={"answer": "可以"}, headers=who[Role.TTO])
    assert early.status_code == 409 and "accept, decline" in early.json()["detail"]
    assert api.post(f"{relay}/accept", headers=who[Role.ENTERPRISE]).status_code == 403
    accepted = api.post(f"{relay}/accept", headers=who[Role.TTO]).json()
    assert (accepted["state"], accepted["possible"]) == ("accepted", ["answer", "decline"])
    answer = {"answer": "团队愿意下周交流（样例）"}
    assert api.post(f"{relay}/answer", json=answer, headers=who[Role.TTO]).status_code == 200
    read = api.get(relay, headers=who[Role.ENTERPRISE]).json()
    assert (read["state"], read["answer"], read["possible"]) == ("answered", answer["answer"], [])
    settled = api.post(f"{relay}/decline", json={}, headers=who[Role.TTO])
    assert settled.status_code == 409

    rows = trail(api, who, subject=asked.json()["id"])
    assert [row["action"] for row in rows] == [
        "relay.requested",
        "relay.accepted",
        "relay.answered",
    ]
    assert message not in str(rows) and answer["answer"] not in str(rows)


def test_an_office_sees_only_its_own_queue(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    other = header(home, Role.TTO, institution="样例研究院")
    asked = api.post(RELAY, json={"message": "请转告（样例）"}, headers=who[Role.STAFF])
    relay = asked.headers["location"]
    assert api.get("/v1/relay-requests", headers=other).json()["relay_requests"] == []
    for answer in (
        api.get(relay, headers=other),
        api.get(relay, headers=who[Role.PORTAL]),
        api.post(f"{relay}/accept", headers=other),
        api.post(f"{relay}/decline", json={}, headers=other),
    ):
        assert answer.status_code == 404 and "relay-not-found" in answer.json()["type"]


def test_the_queue_comes_in_pages_the_oldest_first(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    asking = [who[Role.STAFF], who[Role.ADMIN], who[Role.ENTERPRISE]]
    ids = [
        api.post(RELAY, json={"message": "请转告（样例）"}, headers=key).json()["id"]
        for key in asking
    ]
    queued, cursor = [], None
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api.get("/v1/relay-requests", params=asked, headers=who[Role.TTO]).json()
        queued += [relay["id"] for relay in page["relay_requests"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert queued == ids
    none = api.get("/v1/relay-requests", params={"state": "declined"}, headers=who[Role.TTO])
    assert none.json()["relay_requests"] == []


def test_an_office_records_a_consent_of_its_own_institution(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    made = api.post("/v1/consents", json=CONSENT, headers=who[Role.TTO])
    assert made.status_code == 201, made.text
    assert str(CONSENT["phone"]) not in made.text and made.json()["in_force"] is True
    assert seen(api, who[Role.ENTERPRISE]) == ("granted", CONSENT["phone"], None)
    assert seen(api, who[Role.STAFF])[0] == "masked"
    without = {k: v for k, v in CONSENT.items() if k != "phone"} | {"scope": "event"}
    second = api.post("/v1/consents", json=without, headers=who[Role.TTO]).json()
    assert second["contact"] == made.json()["contact"]

    other = header(home, Role.TTO, institution="样例研究院")
    assert api.post("/v1/consents", json=CONSENT, headers=other).status_code == 403
    assert api.get("/v1/consents", headers=other).json()["consents"] == []
    consent = made.headers["location"]
    assert api.get(consent, headers=other).status_code == 404
    assert api.post(f"{consent}/withdraw", headers=other).status_code == 404
    assert api.get(consent, headers=who[Role.ADMIN]).json() == made.json()
    for role in (Role.ENTERPRISE, Role.PORTAL, Role.STAFF, Role.AUDITOR):
        assert api.get("/v1/consents", headers=who[role]).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"recipients": []},
        {"expires_on": "2020-01-01"},
        {"given_on": "2099-01-01"},
        {"phone": None},
        {"purpose": " "},
        {"email": "jia"},
    ],
)
def test_an_invalid_consent_is_refused(
    api: TestClient, who: dict[Role, Headers], changes: dict[str, Any]
) -> None:
    answer = api.post("/v1/consents", json={**CONSENT, **changes}, headers=who[Role.TTO])
    assert answer.status_code == 422, answer.text
    assert api.get("/v1/consents", headers=who[Role.TTO]).json()["consents"] == []


def test_consents_in_force_and_in_pages(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    contact, old = held(home)
    _, new = held(home, scope=ConsentScope.EVENT)
    listed = api.get("/v1/consents", params={"contact": contact}, headers=who[Role.TTO]).json()
    assert [consent["id"] for consent in listed["consents"]] == [new, old]
    valid = api.get("/v1/consents", params={"in_force": True}, headers=who[Role.TTO]).json()
    assert [consent["id"] for consent in valid["consents"]] == [new]
    first = api.get("/v1/consents", params={"limit": 1}, headers=who[Role.TTO]).json()
    asked = {"limit": 1, "cursor": first["next_cursor"]}
    rest = api.get("/v1/consents", params=asked, headers=who[Role.TTO]).json()
    assert (rest["consents"][0]["id"], rest["next_cursor"]) == (old, None)
    assert PHONE not in str(listed) and MAIL not in str(listed)


def test_the_auditor_reads_exports_and_verifies_the_trail(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    held(home)
    formula = {"reason": '=HYPERLINK("x")'}
    assert api.post(REVEAL, json=formula, headers=who[Role.STAFF]).status_code == 200
    auditor = who[Role.AUDITOR]
    checked = api.get("/v1/audit/verification", headers=auditor).json()
    rows = trail(api, who)
    assert (checked["is_intact"], checked["rows"], checked["head"]) == (
        True,
        len(rows),
        rows[-1]["digest"],
    )
    since = trail(api, who, since=rows[1]["at"])
    assert [row["seq"] for row in since] == [2]
    first = api.get("/v1/audit", params={"limit": 1}, headers=auditor).json()
    asked = {"limit": 1, "cursor": first["next_cursor"]}
    assert api.get("/v1/audit", params=asked, headers=auditor).json()["rows"] == [rows[1]]

    lines = api.get("/v1/audit/export", params={"format": "jsonl"}, headers=auditor)
    assert [json.loads(line) for line in lines.text.splitlines()] == rows
    table = api.get("/v1/audit/export", headers=auditor)
    assert table.headers["content-disposition"].startswith("attachment")
    cells = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(cells) == 1 + 3 + 1
    assert not [cell for row in cells for cell in row if cell.startswith(("=", "+", "-", "@"))]

    now_on = api.get("/v1/audit/verification", params={"head": checked["head"]}, headers=auditor)
    assert now_on.json()["is_intact"] and now_on.json()["rows"] == len(rows) + 2
    lost = api.get("/v1/audit/verification", params={"head": "0" * 64}, headers=auditor).json()
    assert lost["is_intact"] is False and "noted head" in lost["reason"]
    for role in set(Role) - {Role.AUDITOR, Role.ADMIN}:
        assert api.get("/v1/audit", headers=who[role]).status_code == 403
    for path in ("/v1/patents", "/v1/consents", "/v1/relay-requests"):
        assert api.get(path, headers=auditor).status_code == 403


def test_a_report_has_values_for_the_admin_only_and_an_erasure_keeps_the_trail(
    api: TestClient, home: Settings, who: dict[Role, Headers]
) -> None:
    contact, _ = held(home)
    assert seen(api, who[Role.ENTERPRISE])[0] == "public"
    whom = {"person": "样例甲", "institution": INSTITUTION}
    full = "/v1/subject-reports/full"
    assert api.post(full, json=whom, headers=who[Role.AUDITOR]).status_code == 403
    whole = api.post(full, json=whom, headers=who[Role.ADMIN]).json()
    assert whole["contacts"][0]["phone"] == PHONE
    assert [row["action"] for row in whole["audit"]] == ["consent.recorded", "contact.revealed"]
    blind = api.post("/v1/subject-reports", json=whom, headers=who[Role.AUDITOR])
    assert blind.status_code == 200 and PHONE not in blind.text and MAIL not in blind.text
    body = {**whom, "reason": "本人书面申请（样例）"}
    assert api.post("/v1/erasures", json=body, headers=who[Role.AUDITOR]).status_code == 403
    erased = api.post("/v1/erasures", json=body, headers=who[Role.ADMIN])
    assert erased.json() == {"contacts": [contact], "consents": 1}
    assert api.post("/v1/erasures", json=body, headers=who[Role.ADMIN]).status_code == 404
    after = api.post(REVEAL, json=WHY, headers=who[Role.ENTERPRISE]).json()
    assert after["contacts"] == [] and after["tto"]["phone"] == TTO.phone
    assert [row["action"] for row in trail(api, who, about=contact)][-1] == "subject.erased"
    assert api.get("/v1/audit/verification", headers=who[Role.AUDITOR]).json()["is_intact"]


def test_no_personal_value_is_in_a_log_or_in_any_other_answer(
    api: TestClient, home: Settings, who: dict[Role, Headers], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, consent = held(home)
    secret = "转达内容之样例"
    assert seen(api, who[Role.STAFF]) == ("public", PHONE, MAIL)
    answers = [
        api.post(RELAY, json={"message": secret}, headers=who[Role.STAFF]),
        api.get("/v1/relay-requests", headers=who[Role.TTO]),
        api.get(f"/v1/consents/{consent}", headers=who[Role.TTO]),
        api.get("/v1/audit/export", headers=who[Role.AUDITOR]),
        api.get("/v1/patents", headers=who[Role.STAFF]),
    ]
    for answer in answers:
        assert answer.status_code in (200, 201)
        assert PHONE not in answer.text and MAIL not in answer.text
    for value in (PHONE, MAIL, secret, KEY.get_secret_value()):
        assert value not in caplog.text
