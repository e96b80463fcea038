"""Requests for the model beyond what the server can do: told at once, and nothing is lost."""

import itertools
import logging
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import MAX_CONCURRENT_MATCHES, create_app
from api.engine import turns
from matcher.settings import Settings
from tests.support.slow_model import SlowEncoder
from tests.support.waiting import wait_for

NEED = {"need": "锂电池隔膜在高温下收缩"}
STORED = {"text": "样例需求：更耐热的隔膜"}


@pytest.fixture
def slow_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each answer count as one of a billion seconds."""
    clock = itertools.count(step=10**9)
    monkeypatch.setattr(turns, "time", SimpleNamespace(perf_counter=lambda: next(clock)))


@contextmanager
def busy(client: TestClient, slow: SlowEncoder) -> Iterator[list[Future[Any]]]:
    """Keep every thread of the model at work for the length of the block; yields the requests."""
    slow.go_on.clear()
    with ThreadPoolExecutor(MAX_CONCURRENT_MATCHES) as threads:
        asked = [
            threads.submit(client.post, "/v1/match", json=NEED)
            for _ in range(MAX_CONCURRENT_MATCHES)
        ]
        try:
            for _ in asked:
                assert slow.encoding.acquire(timeout=120)
            yield asked
        finally:
            slow.go_on.set()


def ask_once(client: TestClient, slow: SlowEncoder) -> None:
    """Let the server learn how long an answer takes."""
    slow.go_on.set()
    assert client.post("/v1/match", json=NEED).status_code == 200
    while slow.encoding.acquire(blocking=False):
        pass


def check_refusal(answer: Any) -> None:
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:problem-type:matcher:overloaded"
    assert int(answer.headers["retry-after"]) > 0


def test_a_request_that_would_wait_too_long_is_told_at_once(
    settings: Settings,
    slow: SlowEncoder,
    slow_answers: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with TestClient(create_app(settings)) as client:
        ask_once(client, slow)
        with busy(client, slow) as asked, caplog.at_level(logging.WARNING):
            check_refusal(client.post("/v1/match", json=NEED))
            chinese = client.post("/v1/match?lang=zh", json=NEED)
            check_refusal(chinese)
            assert chinese.json()["title"] == "服务器现在太忙"
            (patent, *_) = client.get("/v1/patents").json()["patents"]
            check_refusal(client.get(f"/v1/patents/{patent['id']}/similar"))
            for path in ("/healthz", "/readyz", f"/v1/patents/{patent['id']}", "/v1/needs"):
                assert client.get(path).status_code == 200
            assert not any(answer.done() for answer in asked)
            assert [record.args for record in caplog.records] == [("model", n) for n in (1, 2, 3)]
            assert "隔膜" not in caplog.text
        assert [answer.result().status_code for answer in asked] == [200] * len(asked)
        assert client.post("/v1/match", json=NEED).status_code == 200


def test_a_request_that_waited_as_long_as_may_be_is_told_then(
    settings: Settings, slow: SlowEncoder
) -> None:
    impatient = settings.model_copy(update={"wait_seconds": 0.1})
    with TestClient(create_app(impatient)) as client, busy(client, slow) as asked:
        check_refusal(client.post("/v1/match", json=NEED))
        assert not any(answer.done() for answer in asked)


def test_a_refused_request_may_come_again_with_its_idempotency_key(
    settings: Settings, slow: SlowEncoder, slow_answers: None
) -> None:
    key = {"idempotency-key": "5f1c9d0e-3a44-4b52-9b1e-0c6f0f6a2f57"}
    with TestClient(create_app(settings)) as client:
        ask_once(client, slow)
        path = f"/v1/needs/{client.post('/v1/needs', json=STORED).json()['id']}/match"
        with busy(client, slow):
            check_refusal(client.post(path, json={"k": 3}, headers=key))
        answer = client.post(path, json={"k": 3}, headers=key)
        assert answer.status_code == 201 and "idempotent-replayed" not in answer.headers
        again = client.post(path, json={"k": 3}, headers=key)
        assert again.headers["idempotent-replayed"] == "true" and again.json() == answer.json()


def test_a_thread_at_work_for_a_dropped_request_keeps_its_turn(
    settings: Settings, slow: SlowEncoder
) -> None:
    hasty = settings.model_copy(update={"request_seconds": 1.0})
    with TestClient(create_app(hasty)) as client:
        with busy(client, slow) as asked:
            answers = [answer.result() for answer in asked]
            answers.append(client.post("/v1/match", json=NEED))
            kinds = {answer.json()["type"].rpartition(":")[2] for answer in answers}
            assert kinds == {"took-too-long"}
            assert not slow.encoding.acquire(blocking=False), "no thread but those at work"
        wait_for(lambda: client.post("/v1/match", json=NEED).status_code == 200)
