"""Attacks on the API; docs/security.md lists them with their results."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import product
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from cryptography.fernet import Fernet
from fastapi.testclient import TestClient

from api.access.rules import RULES
from api.app import create_app
from matcher.access.roles import Role
from matcher.ids import new_id
from matcher.settings import Settings
from matcher.wiring.build import build_index
from tests.api.conftest import save
from tests.support.callers import Headers, header
from tests.support.samples import SEPARATOR

OURS, THEIRS = "样例科技（样例）", "样例对手（样例）"
NEED = {
    "title": "耐高温隔膜",
    "enterprise": OURS,
    "problem": "锂电池隔膜在150℃下收缩，需要涂覆陶瓷层的隔膜",
    "publish_scope": "match_only",
}
BODIES: Mapping[str, dict[str, Any]] = {
    "/v1/matches/{match}/contact-reveals": {"reason": "约定技术洽谈的时间（样例）"},
    "/v1/matches/{match}/relay-requests": {"message": "请转告团队（样例）"},
    "/v1/relay-requests/{relay}/decline": {"answer": "暂不洽谈（样例）"},
    "/v1/relay-requests/{relay}/answer": {"answer": "团队愿意交流（样例）"},
    "/v1/needs/{need}": {"budget_wan": 1},
    "/v1/needs/{need}/close": {"reason": "withdrawn"},
    "/v1/needs/{need}/match": {"k": 3},
    "/v1/matches/{match}/follow-ups": {"to": "contacted"},
    "/v1/matches/{match}/case-owner": {
        "kind": "broker",
        "name": "样例甲",
        "office": "样例（样例）",
    },
}
"""Valid bodies, so that a refusal is for the owner of the record only."""


@dataclass(frozen=True)
class Scene:
    """An enterprise has sent a need in and seen its matches; others have keys too."""

    client: TestClient
    settings: Settings
    enterprise: Headers
    tto: Headers
    ids: Mapping[str, str]
    """By the name of the parameter in the paths."""
    strangers: Mapping[str, Headers]


@pytest.fixture
def scene(settings: Settings) -> Iterator[Scene]:
    settings = settings.model_copy(
        update={"rate_per_minute": 0, "contact_key": Fernet.generate_key().decode()}
    )
    settings = Settings(**{**settings.model_dump(), "database_url": None})
    enterprise = header(settings, Role.ENTERPRISE, enterprise=OURS)
    tto, portal = header(settings, Role.TTO), header(settings, Role.PORTAL)
    strangers = {
        "another enterprise": header(settings, Role.ENTERPRISE, enterprise=THEIRS),
        "an enterprise of a longer name": header(settings, Role.ENTERPRISE, enterprise=OURS + "1"),
        "another institution": header(settings, Role.TTO, institution="样例学院（样例）"),
        "a wildcard of an institution": header(settings, Role.TTO, institution="%"),
        "a portal": header(settings, Role.PORTAL),
    }
    with TestClient(create_app(settings)) as client:
        need = client.post("/v1/needs", json=NEED, headers=enterprise).json()["id"]
        ranking = client.post(f"/v1/needs/{need}/match", json={"k": 5}, headers=enterprise).json()
        (match,) = [
            match["id"]
            for match in client.get(f"/v1/needs/{need}/matches", headers=enterprise).json()[
                "matches"
            ]
            if match["patent"] == SEPARATOR.id
        ]
        relay = client.post(
            f"/v1/matches/{match}/relay-requests",
            json=BODIES["/v1/matches/{match}/relay-requests"],
            headers=enterprise,
        )
        form = {"url": "https://portal.example/hook", "events": ["suggestion.created"]}
        hook = client.post("/v1/webhooks", json=form, headers=portal)
        ids = {"need": need, "match": match, "relay": relay.json().get("id", "")}
        ids |= {"webhook": hook.json().get("id", ""), "ranking": ranking.get("ranking", "")}
        assert all(ids.values()), (ids, relay.text, hook.text)
        yield Scene(client, settings, enterprise, tto, ids, strangers)


def aimed(scene: Scene) -> Iterator[tuple[str, str, str]]:
    """Method, route and path of every route that names a record of the scene."""
    for method, route in RULES:
        names = re.findall(r"{(\w+)}", route)
        if names and all(name in scene.ids for name in names):
            yield method, route, route.format(**scene.ids)


def test_records_of_others_are_answered_as_missing_ones(scene: Scene) -> None:
    tried = 0
    for method, route, path in aimed(scene):
        missing = path
        for identity in scene.ids.values():
            missing = missing.replace(identity, new_id(identity.partition("_")[0]))
        for name, key in scene.strangers.items():
            more: dict[str, Any] = {
                "headers": {**key, "If-Match": '"1"'},
                "json": BODIES.get(route),
            }
            present = scene.client.request(method, path, **more)
            absent = scene.client.request(method, missing, **more)
            assert present.status_code in (403, 404), (route, name, present.text)
            assert present.status_code == absent.status_code, route
            texts = {re.sub(r"\w+_[0-9a-f]{24}", "ID", answer.text) for answer in (present, absent)}
            assert len(texts) == 1, route
            tried += 1
    assert tried >= 15 * len(scene.strangers)


def test_the_attacks_change_no_record(scene: Scene) -> None:
    def held() -> list[Any]:
        paths = [path for method, _, path in aimed(scene) if method == "GET"]
        return [scene.client.get(path, headers=scene.enterprise).json() for path in paths]

    before = held()
    test_records_of_others_are_answered_as_missing_ones(scene)
    assert held() == before
    assert len(before) >= 6


def test_lists_show_nothing_of_others(scene: Scene) -> None:
    lists = [route for method, route in RULES if method == "GET" and "{" not in route]
    assert len(lists) >= 10
    secret = [*scene.ids.values(), NEED["problem"], OURS]
    for route in lists:
        for name in ("an enterprise of a longer name", "a wildcard of an institution"):
            key = scene.strangers[name]  # tests/attacks asks as the others
            answer = scene.client.get(route, headers=key)
            text = answer.content.decode("utf-8", errors="replace")
            for word in secret:
                assert word not in text, (route, name, word)
            for field in ("enterprise", "institution", "need", "key"):
                asked = {field: OURS if field == "enterprise" else scene.ids["need"]}
                text = scene.client.get(route, params=asked, headers=key).text
                # What was asked for may be said again, and nothing that it names.
                assert NEED["problem"] not in text and scene.ids["match"] not in text, (route, name)


def test_ids_are_not_patterns_or_statements(scene: Scene) -> None:
    attacks = ("' OR '1'='1", '" OR ""="', "%", "_" * 29, "need_%", "*", "\\")
    named = [route for method, route in RULES if "{" in route and method == "GET"]
    named = [route for route in named if route.startswith("/v1/")]  # pages take no key
    assert len(named) >= 10
    for attack in attacks:
        for route in named:
            path = re.sub(r"{[^}]+}", quote(attack).replace("\\", r"\\"), route)
            answer = scene.client.get(path, headers=scene.strangers["a portal"])
            assert answer.status_code in (403, 404, 422), (route, answer.status_code, answer.text)


TRICKS: list[Headers] = [
    {"X-Original-URL": "/v1/audit"},
    {"X-Rewrite-URL": "/v1/audit"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
    {"X-Forwarded-Host": "localhost", "Forwarded": "host=localhost;proto=https"},
    {"X-Role": "admin", "X-User": "admin", "X-Key-Id": "open"},
    {"Cookie": "role=admin; session=admin"},
]


def test_spoofed_headers_give_no_rights(scene: Scene) -> None:
    for trick in TRICKS:
        assert scene.client.get("/v1/audit", headers=trick).status_code == 401
        portal = {**scene.strangers["a portal"], **trick}
        assert scene.client.get("/v1/audit", headers=portal).status_code == 403
        assert scene.client.get("/v1/needs", headers=portal).json()["needs"] == []


def test_no_spelling_of_a_path_avoids_authentication(scene: Scene) -> None:
    for path in (
        *("//v1/needs", "/v1//needs", "/./v1/needs", "/v1/../v1/needs", "/V1/needs", "/v1/needs/"),
        *("/%76%31/needs", "/v1%2fneeds", "/docs/../v1/needs", "/v1/needs;x=1", "/v1/needs%00"),
        *("/healthz/../v1/needs", "/static-offline-docs/../v1/needs", "/v1"),
    ):
        answer = scene.client.get(path)
        assert answer.status_code in (401, 404, 405), (path, answer.status_code)
        assert scene.ids["need"] not in answer.text
    for path in (
        "/static-offline-docs/..%2f..%2fapp.py",
        "/static-offline-docs/%2e%2e/__init__.py",
    ):
        assert scene.client.get(path).status_code == 404, path


def deep(opening: str, closing: str, depth: int) -> bytes:
    return (opening * depth + closing * depth).encode()


BODIES_OF_HARM: list[bytes] = [
    deep("[", "]", 100_000),
    deep('{"need":', "}", 60_000),
    b'{"need": ' + deep("[", "]", 900) + b"}",
    b'{"need": {"keywords": ' + deep("[", "]", 400) + b"}}",
    b'{"filters": ' + deep('{"filters":', "}", 500)[:-1] + b"}",
    b'{"need": "x", "k": ' + b"9" * 5_000 + b"}",
    b'{"need": "x", "k": 1e999}',
    b'{"need": "x", "k": NaN}',
    b'{"need": "\\ud800"}',
    b'{"need": "\\u0000"}',
    b'{"need": "x", "' + b"k" * 100_000 + b'": 1}',
    b'{"need": [' + b'"x",' * 200_000 + b'"x"]}',
    b'{"need": {"keywords": [' + b'"x",' * 200_000 + b'"x"]}}',
    b"{" + b",".join(b'"a%d": 1' % n for n in range(50_000)) + b"}",
    b"\xff\xfe{\x00}\x00",
    b"null",
    b"",
]


def test_hostile_json_is_refused_at_little_cost(scene: Scene) -> None:
    headers = {**scene.enterprise, "content-type": "application/json"}
    targets = (
        ("POST", "/v1/match"),
        ("POST", "/v1/needs"),
        ("PATCH", f"/v1/needs/{scene.ids['need']}"),
        ("POST", f"/v1/matches/{scene.ids['match']}/follow-ups"),
        ("POST", f"/v1/matches/{scene.ids['match']}/contact-reveals"),
    )
    for (method, path), body in product(targets, BODIES_OF_HARM):
        answer = scene.client.request(method, path, content=body, headers=headers)
        assert 200 <= answer.status_code < 500, (path, body[:40], answer.text[:300])
        assert answer.elapsed.total_seconds() < 20
        assert len(answer.content) < 50_000


def test_nul_and_half_surrogates_do_no_harm(scene: Scene) -> None:
    """PostgreSQL takes no NUL in a text, and UTF-8 no half of a pair."""
    headers = {**scene.enterprise, "content-type": "application/json"}
    for text in ("\u0000", "a\u0000b", "\ud800", "\u202e", "\ufeff", "\u200b"):
        body = json.dumps({**NEED, "title": f"隔膜{text}", "problem": f"{text}隔膜收缩"})
        answer = scene.client.post("/v1/needs", content=body, headers=headers)
        assert answer.status_code in (201, 422), answer.text
        stored = json.dumps(answer.json())
        assert "\\u0000" not in stored and "\\ud800" not in stored, "refused, or left out"
    for route in ("/v1/patents", "/v1/needs"):
        for query in ("cursor=%00", "cursor=%ff%fe", "limit=%00", "%00=1", "a[]=1", "cursor="):
            answer = scene.client.get(f"{route}?{query}", headers=scene.enterprise)
            assert answer.status_code in (200, 422), (route, query, answer.text)


FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1", "＝1+1")


def test_no_cell_of_an_export_is_a_formula(scene: Scene) -> None:
    admin = header(scene.settings, Role.ADMIN)
    for formula in FORMULAS:
        wish = {**NEED, "title": formula, "problem": formula, "goal": "耐热", "pledge_wish": True}
        sent = scene.client.post("/v1/needs", json=wish, headers=scene.enterprise)
        assert sent.status_code == 201, sent.text
    exports = [route for method, route in RULES if method == "GET" and route.endswith("/export")]
    seen: set[str] = set()
    for route in exports:
        for form in ("xlsx", "csv"):
            answer = scene.client.get(route, params={"format": form}, headers=admin)
            assert answer.status_code in (200, 422), (route, answer.text)
            if answer.status_code == 200 and "sheet" in answer.headers["content-type"]:
                book = openpyxl.load_workbook(BytesIO(answer.content))
                for sheet in book:
                    for row in sheet.iter_rows():
                        assert all(cell.data_type != "f" for cell in row), route
                        seen |= {cell.value for cell in row if isinstance(cell.value, str)}
            elif answer.status_code == 200 and "csv" in answer.headers["content-type"]:
                for line in answer.content.decode("utf-8-sig").splitlines():
                    for cell in line.split(","):
                        bare = cell.strip('"')
                        assert not re.match(r"[=+@\t\r＝]|-(?!\d)", bare), (route, cell)
    exported = {formula for formula in FORMULAS if any(formula.strip() in cell for cell in seen)}
    assert exported == set(FORMULAS), "they were in what was exported"


def test_markup_in_titles_stays_text(scene: Scene) -> None:
    script = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    patent = replace(SEPARATOR, id=type(SEPARATOR.id)("CN201919900009.9"), title=script)
    patent = replace(patent, application_number="CN201919900009.9")
    save(scene.settings, patent)
    build_index(scene.settings)
    for answer in (
        scene.client.get("/v1/patents", headers=scene.enterprise),
        scene.client.post("/v1/match", json={"need": script}, headers=scene.enterprise),
        scene.client.get(f"/v1/patents/{script}", headers=scene.enterprise),
        scene.client.get(f"/{script}", headers=scene.enterprise),
    ):
        assert "json" in answer.headers["content-type"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_need_as_large_as_allowed_is_answered(scene: Scene) -> None:
    for text in ("150℃" * 25_000, "\n" * 99_000 + "隔膜"):
        answer = scene.client.post("/v1/match", json={"need": text}, headers=scene.enterprise)
        assert answer.status_code in (200, 422) and answer.elapsed.total_seconds() < 60
