"""No secret, need or contact is in a log or an answer, whatever goes wrong."""

import json
import logging
import sqlite3
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import DataError, OperationalError

from api.app import create_app
from api.engine.live import LiveEngine
from matcher.access.roles import Role
from matcher.settings import Settings
from tests.support.callers import Headers, header
from tests.support.captured_log import CapturedLog, captured_log

NEED = "保密需求甲方电池隔膜收缩"
PHONE = "13800000000"
EMAIL = "yangli.jia@example.com"
PERSON = "样例联系人甲"
TOKEN = "mk_0123456789ab_" + "Zq9" * 14 + "Z"
SECRETS = (NEED, PHONE, EMAIL, PERSON, TOKEN, "Zq9Zq9")
ALL = f"{NEED} {PERSON} {PHONE} {EMAIL}"
JSON = {"content-type": "application/json"}


@pytest.fixture
def log() -> Iterator[CapturedLog]:
    with captured_log() as captured:
        yield captured


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    app = create_app(settings.model_copy(update={"rate_per_minute": 25, "refused_per_minute": 3}))

    @app.get("/fault")
    def fault() -> None:
        try:
            raise ValueError(ALL)
        except ValueError as problem:
            raise RuntimeError(f"{ALL} {TOKEN}") from problem

    @app.get("/data")
    def data() -> None:
        raise DataError(f"INSERT {ALL}", {"x": ALL}, Exception(f"invalid input: {ALL}"))

    @app.get("/operational")
    def operational() -> None:
        cause = sqlite3.OperationalError("database is locked")
        raise OperationalError(f"SELECT {ALL}", {"x": ALL}, cause)

    return app


def clean(text: str) -> None:
    for secret in SECRETS:
        for form in (secret, json.dumps(secret)[1:-1], quote(secret)):
            assert form not in text, text


def test_no_error_quotes_the_request(app: FastAPI, settings: Settings, log: CapturedLog) -> None:
    staff, auditor = header(settings, Role.STAFF), header(settings, Role.AUDITOR)
    wrong = {"Authorization": f"Bearer {TOKEN}"}
    statuses: list[int] = []

    with TestClient(app, raise_server_exceptions=False) as client:

        def send(method: str, path: str, headers: Headers, **more: Any) -> None:
            answer = client.request(method, path, headers=headers, **more)
            statuses.append(answer.status_code)
            if answer.status_code != 200:
                clean(answer.text + str(answer.headers))

        typed = {**staff, **JSON}
        send("GET", "/v1/patents", staff)
        send("POST", "/v1/match", staff, json={"need": ALL})
        send("POST", "/v1/match", typed, content=f'{{"need": "{ALL}'.encode())
        send("POST", "/v1/match", typed, content=f"[{ALL}".encode("gb18030"))
        send("POST", "/v1/match", typed, content=f'"{ALL}"'.encode())
        send("POST", "/v1/match", {**staff, "content-type": "text/plain"}, content=ALL.encode())
        send("POST", "/v1/match", staff, json={"need": {"text": ALL, "budget": [ALL]}, "k": ALL})
        send("POST", "/v1/match", staff, json={"need": {"text": ""}, "filters": {"regions": ALL}})
        send("POST", "/v1/match", staff, json={"need": ALL * 30_000})
        send("GET", "/v1/patents", staff, params={"cursor": ALL, "limit": ALL, "filed_after": ALL})
        send("GET", "/v1/patents", staff, params={"cursor": ALL})
        send("GET", f"/v1/patents?cursor={quote(ALL * 200)}", staff)
        send("GET", f"/nowhere/{quote(ALL)}", staff)
        send("GET", f"/v1/nowhere/{quote(ALL)}", staff)
        send("DELETE", "/v1/match", staff, params={"need": ALL})
        send("GET", "/v1/patents", {**staff, "host": f"{PHONE}.example"})
        send("GET", "/v1/patents", {**staff, "x-note": quote(ALL) * 100})
        send("GET", "/v1/patents", {**staff, "x-request-id": PHONE})
        send("POST", "/v1/match", auditor, json={"need": ALL})
        send("GET", "/fault", staff)
        send("GET", "/data", staff)
        send("GET", "/operational", staff)
        for _ in range(4):
            send("GET", "/v1/patents", wrong, params={"cursor": ALL})
        send("GET", "/v1/patents", {}, params={"cursor": ALL})
        for _ in range(25):
            send("POST", "/v1/match", typed, content=b"{")
    expected = {200, 400, 401, 403, 404, 405, 413, 414, 415, 421, 422, 429, 431, 500, 503}
    assert set(statuses) == expected
    clean("\n".join(log.lines))
    requests = [json.loads(line) for line in log.lines if '"event": "request"' in line]
    assert [line["status"] for line in requests] == statuses, "a line for each request"


def test_the_reason_of_a_broken_database_is_in_the_log_only(
    app: FastAPI, settings: Settings, log: CapturedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: LiveEngine) -> Any:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    with TestClient(app) as client:
        monkeypatch.setattr(LiveEngine, "catalogue", broken)
        answer = client.get("/v1/patents", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 503 and "disk" not in answer.text
    assert any("disk I/O error" in line for line in log.lines)


def test_a_log_line_holds_route_and_key_and_nothing_of_the_request(
    app: FastAPI, settings: Settings, log: CapturedLog
) -> None:
    staff = header(settings, Role.STAFF)
    with TestClient(app) as client:
        client.get("/v1/patents/CN201919900001.1", params={"note": ALL}, headers=staff)
        client.request(PHONE, "/v1/patents", headers=staff)
    lines = [json.loads(line) for line in log.lines if '"event": "request"' in line]
    line, other = lines
    assert line.keys() == {
        *("event", "level", "logger", "time"),
        *("request_id", "method", "route", "status", "milliseconds", "key", "role"),
    }
    assert line["route"] == "/v1/patents/{application_number:path}"
    assert (line["method"], line["status"], line["role"]) == ("GET", 200, "staff")
    assert line["key"] == staff["Authorization"].split("_")[1]
    assert line["milliseconds"] > 0 and line["time"].endswith("Z")
    assert (other["method"], other["status"]) == ("other", 405)


def test_the_message_of_an_exception_that_a_library_logs_is_dropped(log: CapturedLog) -> None:
    try:
        raise RuntimeError(ALL)
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    as_json, as_text = log.lines
    event = json.loads(as_json)
    assert event["error"] == "RuntimeError" and "test_secrets.py" in event["places"][-1]
    assert "RuntimeError" in as_text
    clean(as_json + as_text)
