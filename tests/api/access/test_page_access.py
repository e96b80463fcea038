"""Every page, with every role and every way to be nobody, against the table of rules."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Literal

import pytest
import time_machine
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access import cookies
from api.access.rules import RULES
from api.app import create_app
from matcher.access.accounts import Account
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import accounts
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from tests.api.access.test_access import pages
from tests.support.accounts import make_account
from tests.support.browsers import browser, form_token, plant, post, sign_in
from tests.support.callers import header

Answered = Literal["shown", "refused", "sign-in"]
REFUSAL = "您的角色无权查看此页"
PEOPLE = [role for role in Role if role is not Role.VISITOR]


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


def opened(client: TestClient, method: str, path: str, token: str) -> Any:
    """Ask for a page with what no record has; a form has its token and nothing else."""
    address = re.sub(r"{\w+(:\w+)?}", "none_0", path)
    form = {"csrf_token": token} if method == "POST" else None
    return client.request(method, address, data=form)


def answered(answer: Any) -> Answered:
    """Return how a page answered."""
    assert answer.status_code != 500, answer.text  # there is no index: 503 is an answer
    if re.fullmatch(r"/sign-in(\?next=.*)?", answer.headers.get("location", "")):
        return "sign-in"
    return "refused" if answer.status_code == 403 and REFUSAL in answer.text else "shown"


def check_all(client: TestClient, role: Role, enter: Callable[[], None] | None = None) -> None:
    """Compare what every page answers with its rule; `enter` signs in."""
    app: Any = client.app
    public = app.state.settings.public_pages
    for method, path in pages(app):
        if enter is not None and cookies.SESSION not in client.cookies:
            enter()  # for the first time, or as a page before this one signs out
        token = form_token(client, "/sign-in" if enter is None else "/account")
        may = role in RULES[method, path].roles and (role is not Role.VISITOR or public)
        refused = "sign-in" if role is Role.VISITOR else "refused"
        answer = answered(opened(client, method, path, token))
        assert answer == ("shown" if may else refused), (role, method, path)


@pytest.mark.parametrize("role", PEOPLE)
def test_an_account_sees_the_pages_of_its_role(
    client: TestClient, unlimited: Settings, role: Role
) -> None:
    make_account(unlimited, role, name="yangli.ding")
    check_all(client, role, lambda: sign_in(client, "yangli.ding"))


@pytest.mark.parametrize("role", PEOPLE)
def test_a_key_sees_the_pages_of_its_role(
    client: TestClient, unlimited: Settings, role: Role
) -> None:
    key = header(unlimited, role)["Authorization"].removeprefix("Bearer ")

    def enter() -> None:
        assert post(client, "/sign-in", key=key).status_code == 303

    check_all(client, role, enter)


def test_who_has_not_signed_in_is_a_visitor(client: TestClient) -> None:
    check_all(client, Role.VISITOR)


def _disable(client: TestClient, settings: Settings, account: Account) -> None:
    with open_store(settings) as store, store.writing() as connection:
        accounts.disable(connection, account, now())


def _sign_out(client: TestClient, settings: Settings, account: Account) -> None:
    session = str(client.cookies[cookies.SESSION])
    post(client, "/sign-out", "/account")
    plant(client, cookies.SESSION, session)  # somebody kept it


def _forge(client: TestClient, settings: Settings, account: Account) -> None:
    plant(client, cookies.SESSION, "A" * 43)


@pytest.mark.parametrize("end", [_disable, _sign_out, _forge])
def test_a_session_that_has_ended_is_a_visitors(
    client: TestClient, unlimited: Settings, end: Callable[[TestClient, Settings, Account], None]
) -> None:
    account = make_account(unlimited, Role.ADMIN, name="yangli.ding")
    sign_in(client, "yangli.ding")
    end(client, unlimited, account)
    check_all(client, Role.VISITOR)


def test_a_session_that_is_too_old_is_a_visitors(client: TestClient, unlimited: Settings) -> None:
    sign_in(client)
    with time_machine.travel(now() + timedelta(days=8)):
        check_all(client, Role.VISITOR)


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
