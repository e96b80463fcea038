"""Every route, with every role and with invalid keys, against the table of rules."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from api.access.rules import RULES
from api.app import create_app
from matcher.access.roles import Role, Tier
from matcher.settings import Settings
from matcher.store.schema.times import now
from scripts.docs import access_table
from tests.support.callers import Headers, header

OPEN = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/oauth2-redirect",
    "/static/{version}/{name}",
    "/sign-in",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-{part}.xml",
}
"""Paths that answer to everybody, or have a rule of their own (tests/api/routes/test_metrics.py);
none of them shows a record."""

Route = tuple[str, str]


def routes(app: FastAPI) -> list[Route]:
    """Method and path, as the route writes it, of every route below /v1."""
    return [route for route in _methods_and_paths(app) if route[1].startswith("/v1/")]


def pages(app: FastAPI) -> list[Route]:
    """Method and path of every page."""
    return [
        (method, path)
        for method, path in _methods_and_paths(app)
        if not path.startswith("/v1/") and path not in OPEN
    ]


def page_routes(app: FastAPI) -> list[Route]:
    """Method and path of every page, and of the sign-in, which is open to everybody."""
    return [*pages(app), ("GET", "/sign-in"), ("POST", "/sign-in")]


def _methods_and_paths(app: FastAPI) -> list[Route]:
    listed = [
        (method, route.path)
        for route in _all_routes(app.routes)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    assert len(listed) == len(set(listed))
    return sorted(listed)


def _all_routes(given: Any) -> Iterator[APIRoute]:
    """Yield routes, those of included routers as well."""
    for route in given:
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from _all_routes(inner.routes)


@pytest.fixture
def unlimited(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_per_minute": 0, "refused_per_minute": 0})


@pytest.fixture
def app(unlimited: Settings) -> FastAPI:
    return create_app(unlimited)


def test_every_route_has_a_rule_and_every_rule_a_route(app: FastAPI) -> None:
    described = {
        (method.upper(), path)
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if path.startswith("/v1/")
    }
    actual = routes(app)
    assert {(method, re.sub(r":\w+}", "}", path)) for method, path in actual} >= described
    assert {*actual, *pages(app)} == set(RULES)
    assert len(actual) >= 5


def test_only_the_open_routes_answer_without_a_key(app: FastAPI) -> None:
    paths = [getattr(route, "path", None) for route in app.routes]
    ruled = {path for _method, path in RULES}
    others = {path for path in paths if isinstance(path, str) and path not in ruled}
    others |= {route.path for route in _all_routes(app.routes) if route.path not in ruled}
    assert {path for path in others if not path.startswith("/static-offline-docs")} == OPEN


def test_an_auditor_reads_no_contact_and_only_auditor_and_admin_read_the_trail() -> None:
    for route, rule in RULES.items():
        if rule.tier is Tier.PERSONAL:
            assert Role.AUDITOR not in rule.roles, route
        if rule.tier is Tier.AUDIT:
            assert set(rule.roles) <= {Role.AUDITOR, Role.ADMIN}, route


def ask(client: TestClient, route: Route, headers: Headers) -> Any:
    method, path = route
    # What no record has, so that nothing is changed by asking.
    return client.request(method, re.sub(r"{\w+(:\w+)?}", "none_0", path), headers=headers)


def test_every_route_takes_exactly_the_roles_of_its_rule(app: FastAPI, unlimited: Settings) -> None:
    callers = {role: header(unlimited, role) for role in Role}
    with TestClient(app) as client:
        for route in routes(app):
            for role, key in callers.items():
                answer = ask(client, route, key)
                if role in RULES[route].roles:
                    assert answer.status_code not in (401, 403), (route, role, answer.text)
                else:
                    assert answer.status_code == 403, (route, role, answer.text)
                    assert answer.json()["type"] == "urn:problem-type:matcher:forbidden"
                assert answer.status_code < 500, (route, role, answer.text)


def test_no_route_takes_an_invalid_key(app: FastAPI, unlimited: Settings) -> None:
    valid = header(unlimited, Role.ADMIN)["Authorization"].removeprefix("Bearer ")
    last = "A" if valid[-1] != "A" else "E"
    bad: dict[str, Headers] = {
        "none": {},
        "revoked": header(unlimited, Role.ADMIN, revoked_at=now()),
        "expired": header(unlimited, Role.ADMIN, expires_at=now() - timedelta(seconds=1)),
        "another secret": {"Authorization": f"Bearer {valid[:-1]}{last}"},
        "unknown": {"Authorization": "Bearer mk_0123456789ab_" + "x" * 43},
        "another scheme": {"Authorization": f"Basic {valid}"},
        "bare": {"Authorization": valid},
        "empty": {"Authorization": "Bearer "},
        "in a cookie": {"Cookie": f"key={valid}; Authorization={valid}"},
        "in another header": {"X-Api-Key": valid},
    }
    with TestClient(app) as client:
        for route in routes(app):
            for name, headers in bad.items():
                answer = ask(client, route, headers)
                assert answer.status_code == 401, (route, name)
                assert answer.headers["www-authenticate"] == "Bearer"
        assert client.get("/v1/patents", params={"key": valid}).status_code == 401


def test_the_document_shows_the_rules_as_they_are() -> None:
    written = access_table.DOCUMENT.read_text(encoding="utf-8")
    assert written == access_table.document(), "run: python -m scripts.docs.access_table"
    assert set(access_table.ROLES) == set(Role) and set(access_table.TIERS) == set(Tier)
