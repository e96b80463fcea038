"""The same request sent twice is carried out once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from api.access.rules import RULES
from api.app import create_app
from api.http.idempotency import NEVER_REPLAYED
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import idempotency as stored
from matcher.store.idempotency import (
    ABANDONED_AFTER,
    RETENTION,
    InProgressError,
    keyed_request,
)
from matcher.store.schema.idempotency import idempotency_keys
from matcher.store.schema.needs import needs
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from tests.support.callers import header

KEY = "5f1c9d0e-3a44-4b52-9b1e-0c6f0f6a2f57"
NEED = {"text": "样例需求：更耐热的隔膜"}
Headers = Mapping[str, str]


@pytest.fixture
def portal(settings: Settings) -> Headers:
    return header(settings, Role.PORTAL)


def post(
    client: TestClient, who: Headers, body: Any = NEED, key: str = KEY, path: str = "/v1/needs"
) -> Any:
    return client.post(path, json=body, headers={**who, "idempotency-key": key})


def count_rows(settings: Settings, what: Any) -> int:
    with open_store(settings) as store, store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(what)).scalar_one())


def kind(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def set_back(settings: Settings, **values: Any) -> None:
    with open_store(settings) as store, store.writing() as connection:
        connection.execute(update(idempotency_keys).values(values))


def test_a_repeated_request_gets_the_first_answer(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    first, second = post(client, portal), post(client, portal)

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    for name in ("location", "etag", "content-type"):
        assert first.headers[name] == second.headers[name]
    assert count_rows(settings, needs) == 1


def test_a_key_is_bound_to_its_request_and_caller(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    first = post(client, portal)

    reused = post(client, portal, {"text": "别的需求"})
    assert (reused.status_code, kind(reused)) == (422, "idempotency-key-reused")
    elsewhere = post(client, portal, NEED, path=f"/v1/needs/{first.json()['id']}/close")
    assert kind(elsewhere) == "idempotency-key-reused"
    for other in (post(client, header(settings, Role.PORTAL)), post(client, portal, key="other")):
        assert other.status_code == 201 and other.json()["id"] != first.json()["id"]
    assert count_rows(settings, needs) == 3


def test_simultaneous_equal_requests_are_carried_out_once(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    together = Barrier(8)

    def send(_: int) -> Any:
        together.wait()
        return post(client, portal)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))

    assert count_rows(settings, needs) == 1
    assert {a.status_code for a in answers} <= {201, 409}
    assert len({a.json()["id"] for a in answers if a.status_code == 201}) == 1
    assert {kind(a) for a in answers if a.status_code == 409} <= {"idempotency-key-in-use"}
    assert post(client, portal).headers["idempotent-replayed"] == "true"


def test_a_stored_ranking_is_made_once(client: TestClient, portal: Headers) -> None:
    need = post(client, portal).json()["id"]
    path = f"/v1/needs/{need}/match"

    first, second = (post(client, portal, {"k": 1}, key="m", path=path) for _ in range(2))

    assert first.json()["ranking"] == second.json()["ranking"]


def test_a_refused_request_releases_the_key(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    assert post(client, portal, {"text": ""}).status_code == 422
    past = post(client, portal, {**NEED, "expires_on": "2020-01-01"})
    assert (past.status_code, kind(past)) == (422, "invalid-request")
    assert count_rows(settings, idempotency_keys) == 0

    assert post(client, portal).status_code == 201


def test_a_conflict_is_replayed(client: TestClient, portal: Headers) -> None:
    need = post(client, portal).json()["id"]
    path, reason = f"/v1/needs/{need}/close", {"reason": "other"}
    client.post(path, json=reason, headers=portal)

    first, second = (post(client, portal, reason, key="c", path=path) for _ in range(2))

    assert first.status_code == second.status_code == 409
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["content-type"] == "application/problem+json"


def test_after_a_server_error_the_same_key_may_be_sent_again(
    settings: Settings, portal: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError

    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        monkeypatch.setattr("matcher.store.needs.add", fails)
        assert post(client, portal).status_code == 500
        monkeypatch.undo()
        assert post(client, portal).status_code == 201
    assert count_rows(settings, needs) == 1


def test_answers_are_stored_for_a_day_and_abandoned_requests_for_ten_minutes(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    first = post(client, portal).json()["id"]
    set_back(settings, started_at=now() - RETENTION + timedelta(minutes=1))
    assert post(client, portal).json()["id"] == first
    set_back(settings, started_at=now() - RETENTION - timedelta(minutes=1))
    second = post(client, portal).json()["id"]
    assert second != first and count_rows(settings, idempotency_keys) == 1

    set_back(settings, status=None, started_at=now())
    working = post(client, portal)
    assert (working.status_code, kind(working)) == (409, "idempotency-key-in-use")
    set_back(settings, started_at=now() - ABANDONED_AFTER)
    assert post(client, portal).json()["id"] not in (first, second)


@pytest.mark.parametrize("key", ["", "x" * 201, "two words"])
def test_an_invalid_idempotency_key_is_refused(
    client: TestClient, portal: Headers, key: str
) -> None:
    answer = post(client, portal, key=key)

    assert answer.status_code == 422 and "Idempotency-Key" in answer.json()["detail"]


def test_stored_answers_cannot_be_read_without_the_key(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    post(client, portal)
    with open_store(settings) as store, store.reading() as connection:
        row = connection.execute(select(idempotency_keys)).one()

    assert NEED["text"] not in bytes(row.sealed).decode() and KEY not in str(row)
    other = keyed_request(b"another pepper", row.caller, KEY, b"")
    assert other.opened(row.sealed) is None and other.digest != row.digest


def test_a_plain_match_and_a_reveal_are_never_replayed(
    client: TestClient, settings: Settings, portal: Headers
) -> None:
    answers = [post(client, portal, {"need": NEED["text"]}, path="/v1/match") for _ in range(2)]

    assert [a.status_code for a in answers] == [200, 200]
    assert all("idempotent-replayed" not in a.headers for a in answers)
    assert count_rows(settings, idempotency_keys) == 0
    assert {("POST", path) for path in NEVER_REPLAYED} <= set(RULES)


def test_the_idempotency_header_is_documented(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    client.get("/openapi.json")

    named = [p["name"] for p in paths["/v1/needs"]["post"]["parameters"]]
    assert "Idempotency-Key" in named and "409" in paths["/v1/needs"]["post"]["responses"]
    assert not any(
        p["name"] == "Idempotency-Key" for p in paths["/v1/match"]["post"].get("parameters", [])
    )


def test_of_equal_requests_to_two_servers_one_begins(settings: Settings) -> None:
    """The database decides between two processes of a server."""
    same = [keyed_request(b"", "key", KEY, b"x") for _ in range(2)]
    with open_store(settings) as first, open_store(settings) as other:

        def begin(number: int) -> bool:
            with (first, other)[number % 2].writing() as connection:
                try:
                    return stored.begin(connection, same[number % 2]) is None
                except InProgressError:
                    return False

        with ThreadPoolExecutor(6) as threads:
            began = list(threads.map(begin, range(6)))
    assert began.count(True) == 1
