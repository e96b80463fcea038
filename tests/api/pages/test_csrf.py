"""No page changes anything for a form that no page of this server showed."""

import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access import cookies
from api.app import create_app
from matcher.access.roles import Role
from matcher.settings import Settings
from scripts.docs.messages import TEMPLATES
from tests.support.accounts import NAME, PASSWORD, make_account
from tests.support.app_routes import page_routes
from tests.support.browsers import browser, form_token, sign_in

Headers = dict[str, str]
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


@pytest.fixture
def app(empty: Settings) -> FastAPI:
    make_account(empty, Role.ADMIN)
    unlimited = {"rate_per_minute": 0, "refused_per_minute": 0}
    return create_app(empty.model_copy(update=unlimited))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with browser(app) as client:
        yield client


def changing(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of every page that takes something."""
    return [
        (method, re.sub(r"{\w+(:\w+)?}", "none_0", path))
        for method, path in page_routes(app)
        if method != "GET"
    ]


def test_every_change_needs_the_token_of_its_session(
    app: FastAPI, client: TestClient, tried: Callable[[int], None]
) -> None:
    visitors = form_token(client)
    sign_in(client)
    stranger = browser(app)
    foreign = form_token(stranger)
    routes = changing(app)
    assert {("POST", "/sign-in"), ("POST", "/sign-out"), ("POST", "/")} <= set(routes)
    for method, path in routes:
        for token in (None, "", visitors, foreign, "é"):
            fields = {} if token is None else {"csrf_token": token}
            answer = client.request(method, path, data=fields)
            assert answer.status_code == 403, (path, token, answer.text)
        answer = client.request(method, path, headers={"X-CSRF-Token": foreign})
        assert answer.status_code == 403, path
    assert client.get("/account").status_code == 200  # signed out by none of them
    tried(len(routes) * 6)


FOREIGN: tuple[Headers, ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://localhost:8443"},
    {"Origin": "https://localhost.evil.example"},
    {"Origin": "null"},
)
"""What a browser says of a form that a page of another server sends."""


def test_another_page_changes_nothing_even_with_the_token(
    app: FastAPI, client: TestClient, tried: Callable[[int], None]
) -> None:
    sign_in(client)
    token = form_token(client, "/account")
    for (method, path), headers in product(changing(app), FOREIGN):
        answer = client.request(method, path, data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 403, (path, headers)
    assert client.get("/account").status_code == 200
    tried(len(changing(app)) * len(FOREIGN))


def test_a_script_sends_the_token_as_a_header(client: TestClient) -> None:
    sign_in(client)
    token = form_token(client, "/account")
    answer = client.post("/sign-out", headers={"X-CSRF-Token": token})
    assert answer.status_code == 303


def test_a_sign_in_needs_the_cookie_of_its_form(app: FastAPI, client: TestClient) -> None:
    token = form_token(client)
    without = browser(app).post(
        "/sign-in", data={"csrf_token": token, "name": NAME, "password": PASSWORD}
    )
    assert without.status_code == 403 and "Cookie" in without.text
    assert f"{cookies.SESSION}=" not in without.headers.get("set-cookie", "")


def test_the_cookie_of_forms_is_left_once_and_for_this_host(client: TestClient) -> None:
    first = client.get("/sign-in")
    (left,) = [line for line in first.headers.get_list("set-cookie") if "matcher-form" in line]
    assert left.startswith(f"{cookies.FORM}=")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in left
    assert "matcher-form" not in client.get("/sign-in").headers.get("set-cookie", "")


def test_every_posted_form_of_the_templates_has_the_token() -> None:
    forms = [
        (file.name, form)
        for file in sorted(TEMPLATES.glob("*.j2"))
        for form in FORM.findall(file.read_text("utf-8"))
        if 'method="post"' in form
    ]
    assert len(forms) >= 6
    without = [name for name, form in forms if 'name="csrf_token"' not in form]
    assert without == []
