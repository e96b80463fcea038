"""The menu of every role; tests/attacks/test_roles.py asks for every page."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.access.roles import Role
from matcher.settings import Settings
from tests.support.accounts import make_account
from tests.support.browsers import answered, browser, sign_in


@pytest.fixture
def unlimited(empty: Settings) -> Settings:
    """Settings of a server that people sign in to."""
    make_account(empty, Role.STAFF)
    unlimited = {"rate_per_minute": 0, "refused_per_minute": 0}
    return empty.model_copy(update=unlimited)


@pytest.fixture(params=[False, True], ids=["not public", "public"])
def app(request: pytest.FixtureRequest, unlimited: Settings) -> FastAPI:
    return create_app(unlimited.model_copy(update={"public_pages": request.param}))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with browser(app) as client:
        yield client


@pytest.mark.parametrize("role", Role)
def test_the_menu_leads_nowhere_that_is_refused(
    client: TestClient, unlimited: Settings, role: Role
) -> None:
    if role is not Role.VISITOR:
        make_account(unlimited, role, name="yangli.ding")
        sign_in(client, "yangli.ding")
    start = client.get("/")
    menu = start.text.partition("<header")[2].partition("</header>")[0]
    paths = set(re.findall(r'href="(/[^"?]*)"', menu)) - {"/basket"}
    if answered(start) == "shown":
        assert "/" in paths
        for path in paths:
            assert answered(client.get(path)) == "shown" or path == "/sign-in", (role, path)
