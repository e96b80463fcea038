"""Needs over HTTP: creation, visibility and changes."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import audit
from matcher.store.schema.needs import needs as needs_table
from matcher.wiring.open import open_store
from tests.support.callers import ENTERPRISE, header

OTHER = "样例机械厂（样例）"
PHONE = "13800000000"
FORM: dict[str, Any] = {
    "title": "耐高温隔膜",
    "enterprise": ENTERPRISE,
    "credit_code": "91110000600037341L",
    "reference": "甲-1",
    "region": "天津",
    "text": f"{ENTERPRISE}要更耐热的电池隔膜",
    "budget_wan": 80,
    "cooperation": ["joint"],
    "deadline": "2090-06-30",
    "pledge_wish": True,
    "contact": {"name": "样例联系人", "phone": PHONE},
}
Headers = Mapping[str, str]


@pytest.fixture
def keyed(imported: Settings) -> Settings:
    """A home with an encryption key for contacts."""
    return imported.model_copy(update={"contact_key": _secret(Fernet.generate_key().decode())})


def _secret(value: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(value)


@pytest.fixture
def api(keyed: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(keyed)) as client:
        yield client


@pytest.fixture
def portal(keyed: Settings) -> Headers:
    return header(keyed, Role.PORTAL)


def sent(api: TestClient, who: Headers, **changes: Any) -> dict[str, Any]:
    answer = api.post("/v1/needs", json={**FORM, **changes}, headers=who)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/needs/{body['id']}"
    return body


def kind(answer: Any) -> str:
    """The name of the problem."""
    return str(answer.json()["type"]).rpartition(":")[2]


def test_the_own_side_sees_its_need_whole(api: TestClient, portal: Headers) -> None:
    made = sent(api, portal)

    answer = api.get(f"/v1/needs/{made['id']}", headers=portal)

    assert answer.json() == made
    assert answer.headers["etag"] == '"v1"'
    given = {**FORM, "contact": {**FORM["contact"], "email": None}}
    assert {name: made[name] for name in given} == given
    expiry = (date.today() + timedelta(180)).isoformat()
    assert (made["state"], made["expires_on"], made["is_asking"]) == ("open", expiry, True)
    assert (made["publish_scope"], made["has_contact"]) == ("match_only", True)


def test_the_contact_is_encrypted_and_in_no_list(
    api: TestClient, keyed: Settings, portal: Headers
) -> None:
    sent(api, portal)

    listed = api.get("/v1/needs", headers=portal)

    assert len(listed.json()["needs"]) == 1
    assert PHONE not in listed.text and "contact" not in listed.json()["needs"][0]
    with open_store(keyed) as store, store.reading() as connection:
        row = connection.execute(needs_table.select()).one()
    assert PHONE not in str(row) and "样例联系人" not in str(row)


def test_without_an_encryption_key_only_a_need_without_contact_is_stored(
    imported: Settings,
) -> None:
    with TestClient(create_app(imported)) as api:
        refused = api.post("/v1/needs", json=FORM)
        assert (refused.status_code, kind(refused)) == (409, "contacts-unavailable")
        assert "MATCHER_CONTACT_KEY" in refused.json()["detail"] and PHONE not in refused.text
        assert api.get("/v1/needs").json()["needs"] == []
        assert api.post("/v1/needs", json={"text": "泵"}).status_code == 201


def test_a_contact_whose_key_is_lost_does_not_hide_the_need(
    api: TestClient, keyed: Settings, portal: Headers
) -> None:
    made = sent(api, portal)
    with TestClient(create_app(keyed.model_copy(update={"contact_key": None}))) as other:
        answer = other.get(f"/v1/needs/{made['id']}", headers=portal)
    assert answer.json() == {**made, "contact": None}


def test_each_role_sees_needs_by_their_publish_scope(
    api: TestClient, keyed: Settings, portal: Headers
) -> None:
    scopes = {
        s: sent(api, portal, publish_scope=s)["id"] for s in ("public", "masked", "match_only")
    }
    own = [
        portal,
        header(keyed, Role.ENTERPRISE),
        *(header(keyed, r) for r in (Role.STAFF, Role.ADMIN)),
    ]
    tto = header(keyed, Role.TTO)
    strangers = [header(keyed, Role.PORTAL), header(keyed, Role.ENTERPRISE, enterprise=OTHER)]
    for who in own:
        for need in scopes.values():
            seen = api.get(f"/v1/needs/{need}", headers=who).json()
            assert seen["contact"]["phone"] == PHONE and seen["enterprise"] == ENTERPRISE
        assert len(api.get("/v1/needs", headers=who).json()["needs"]) == 3
    for who in strangers:
        for need in scopes.values():
            assert kind(api.get(f"/v1/needs/{need}", headers=who)) == "need-not-found"
        assert api.get("/v1/needs", headers=who).json()["needs"] == []
    assert api.get("/v1/needs", headers=header(keyed, Role.AUDITOR)).status_code == 403

    public = api.get(f"/v1/needs/{scopes['public']}", headers=tto).json()
    hidden = {"contact": None, "has_contact": None, "pledge_wish": None, "reference": None}
    whole = api.get(f"/v1/needs/{scopes['public']}", headers=portal).json()
    assert public == {**whole, **hidden}
    masked = api.get(f"/v1/needs/{scopes['masked']}", headers=tto)
    assert ENTERPRISE not in masked.text and "91110000600037341L" not in masked.text
    assert masked.json()["text"] == "某企业要更耐热的电池隔膜" and masked.json()["is_masked"]
    assert [masked.json()[n] for n in ("enterprise", "region", "budget_wan", "deadline")] == [
        None
    ] * 4
    assert api.get(f"/v1/needs/{scopes['match_only']}", headers=tto).status_code == 404
    listed = api.get("/v1/needs", headers=tto).json()["needs"]
    assert [n["id"] for n in listed] == [scopes["masked"], scopes["public"]]
    named = api.get("/v1/needs", headers=tto, params={"enterprise": ENTERPRISE}).json()["needs"]
    assert [n["id"] for n in named] == [scopes["public"]]


def test_an_enterprise_key_sends_in_only_its_own_needs(api: TestClient, keyed: Settings) -> None:
    firm = header(keyed, Role.ENTERPRISE)

    assert sent(api, firm, enterprise=None)["enterprise"] == ENTERPRISE
    assert sent(api, firm)["enterprise"] == ENTERPRISE
    other = api.post("/v1/needs", json={**FORM, "enterprise": OTHER}, headers=firm)
    assert (other.status_code, kind(other)) == (403, "forbidden")

    made = sent(api, firm)
    moved = api.patch(
        f"/v1/needs/{made['id']}", json={"enterprise": OTHER}, headers={**firm, "if-match": "*"}
    )
    assert moved.status_code == 403


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"credit_code": "91110000600037341M"}, "/credit_code"),
        ({"budget_wan": -1}, "/budget_wan"),
        ({"cooperation": ["独立研发"]}, "/cooperation/0"),
        ({"contact": {"name": "样例联系人"}}, "/contact"),
        ({"contact": {"name": "样例联系人", "phone": "call me"}}, "/contact/phone"),
        ({"enterprise": "样例\0"}, "/enterprise"),
        ({"owner": "样例"}, "/owner"),
        ({"text": "", "title": None}, ""),
    ],
)
def test_an_invalid_field_is_answered_with_its_pointer(
    api: TestClient, portal: Headers, changes: dict[str, Any], pointer: str
) -> None:
    answer = api.post("/v1/needs", json={**FORM, **changes}, headers=portal)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_change_names_the_version_that_it_changes(api: TestClient, portal: Headers) -> None:
    made = sent(api, portal)
    path = f"/v1/needs/{made['id']}"

    assert kind(api.patch(path, json={"title": "乙"}, headers=portal)) == "precondition-required"
    tagged = {**portal, "if-match": '"v1"'}
    answer = api.patch(path, json={"title": "乙", "contact": None, "region": None}, headers=tagged)

    assert (answer.status_code, answer.headers["etag"]) == (200, '"v2"')
    gone = {"title": "乙", "contact": None, "has_contact": False, "region": None, "version": 2}
    assert answer.json() == {**made, **gone, "updated_at": answer.json()["updated_at"]}
    stale = api.patch(path, json={"title": "丙"}, headers=tagged)
    assert (stale.status_code, kind(stale)) == (412, "precondition-failed")
    assert api.get(path, headers=portal).json() == answer.json()
    anyhow = api.patch(path, json={"title": "丁"}, headers={**portal, "if-match": "*"})
    assert anyhow.json()["title"] == "丁"
    weak = {**portal, "if-match": 'W/"v3"'}
    assert api.patch(path, json={"title": "戊"}, headers=weak).status_code == 412


def test_a_change_is_validated_like_a_new_need(api: TestClient, portal: Headers) -> None:
    made = sent(api, portal, title=None)
    tagged = {**portal, "if-match": "*"}

    emptied = api.patch(f"/v1/needs/{made['id']}", json={"text": ""}, headers=tagged)
    endless = api.patch(f"/v1/needs/{made['id']}", json={"expires_on": None}, headers=tagged)

    assert "empty" in emptied.json()["detail"] and emptied.status_code == 422
    assert "expires_on" in endless.json()["detail"] and endless.status_code == 422


def test_a_closed_need_is_hidden_from_ttos_and_cannot_be_changed(
    api: TestClient, keyed: Settings, portal: Headers
) -> None:
    made = sent(api, portal, publish_scope="public")
    path, tto = f"/v1/needs/{made['id']}", header(keyed, Role.TTO)
    assert api.get(path, headers=tto).status_code == 200

    closed = api.post(f"{path}/close", json={"reason": "withdrawn"}, headers=portal).json()

    assert (closed["state"], closed["closed_reason"], closed["version"]) == (
        "closed",
        "withdrawn",
        2,
    )
    assert api.get(path, headers=tto).status_code == 404
    again = api.post(f"{path}/close", json={"reason": "other"}, headers=portal)
    assert (again.status_code, kind(again)) == (409, "conflict")
    tagged = {**portal, "if-match": "*"}
    assert api.patch(path, json={"title": "乙"}, headers=tagged).status_code == 409
    states = {
        s: api.get("/v1/needs", headers=portal, params={"state": s}).json()
        for s in ("open", "closed")
    }
    assert [len(page["needs"]) for page in states.values()] == [0, 1]


def test_every_change_leaves_an_audit_row_without_text(
    api: TestClient, keyed: Settings, portal: Headers
) -> None:
    made = sent(api, portal)
    path = f"/v1/needs/{made['id']}"
    api.patch(path, json={"title": "乙"}, headers={**portal, "if-match": "*"})
    api.post(f"{path}/close", json={"reason": "matched"}, headers=portal)

    with open_store(keyed) as store, store.reading() as connection:
        rows = audit.page(connection, subject=made["id"])

    assert [row.action for row in rows] == ["need.created", "need.changed", "need.closed"]
    assert not any(word in str(rows) for word in (PHONE, "隔膜", ENTERPRISE, "样例联系人"))


def test_pages_hold_every_need_once_the_latest_first(api: TestClient, portal: Headers) -> None:
    made = [sent(api, portal, title=str(n))["title"] for n in range(5)]
    seen, cursor = [], None
    while True:
        asked = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = api.get("/v1/needs", headers=portal, params=asked).json()
        seen += [need["title"] for need in page["needs"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]
    assert api.get("/v1/needs", headers=portal, params={"cursor": "x"}).status_code == 422


def test_contact_data_in_the_texts_is_taken_out_and_kept_apart(
    api: TestClient, portal: Headers
) -> None:
    problem = f"隔膜在150℃下收缩。联系人：样例甲 {PHONE} 微信同号"
    body = {"title": "耐高温隔膜", "problem": problem}
    created = api.post("/v1/needs", json=body, headers=portal)
    need = created.json()
    assert (need["problem"], need["contacts_removed"]) == ("隔膜在150℃下收缩。", 1)
    assert need["contact"] == {"name": "样例甲", "phone": PHONE, "email": None}
    again = api.patch(
        f"/v1/needs/{need['id']}",
        json={"goal": "通过针刺试验，电话13700000000"},
        headers={**portal, "If-Match": created.headers["ETag"]},
    ).json()
    assert (again["goal"], again["contacts_removed"]) == ("通过针刺试验", 1)
    assert again["contact"]["phone"] == PHONE
    listed = api.get("/v1/needs", headers=portal).text
    assert PHONE not in listed and "样例甲" not in listed


def test_a_budget_of_a_form_stays_as_written_until_its_figure_changes(
    api: TestClient, portal: Headers, keyed: Settings
) -> None:
    created = api.post("/v1/needs", json={"title": "隔膜", "budget_wan": 80}, headers=portal)
    need = created.json()["id"]
    with open_store(keyed) as store, store.writing() as connection:
        record = connection.execute(needs_table.select()).mappings().one()["record"]
        connection.execute(
            needs_table.update().values(record={**record, "budget_written": "50-80万元"})
        )
    for body, written in (({"goal": "不收缩"}, "50-80万元"), ({"budget_wan": 90}, None)):
        headers = {**portal, "If-Match": "*"}
        changed = api.patch(f"/v1/needs/{need}", json=body, headers=headers).json()
        assert changed["budget_written"] == written
