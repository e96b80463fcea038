"""JSON bodies that two programs can read in different ways, on every route that takes one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.rules import RULES
from api.app import create_app
from matcher.access.roles import Role
from matcher.settings import Settings
from tests.support.callers import header

NEED = "锂电池隔膜在高温下收缩"
GOOD = json.dumps({"need": NEED, "k": 2}, ensure_ascii=False)
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "gb18030")
TYPES = ("application/json", "application/json; charset=utf-16", "application/merge-patch+json")
CHANGING = sorted(rule for rule in RULES if rule[0] != "GET" and rule[1].startswith("/v1/"))


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    settings = settings.model_copy(update={"rate_per_minute": 0})
    key = header(settings, Role.ADMIN)
    with TestClient(create_app(settings), headers=key) as client:
        yield client


def send(client: TestClient, body: bytes, path: str = "/v1/match", method: str = "POST") -> Any:
    headers = {"content-type": "application/json"}
    return client.request(method, path, content=body, headers=headers)


def kind(answer: Any) -> str:
    name: str = answer.json()["type"].rpartition(":")[2]
    return name


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_body_that_is_not_utf_8_is_refused(client: TestClient, encoding: str) -> None:
    for text in (GOOD, '{"need": "separator film", "k": 2}'):
        body = text.encode(encoding)
        if body == text.encode():  # the same bytes as in UTF-8
            continue
        for declared in TYPES:
            answer = client.post("/v1/match", content=body, headers={"content-type": declared})
            assert (answer.status_code, kind(answer)) == (400, "malformed-body"), declared
            assert NEED not in answer.text
    assert send(client, GOOD.encode()).status_code == 200
    assert send(client, GOOD.encode("utf-8-sig")).status_code == 200


DUPLICATES = {
    '{"need": "a", "need": "b"}': ("/need", "need"),
    '{"k": 1, "need": {"title": "a", "text": "b", "title": "c"}}': ("/need/title", "title"),
    '{"filters": {"regions": ["x", {"a/b": 1, "a/b": 1}]}}': ("/filters/regions/1/a~1b", "a/b"),
    '[{"a": 1}, {"b": {"": 1, "": 2}}]': ("/1/b/", ""),
    '{"a": {"b": 1, "b": 2}, "c": 1, "c": 2}': ("/c", "c"),
    '{"a": {"x": 1, "x": 2}, "a": 1}': ("/a", "a"),
    '{"n\\u0065ed": "a", "need": "b"}': ("/need", "need"),
    '{"' + "k" * 99 + '": 1, "' + "k" * 99 + '": 2}': ("/" + "k" * 60, "k" * 60),
    '{"a":' * 30 + '{"b": 1, "b": 2}' + "}" * 30: ("/a" * 20, "b"),
}


@pytest.mark.parametrize("body", DUPLICATES)
def test_a_key_that_stands_twice_is_named_with_its_place(client: TestClient, body: str) -> None:
    pointer, key = DUPLICATES[body]
    answer = send(client, body.encode())
    assert (answer.status_code, kind(answer)) == (400, "malformed-body")
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer and repr(key) in error["detail"]
    assert answer.json()["detail"].startswith(f"{pointer}: ")


def test_the_same_key_in_different_objects_is_no_repetition(client: TestClient) -> None:
    body = {"need": {"title": NEED, "text": NEED}, "correction": {"parts": {"title": NEED}}}
    answer = send(client, json.dumps(body).encode())
    assert answer.status_code in (200, 422) and kind_or_none(answer) != "malformed-body"


def kind_or_none(answer: Any) -> str | None:
    return kind(answer) if "type" in answer.json() else None


def test_every_route_that_takes_a_body_refuses_ambiguous_ones(client: TestClient) -> None:
    for method, route in CHANGING:
        path = route.replace("{", "").replace("}", "").replace(":path", "")
        for body in (b'{"a": 1, "a": 2}', '{"a": 1}'.encode("utf-16")):
            answer = send(client, body, path, method)
            assert (answer.status_code, kind(answer)) == (400, "malformed-body"), route
        whole = send(client, b'{"a": 1}', path, method)
        assert kind_of(whole) != "malformed-body", f"{route}: others were refused for their form"


def kind_of(answer: Any) -> str:
    return kind(answer) if answer.content and answer.status_code >= 400 else ""


def test_a_body_over_the_limit_is_still_told_as_such(client: TestClient) -> None:
    answer = send(client, b'{"need": "' + b"x" * 1_000_000 + b'"}')
    assert (answer.status_code, kind(answer)) == (413, "content-too-large")

    def chunks() -> Iterator[bytes]:
        yield from [b"x" * 100_000] * 11

    headers = {"content-type": "application/json"}
    chunked = client.post("/v1/match", content=chunks(), headers=headers)
    assert (chunked.status_code, kind(chunked)) == (413, "content-too-large")
