"""Matching a stored need: the stored ranking, and its visibility."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import patents
from matcher.store.schema.needs import match_events, needs
from matcher.types import LegalStatus
from matcher.wiring.build import build_index
from matcher.wiring.open import open_store
from tests.support.callers import ENTERPRISE, header
from tests.support.samples import GRIPPER, SEPARATOR, sibling

NEED = {"text": f"{ENTERPRISE}要更耐热的电池隔膜", "enterprise": ENTERPRISE, "budget_wan": 80}
Headers = Mapping[str, str]


@pytest.fixture
def portal(settings: Settings) -> Headers:
    return header(settings, Role.PORTAL)


def made(client: TestClient, who: Headers, **changes: Any) -> str:
    answer = client.post("/v1/needs", json={**NEED, **changes}, headers=who)
    return f"/v1/needs/{answer.json()['id']}"


def matched(client: TestClient, need: str, who: Headers, **asked: Any) -> dict[str, Any]:
    answer = client.post(f"{need}/match", json=asked, headers=who)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_the_ranking_is_the_answer_with_its_ids(client: TestClient, portal: Headers) -> None:
    need = made(client, portal)
    answer = client.post(f"{need}/match", json={"k": 5}, headers=portal)
    ranking = answer.json()

    plain = client.post(
        "/v1/match", json={"need": {"text": NEED["text"]}, "k": 5}, headers=portal
    ).json()

    own = ("match", "match_state")
    stripped = [{k: v for k, v in r.items() if k not in own} for r in ranking["results"]]
    assert stripped == plain["results"] and len(stripped) == 2
    assert {k: ranking[k] for k in ("model", "index", "hidden", "reading")} == {
        k: plain[k] for k in ("model", "index", "hidden", "reading")
    }
    assert ranking["need"] == {"text": NEED["text"], "enterprise": ENTERPRISE, "budget": "80万元"}
    assert (ranking["need_id"], ranking["need_version"]) == (need.rpartition("/")[2], 1)
    stored = client.get(answer.headers["location"], headers=portal)
    assert stored.json() == ranking


def test_filters_and_corrections_are_those_of_a_match(client: TestClient, portal: Headers) -> None:
    need = made(client, portal)

    ranking = matched(client, need, portal, filters={"industries": ["HEM"]}, k=1)
    assert [r["id"] for r in ranking["results"]] == [GRIPPER.id]
    wrong = client.post(
        f"{need}/match", json={"correction": {"drop_terms": ["没有的词"]}}, headers=portal
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/correction")
    assert len(client.get(f"{need}/matches", headers=portal).json()["matches"]) == 1


def test_a_ranking_stays_as_it_was_shown(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    need = made(client, portal)
    first = matched(client, need, portal, k=1)
    shown = first["results"][0]
    assert (shown["id"], shown["legal_status"], shown["status_as_of"]) == (
        SEPARATOR.id,
        "in_force",
        "2026-05-01",
    )
    changed = sibling(
        SEPARATOR,
        SEPARATOR.id,
        legal_status=LegalStatus.LAPSED,
        legal_status_text="未缴年费终止",
        status_as_of=date(2026, 9, 1),
    )
    with open_store(settings) as store, store.writing() as connection:
        patents.save(connection, [changed])
    build_index(settings)
    everything = {"filters": {"legal_status": ["all"]}, "k": 3}

    second = matched(client, need, portal, **everything)

    now = next(r for r in second["results"] if r["id"] == SEPARATOR.id)
    assert (now["legal_status"], now["status_as_of"]) == ("lapsed", "2026-09-01")
    assert now["match"] == shown["match"]
    then = client.get(f"{need}/rankings/{first['ranking']}", headers=portal).json()
    assert then == first
    match = client.get(f"/v1/matches/{shown['match']}", headers=portal).json()
    assert match["shown"]["ranking"] == second["ranking"]
    assert match["shown"]["legal_status"] == "lapsed"
    assert match["shown"]["result"] == {
        k: v for k, v in now.items() if k not in ("match", "match_state")
    }


def test_a_match_keeps_its_state_and_its_history_begins_once(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    need = made(client, portal)
    match = matched(client, need, portal, k=1)["results"][0]["match"]
    viewed = client.post(
        f"/v1/matches/{match}/follow-ups",
        json={"to": "viewed"},
        headers={
            **portal,
            "if-match": client.get(f"/v1/matches/{match}", headers=portal).headers["etag"],
        },
    )
    assert viewed.status_code == 201, viewed.text

    again = matched(client, need, portal, k=2)

    assert [(r["match"] == match, r["match_state"]) for r in again["results"]] == [
        (True, "viewed"),
        (False, "recommended"),
    ]
    with open_store(settings) as store, store.reading() as connection:
        rows = connection.execute(select(match_events.c.match, match_events.c.to_state)).all()
    assert sorted(map(tuple, rows)) == sorted(
        [(match, "recommended"), (match, "viewed"), (again["results"][1]["match"], "recommended")]
    )


def test_matches_are_listed_as_they_were_shown_last(client: TestClient, portal: Headers) -> None:
    need = made(client, portal)
    first = matched(client, need, portal, k=2)
    last = matched(client, need, portal, filters={"industries": ["HEM"]}, k=1)
    separator, gripper = (r["match"] for r in first["results"])

    pages, cursor = [], None
    for _ in range(2):
        asked = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = client.get(f"{need}/matches", headers=portal, params=asked).json()
        pages += page["matches"]
        cursor = page["next_cursor"]

    assert cursor is None
    assert [(m["id"], m["shown"]["ranking"], m["shown"]["rank"]) for m in pages] == [
        (gripper, last["ranking"], 1),
        (separator, first["ranking"], 1),
    ]
    assert pages == client.get("/v1/matches", headers=portal).json()["matches"]
    none = client.get("/v1/matches", headers=portal, params={"state": "signed"}).json()
    assert none == {"matches": [], "next_cursor": None}


def test_an_office_sees_its_own_matches_with_the_technical_need(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    need = made(client, portal)
    ranking = matched(client, need, portal, k=2)
    separator, gripper = (r["match"] for r in ranking["results"])
    tto = header(settings, Role.TTO)
    other = header(settings, Role.TTO, institution="别的大学（样例）")

    assert client.get(need, headers=tto).status_code == 404
    match = client.get(f"/v1/matches/{separator}", headers=tto)
    assert match.json()["need_details"]["text"] == "某企业要更耐热的电池隔膜"
    assert match.json()["need_details"]["budget_wan"] is None
    assert ENTERPRISE not in match.text and match.headers["etag"] == '"v1"'
    for path in ("/v1/matches", f"{need}/matches"):
        listed = client.get(path, headers=tto)
        assert [m["id"] for m in listed.json()["matches"]] == [separator]
        assert ENTERPRISE not in listed.text
    assert client.get(f"/v1/matches/{gripper}", headers=tto).status_code == 404
    assert client.get(f"/v1/matches/{separator}", headers=other).status_code == 404
    assert client.get(f"{need}/matches", headers=other).status_code == 404
    assert client.get("/v1/matches", headers=other).json()["matches"] == []
    assert client.get(f"{need}/rankings/{ranking['ranking']}", headers=tto).status_code == 403


def test_a_need_of_others_is_not_found(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    need = made(client, portal)
    ranking = matched(client, need, portal, k=1)
    stranger = header(settings, Role.ENTERPRISE, enterprise="样例机械厂（样例）")
    firm = header(settings, Role.ENTERPRISE)

    path = f"{need}/rankings/{ranking['ranking']}"
    assert client.post(f"{need}/match", json={}, headers=stranger).status_code == 404
    assert client.get(path, headers=stranger).status_code == 404
    assert client.get(path, headers=firm).status_code == 200
    own = made(client, stranger, enterprise=None)
    foreign = client.get(f"{own}/rankings/{ranking['ranking']}", headers=stranger)
    assert foreign.json()["type"].endswith(":ranking-not-found")


def test_closed_and_expired_needs_are_not_matched(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    closed, expired = made(client, portal), made(client, portal)
    client.post(f"{closed}/close", json={"reason": "other"}, headers=portal)
    with open_store(settings) as store, store.writing() as connection:
        connection.execute(
            update(needs)
            .where(needs.c.id == expired.rpartition("/")[2])
            .values(expires_on=date.today() - timedelta(1))
        )

    for need in (closed, expired):
        answer = client.post(f"{need}/match", json={}, headers=portal)
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "conflict")
        assert client.get(f"{need}/matches", headers=portal).json()["matches"] == []
