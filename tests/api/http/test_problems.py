"""Errors are application/problem+json everywhere, and hold nothing confidential."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, event, update

from api.engine.live import LiveEngine
from api.http import problems
from matcher.search.matcher import Matcher
from matcher.store.revision import HEAD, stamp

SECRET = "保密的工艺参数"


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v2/match", 404, "not-found"),
        ("POST", "/v1/match/", 404, "not-found"),
        ("GET", "/static-offline-docs/nothing.js", 404, "not-found"),
        ("GET", "/v1/match", 405, "method-not-allowed"),
        ("DELETE", "/v1/patents/CN201919900001.1", 405, "method-not-allowed"),
    ],
)
def test_an_unknown_path_or_method_is_a_problem(
    client: TestClient, method: str, path: str, status: int, kind: str
) -> None:
    response = client.request(method, path)
    problem = problems.Problem.model_validate_json(response.text)
    assert response.status_code == problem.status == status
    assert response.headers["content-type"] == "application/problem+json"
    assert problem.type == f"urn:problem-type:matcher:{kind}"


def test_a_wrong_method_is_answered_with_the_allowed_one(client: TestClient) -> None:
    assert client.get("/v1/match").headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("content", "media_type", "status", "kind"),
    [
        (b'{"need": "a"', "application/json", 400, "malformed-body"),
        (b'{"need": "\xff"}', "application/json", 400, "malformed-body"),
        (b"[" * 100_000, "application/json", 400, "malformed-body"),
        (b'{"need": "\\ud800"}', "application/json", 422, "invalid-request"),
        (b'{"need": "a", "k": NaN}', "application/json", 422, "invalid-request"),
        (b'{"need": "a", "k": 1e400}', "application/json", 422, "invalid-request"),
        (b"", "application/json", 422, "invalid-request"),
        (b'{"need": "a"}', "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b"need=a", "text/plain", 415, "unsupported-media-type"),
    ],
)
def test_an_unreadable_body_is_a_problem(
    client: TestClient, content: bytes, media_type: str, status: int, kind: str
) -> None:
    response = client.post("/v1/match", content=content, headers={"content-type": media_type})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == f"urn:problem-type:matcher:{kind}"
    assert len(response.content) < 600


def test_a_body_of_declared_size_is_limited(client: TestClient) -> None:
    response = client.post("/v1/match", json={"need": "x" * 1_000_001})
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    assert "1,000,000 bytes" in response.json()["detail"]


def test_a_body_in_chunks_is_limited(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"need": "'
        for _ in range(11):
            yield b"x" * 100_000

    response = client.post(
        "/v1/match", content=chunks(), headers={"content-type": "application/json"}
    )
    assert response.status_code == 413
    assert response.json()["type"] == "urn:problem-type:matcher:content-too-large"


def test_a_body_within_the_limit_may_come_in_chunks(client: TestClient) -> None:
    body = iter([b'{"need": "bearing ', b'vibration"}'])
    response = client.post("/v1/match", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200
    assert response.json()["need"] == {"text": "bearing vibration"}


def test_an_unexpected_error_has_an_id_and_no_internals(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_self: Matcher, need: Any, *_more: Any, **_named: Any) -> Any:
        raise KeyError(need.full_text)

    monkeypatch.setattr(Matcher, "match", fail)
    with caplog.at_level(logging.DEBUG):
        response = client.post("/v1/match", json={"need": SECRET})
    problem = response.json()
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["instance"].startswith("urn:uuid:")
    assert problem["instance"] in caplog.text and "KeyError" in caplog.text
    assert "routes/match.py" in caplog.text  # the log says where
    assert SECRET not in caplog.text and SECRET not in response.text
    assert "KeyError" not in response.text and ".py" not in response.text


def test_a_locked_database_is_a_temporary_problem(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    def lock(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "patents" in statement:
            raise database.dialect.loaded_dbapi.OperationalError("database is locked")

    engine = client.app.state.engine  # type: ignore[attr-defined]
    assert isinstance(engine, LiveEngine)
    database = engine.catalogue().store.engine
    event.listen(database, "before_cursor_execute", lock)
    locked = client.get("/v1/patents", params={"institutions": SECRET})
    event.remove(database, "before_cursor_execute", lock)
    assert locked.status_code == 503 and int(locked.headers["retry-after"]) > 0
    assert locked.json()["type"] == "urn:problem-type:matcher:database-unavailable"
    assert "database is locked" in caplog.text and "locked" not in locked.text
    assert "SELECT" not in locked.text and SECRET not in locked.text + caplog.text
    assert client.get("/v1/patents").status_code == 200


def test_a_database_of_another_version_is_a_problem(client: TestClient) -> None:
    engine = client.app.state.engine  # type: ignore[attr-defined]
    url = engine.catalogue().store.engine.url
    database = create_engine(url)
    engine.close()
    with database.begin() as connection:
        connection.execute(update(stamp).values(version_num="0001"))
    for path in ("/v1/patents", "/readyz"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.json()["type"] == "urn:problem-type:matcher:database-unavailable"
        assert "revision 0001" in response.json()["detail"]
    with database.begin() as connection:
        connection.execute(update(stamp).values(version_num=HEAD))
    database.dispose()
    assert client.get("/v1/patents").status_code == 200
