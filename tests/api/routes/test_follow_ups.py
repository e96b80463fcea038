"""Follow-ups, histories, next actions and case owners over HTTP, for each side of a match."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from matcher.access.roles import COMMAND_CALLER, Role
from matcher.needs.record import NeedDetails
from matcher.settings import Settings
from matcher.store import audit, match_history, matches
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from tests.support.callers import (
    ENTERPRISE,
    INSTITUTION,
    Headers,
    header,
)
from tests.support.reverse_samples import keep_need

OTHER = "样例研究院"


@pytest.fixture
def home(empty: Settings) -> Settings:
    """A home with nothing but the tables, and no limit that the tests would meet."""
    return empty


@pytest.fixture
def client(home: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(home)) as client:
        yield client


@pytest.fixture
def match(home: Settings) -> str:
    return recommend(home)


def recommend(home: Settings, institution: str = INSTITUTION, enterprise: str = ENTERPRISE) -> str:
    """A match of a need of this enterprise with a patent of this institution."""
    details = NeedDetails(text="需要耐热的电池隔膜", enterprise=enterprise)
    need = keep_need(home, details, by="portal-key")
    with open_store(home) as store, store.writing() as connection:
        record = matches.add(
            connection,
            need=need,
            patent="CN201910000001.1",
            institution=institution,
            industry="NM",
            moment=now(),
        )
        match_history.add_recommendation(connection, record.id, COMMAND_CALLER)
    return record.id


def keys(home: Settings) -> dict[Role, Headers]:
    return {role: header(home, role) for role in Role}


def follow(
    client: TestClient, match: str, who: Headers, version: str = "*", **fields: Any
) -> Response:
    return client.post(
        f"/v1/matches/{match}/follow-ups", json=fields, headers={**who, "If-Match": version}
    )


def test_a_step_changes_the_state_and_its_etag(
    client: TestClient, home: Settings, match: str
) -> None:
    who = keys(home)
    answer = follow(client, match, who[Role.ENTERPRISE], '"v1"', to="viewed", note="已看（样例）")
    assert answer.status_code == 201 and answer.headers["etag"] == '"v2"'
    body = answer.json()
    assert (body["match"], body["state"], body["state_chinese"]) == (match, "viewed", "已查看")
    assert body["possible"] == ["contacted", "in_talks", "not_interested"]
    assert body["event"]["note"] == "已看（样例）" and body["event"]["from_state"] == "recommended"
    history = client.get(f"/v1/matches/{match}/history", headers=who[Role.ENTERPRISE])
    assert history.headers["etag"] == '"v2"'
    assert [event["to_state"] for event in history.json()["events"]] == ["recommended", "viewed"]
    assert history.json()["events"][1] == body["event"]


def test_an_impossible_step_is_answered_with_the_possible_ones(
    client: TestClient, home: Settings, match: str
) -> None:
    who = keys(home)
    answer = follow(client, match, who[Role.ENTERPRISE], to="signed")
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "urn:problem-type:matcher:impossible-step"
    assert problem["possible"] == ["viewed", "contacted", "in_talks", "not_interested"]
    for state in problem["possible"]:
        assert state in problem["detail"]
    # What it says is possible, is.
    assert follow(client, match, who[Role.ENTERPRISE], to="in_talks").status_code == 201
    refused = follow(client, match, who[Role.ENTERPRISE], to="signed").json()
    assert refused["possible"] == ["intent", "not_interested", "ended"]
    assert follow(client, match, who[Role.TTO], to="signed").status_code == 201


def test_only_staff_steps_back_or_reopens_and_with_a_note(
    client: TestClient, home: Settings, match: str
) -> None:
    who = keys(home)
    firm, office, staff = who[Role.ENTERPRISE], who[Role.TTO], who[Role.STAFF]
    exit_ = follow(client, match, firm, to="not_interested", reason="too_early").json()
    assert exit_["event"]["reason_chinese"] == "技术成熟度不够" and exit_["possible"] == []
    assert follow(client, match, office, to="contacted", note="再谈").status_code == 409
    assert follow(client, match, staff, to="contacted").status_code == 422
    assert follow(client, match, staff, to="contacted", note="企业来电").status_code == 201
    assert follow(client, match, staff, to="viewed", note="录入有误").status_code == 201


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"to": "not_interested"},
        {"to": "contacted", "reason": "terms"},
        {"reason": "terms"},
        {"to": "somewhere"},
        {"note": " "},
        {"note": "a\x00b"},
        {"next_action_on": "2026-07-01"},
        {"next_action": "打电话", "next_action_on": 0},
        {"next_action": "打电话", "next_action_on": "2026-02-30"},
        {"note": "长" * 2_001},
        {"note": "x", "by": "somebody"},
    ],
)
def test_an_empty_or_contradictory_follow_up_is_refused(
    client: TestClient, home: Settings, match: str, fields: dict[str, Any]
) -> None:
    answer = follow(client, match, header(home, Role.STAFF), **fields)
    assert answer.status_code == 422, answer.json()


def test_a_follow_up_must_name_the_present_version(
    client: TestClient, home: Settings, match: str
) -> None:
    staff = header(home, Role.STAFF)
    path = f"/v1/matches/{match}/follow-ups"
    assert client.post(path, json={"to": "viewed"}, headers=staff).status_code == 428
    assert follow(client, match, staff, '"v7"', to="viewed").status_code == 412
    owner = {"name": "样例李", "kind": "broker", "office": "样例中心"}
    path = f"/v1/matches/{match}/case-owner"
    assert client.put(path, json=owner, headers=staff).status_code == 428
    assert follow(client, match, staff, '"v1"', to="viewed").status_code == 201
    late = client.put(path, json=owner, headers={**staff, "If-Match": '"v1"'})
    assert late.status_code == 412


def test_a_match_of_others_is_not_found(client: TestClient, home: Settings, match: str) -> None:
    strangers = [
        header(home, Role.ENTERPRISE, enterprise="样例机械厂（样例）"),
        header(home, Role.TTO, institution=OTHER),
        header(home, Role.PORTAL),
    ]
    missing = "match_" + "0" * 24
    for who in strangers:
        assert follow(client, match, who, to="viewed").status_code == 404
        answer = client.get(f"/v1/matches/{match}/history", headers=who)
        assert answer.json()["type"] == "urn:problem-type:matcher:match-not-found"
        # Word for word as of a match that nobody has.
        nobodys = client.get(f"/v1/matches/{missing}/history", headers=who)
        assert answer.text.replace(match, missing) == nobodys.text
    auditor = header(home, Role.AUDITOR)
    assert follow(client, match, auditor, to="viewed").status_code == 403
    assert follow(client, missing, header(home, Role.STAFF), to="viewed").status_code == 404


def test_neither_side_reads_the_notes_of_the_other(
    client: TestClient, home: Settings, match: str
) -> None:
    who = keys(home)
    firm, office = who[Role.ENTERPRISE], who[Role.TTO]
    follow(client, match, firm, to="viewed", note="报价上限十万", next_action="比价")
    follow(client, match, office, note="底价六万", next_action="等回复")
    follow(client, match, who[Role.STAFF], note="双方差四万")

    def notes(role: Role) -> list[str | None]:
        answer = client.get(f"/v1/matches/{match}/history", headers=who[role])
        return [event["note"] for event in answer.json()["events"]]

    assert notes(Role.STAFF) == [None, "报价上限十万", "底价六万", "双方差四万"]
    assert notes(Role.ENTERPRISE) == [None, "报价上限十万", None, None]
    assert notes(Role.TTO) == [None, None, "底价六万", None]
    raw = client.get(f"/v1/matches/{match}/history", headers=office)
    assert "比价" not in raw.text
    withheld = [event["is_withheld"] for event in raw.json()["events"]]
    assert withheld == [True, True, False, True]
    assert [event["by"] is None for event in raw.json()["events"]] == withheld


def test_a_history_comes_page_by_page(client: TestClient, home: Settings, match: str) -> None:
    staff = header(home, Role.STAFF)
    for note in "甲乙丙":
        follow(client, match, staff, note=note)
    path, notes, cursor = f"/v1/matches/{match}/history", [], None
    for _ in range(2):
        asked = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = client.get(path, params=asked, headers=staff).json()
        notes += [event["note"] for event in page["events"]]
        cursor = page["next_cursor"]
    assert notes == [None, "甲", "乙", "丙"] and cursor is None
    assert client.get(path, params={"cursor": "x"}, headers=staff).status_code == 422


def test_a_next_action_is_due_for_the_side_that_noted_it(
    client: TestClient, home: Settings
) -> None:
    who = keys(home)
    own, foreign = recommend(home), recommend(home, OTHER, "样例机械厂（样例）")
    staff = who[Role.STAFF]
    follow(client, own, who[Role.TTO], next_action="寄样品", next_action_on="2026-01-05")
    follow(client, own, who[Role.ENTERPRISE], next_action="试样", next_action_on="2026-01-06")
    follow(client, foreign, staff, next_action="约时间", next_action_on="2026-01-04")
    follow(client, own, staff, next_action="回访", next_action_on="9999-12-31")

    def due(role: Role, **asked: Any) -> list[str]:
        answer = client.get("/v1/follow-ups/due", params=asked, headers=who[role])
        return [action["next_action"] for action in answer.json()["actions"]]

    assert due(Role.STAFF) == ["约时间", "寄样品", "试样"]
    assert due(Role.STAFF, until="2026-01-04") == ["约时间"]
    assert due(Role.STAFF, until="9999-12-31")[-1] == "回访"
    assert due(Role.TTO) == ["寄样品"] and due(Role.ENTERPRISE) == ["试样"]
    assert due(Role.PORTAL) == []
    first = client.get("/v1/follow-ups/due", params={"limit": 1}, headers=staff).json()
    assert [action["match"] for action in first["actions"]] == [foreign]
    assert due(Role.STAFF, cursor=first["next_cursor"]) == ["寄样品", "试样"]
    assert client.get("/v1/follow-ups/due?until=0", headers=staff).status_code == 422


def test_a_match_is_assigned_to_a_case_owner(
    client: TestClient, home: Settings, match: str
) -> None:
    who = keys(home)
    path = f"/v1/matches/{match}/case-owner"
    owner = {"name": "样例李", "kind": "broker", "office": "样例中心"}
    any_version = {**who[Role.TTO], "If-Match": "*"}
    given = client.put(path, json=owner, headers=any_version)
    assert given.status_code == 200 and given.headers["etag"] == '"v2"'
    assert given.json() == {"match": match, **owner, "version": 2}
    nobody = dict.fromkeys(owner)
    assert client.put(path, json=nobody, headers=any_version).json()["name"] is None
    half = client.put(path, json={**owner, "office": None}, headers=any_version)
    assert half.status_code == 422
    foreign = {**header(home, Role.TTO, institution=OTHER), "If-Match": "*"}
    assert client.put(path, json=owner, headers=foreign).status_code == 404
    firm = {**who[Role.ENTERPRISE], "If-Match": "*"}
    assert client.put(path, json=owner, headers=firm).status_code == 403
    with open_store(home) as store, store.reading() as connection:
        rows = audit.page(connection, subject=match)
        assert audit.verify(connection).is_intact
    assert [row.action for row in rows] == ["case_owner.set", "case_owner.cleared"]
    assert "样例李" not in str(rows)
