"""The table of rules against the routes that there are; tests/attacks tries each of them."""

import re

import pytest
from fastapi import FastAPI

from api.access.rules import RULES
from api.app import create_app
from matcher.access.roles import Role, Tier
from matcher.settings import Settings
from scripts.docs import access_table
from tests.support.app_routes import OPEN, listed_routes, pages, routes


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
    others |= {route.path for route in listed_routes(app.routes) if route.path not in ruled}
    assert {path for path in others if not path.startswith("/static-offline-docs")} == OPEN


def test_an_auditor_reads_no_contact_and_only_auditor_and_admin_read_the_trail() -> None:
    for route, rule in RULES.items():
        if rule.tier is Tier.PERSONAL:
            assert Role.AUDITOR not in rule.roles, route
        if rule.tier is Tier.AUDIT:
            assert set(rule.roles) <= {Role.AUDITOR, Role.ADMIN}, route


def test_the_document_shows_the_rules_as_they_are() -> None:
    written = access_table.DOCUMENT.read_text(encoding="utf-8")
    assert written == access_table.document(), "run: python -m scripts.docs.access_table"
    assert set(access_table.ROLES) == set(Role) and set(access_table.TIERS) == set(Tier)
