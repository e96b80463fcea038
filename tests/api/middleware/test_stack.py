"""The middleware stack: hosts, size and time limits, security headers, request ids."""

import asyncio
import re
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse

from api.app import create_app
from api.middleware.time_limit import TimeLimit
from matcher.access.roles import Role
from matcher.settings import Settings
from tests.support.callers import header
from tests.support.waiting import wait_for


def kind(answer: Any) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    kind_name: str = answer.json()["type"].rpartition(":")[2]
    return kind_name


def served(settings: Settings, **more: Any) -> TestClient:
    return TestClient(create_app(settings.model_copy(update=more)))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("testserver", 200),  # the address at which the request arrives
        ("match.example.org", 200),
        ("a.portal.example", 200),
        ("evil.example", 421),
        ("match.example.org.evil.example", 421),
        ("portal.example.evil", 421),
        ("localhost@evil.example", 421),
        ("", 421),
    ],
)
def test_other_host_names_are_refused(empty: Settings, host: str, status: int) -> None:
    client = served(empty, allowed_hosts=("match.example.org", "*.portal.example"))
    answer = client.get("/healthz", headers={"host": host, "x-forwarded-host": "localhost"})
    assert answer.status_code == status
    if status != 200:
        assert kind(answer) == "unknown-host"


def test_lists_are_written_with_commas_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_ALLOWED_HOSTS", "a.example, *.b.example,")
    monkeypatch.setenv("MATCHER_CORS_ORIGINS", "https://portal.example")
    settings = Settings()
    assert settings.allowed_hosts == ("a.example", "*.b.example")
    assert settings.cors_origins == ("https://portal.example",)


def test_other_origins_are_refused_unless_configured(empty: Settings) -> None:
    asking = {"origin": "https://portal.example", "access-control-request-method": "POST"}
    preflight = served(empty).options("/v1/match", headers=asking)
    assert "access-control-allow-origin" not in preflight.headers
    client = served(empty, cors_origins=("https://portal.example",))
    preflight = client.options(
        "/v1/match", headers={**asking, "access-control-request-headers": "authorization"}
    )
    assert preflight.headers["access-control-allow-origin"] == "https://portal.example"
    assert "access-control-allow-credentials" not in preflight.headers
    other = client.options("/v1/match", headers={**asking, "origin": "https://evil.example"})
    assert other.status_code == 400 and "access-control-allow-origin" not in other.headers
    answer = client.get("/healthz", headers={"origin": "https://portal.example"})
    assert "RateLimit" in answer.headers["access-control-expose-headers"]


def test_a_long_query_and_large_headers_are_refused(empty: Settings) -> None:
    client = served(empty)
    assert client.get("/v1/patents", params={"cursor": "x" * 8_000}).status_code == 422
    long = client.get("/v1/patents", params={"cursor": "x" * 9_000})
    assert (long.status_code, kind(long)) == (414, "query-too-long")
    assert client.get("/v1/patents/" + "x" * 9_000).status_code == 414
    large = client.get("/healthz", headers={"x-note": "x" * 17_000})
    assert (large.status_code, kind(large)) == (431, "headers-too-large")
    many = client.get("/healthz", headers={f"x-{number}": "1" for number in range(101)})
    assert many.status_code == 431


@pytest.mark.parametrize("name", ["authorization", "content-type", "idempotency-key", "host"])
def test_a_repeated_single_header_is_refused(empty: Settings, name: str) -> None:
    client = served(empty)
    twice = [(name, "localhost"), (name, "localhost")]
    answer = client.get("/healthz", headers=twice)
    assert (answer.status_code, kind(answer)) == (400, "malformed-headers")


def test_every_answer_has_the_headers_for_browsers(empty: Settings) -> None:
    client = served(empty)
    for path in ("/healthz", "/nowhere", "/v1/patents", "/v1/patents/1", "/openapi.json"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors")
        assert "strict-transport-security" not in headers
        is_kept = path in ("/healthz", "/openapi.json")
        assert headers.get("cache-control") == (None if is_kept else "no-store")
        assert "server" not in headers and "x-powered-by" not in headers
    tls = served(empty, behind_tls=True).get("/healthz").headers
    assert tls["strict-transport-security"].startswith("max-age=31536000")


def test_the_documentation_page_runs_its_own_script_and_no_other(empty: Settings) -> None:
    client = TestClient(create_app(empty), root_path="/matching")
    for path in ("/docs", "/docs/oauth2-redirect"):
        page = client.get(f"/matching{path}")
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        (script,) = re.findall(r"<script>(.*?)</script>", page.text, flags=re.DOTALL)
        digest = b64encode(sha256(script.encode()).digest()).decode()
        assert f"script-src 'self' 'sha256-{digest}';" in policy
        assert "frame-ancestors 'none'" in policy and "http" not in policy


def test_a_request_id_is_a_uuid_and_nothing_else(empty: Settings) -> None:
    client = served(empty)
    mine = str(uuid4())
    assert client.get("/healthz", headers={"x-request-id": mine}).headers["x-request-id"] == mine
    for sent in ("13800000000", "x" * 200, f"{{{mine}}}", f"{mine}\t", ""):
        request_id = client.get("/healthz", headers={"x-request-id": sent}).headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{32}", request_id) and request_id not in sent


def test_the_instance_of_a_server_error_is_the_request_id(empty: Settings) -> None:
    app = create_app(empty)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("保密的需求")

    mine = str(uuid4())
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/broken", headers={"x-request-id": mine})
    assert answer.status_code == 500 and answer.json()["instance"] == f"urn:uuid:{mine}"
    assert answer.headers["x-request-id"] == mine
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.fixture
def stuck() -> Iterator[tuple[FastAPI, threading.Event, list[str]]]:
    """An app with one thread for a route that works until `free` is set, and the begun requests."""
    app, free, begun = FastAPI(), threading.Event(), list[str]()
    limiters: list[CapacityLimiter] = []

    def work(name: str) -> str:
        begun.append(name)
        free.wait(120)
        return name

    @app.get("/work/{name}")
    async def work_on(name: str) -> str:
        if not limiters:
            limiters.append(CapacityLimiter(1))
        return await to_thread.run_sync(work, name, limiter=limiters[0])

    app.add_middleware(TimeLimit, seconds=0.3)
    yield app, free, begun
    free.set()


def test_requests_that_take_too_long_are_answered_and_keep_no_more_threads(
    stuck: tuple[FastAPI, threading.Event, list[str]],
) -> None:
    app, free, begun = stuck
    with TestClient(app) as client, ThreadPoolExecutor(8) as pool:
        paths = [f"/work/{number}" for number in range(8)]
        answers = list(pool.map(client.get, paths))
        assert [answer.status_code for answer in answers] == [503] * 8
        assert {kind(answer) for answer in answers} == {"took-too-long"}
        assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
        assert len(begun) == 1, "one thread works; those that waited for it were dropped"
        free.set()
        wait_for(lambda: client.get("/work/after").status_code == 200)
        assert set(begun[1:]) == {"after"}


def test_an_answer_that_has_begun_is_not_cut_off() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(8):
            await to_thread.run_sync(time.sleep, 0.05)
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    assert TestClient(TimeLimit(slow, seconds=0.3)).get("/").text == "x" * 8


def test_an_error_within_the_time_limit_is_raised() -> None:
    async def faulty(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("here")

    with pytest.raises(RuntimeError, match="here"):
        TestClient(TimeLimit(faulty, seconds=5)).get("/")


def test_the_key_is_checked_before_the_body_is_read(imported: Settings) -> None:
    header(imported, Role.STAFF)
    client = served(imported)
    answer = client.post("/v1/match", content=b"x" * 2_000_000)
    assert (answer.status_code, kind(answer)) == (401, "unauthenticated")
    assert client.get("/v1/nowhere").status_code == 401


def test_the_time_of_a_large_body_counts_from_its_last_piece() -> None:
    async def reading(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await PlainTextResponse("read")(scope, receive, send)

    async def ask(path: str, pieces: int) -> int:
        sent: list[Any] = []
        left = iter(range(pieces))

        async def receive() -> Any:
            await asyncio.sleep(0.2)
            more = next(left, None) is not None
            return {"type": "http.request", "body": b"x", "more_body": more}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": path, "headers": []}
        await TimeLimit(reading, seconds=0.5, slow_bodies=("/import",))(scope, receive, send)
        status: int = sent[0]["status"]
        return status

    assert asyncio.run(ask("/import", 5)) == 200
    assert asyncio.run(ask("/v1/match", 5)) == 503
