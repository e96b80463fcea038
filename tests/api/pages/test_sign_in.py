"""Sign-in, sessions and one's own account in a browser."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access import cookies
from api.app import create_app
from matcher.access import api_keys
from matcher.access.accounts import Account
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import accounts, audit, keys, sessions
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from tests.support.accounts import NAME, OTHER_PASSWORD, PASSWORD, make_account
from tests.support.browsers import ADDRESS, browser, form_token, plant, post, sign_in
from tests.support.callers import header

WRONG = "夜半钟声到客船 1999"
REFUSAL = "登录名或密码不正确"


@pytest.fixture
def account(empty: Settings) -> Account:
    return make_account(empty)


@pytest.fixture
def app(empty: Settings) -> FastAPI:
    return create_app(empty.model_copy(update={"refused_per_minute": 0}))


@pytest.fixture
def client(app: FastAPI, account: Account) -> Iterator[TestClient]:
    with browser(app) as client:
        yield client


def is_signed_in(client: TestClient) -> bool:
    return client.get("/account").status_code == 200


def set_cookies(answer: Any) -> dict[str, str]:
    """The cookies that an answer sets: what stands behind the name."""
    lines = answer.headers.get_list("set-cookie")
    return {line.partition("=")[0]: line.partition("=")[2] for line in lines}


def test_an_account_signs_in_and_out(client: TestClient, account: Account) -> None:
    assert client.get("/account").headers["location"] == "/sign-in?next=%2Faccount"
    answer = post(client, "/sign-in", name=NAME.upper(), password=PASSWORD, next="/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    page = client.get("/account").text
    assert NAME in page and "工作人员" in page and page.count("本浏览器") == 1
    out = post(client, "/sign-out", "/account")
    assert out.headers["location"] == "/sign-in?ended=1"
    assert not is_signed_in(client)
    assert "已退出登录" in client.get("/sign-in?ended=1").text


def test_an_auditor_begins_with_a_page_that_the_role_may_see(
    client: TestClient, empty: Settings
) -> None:
    make_account(empty, Role.AUDITOR, "shen.ji")
    answer = post(client, "/sign-in", name="shen.ji", password=PASSWORD)
    assert answer.headers["location"] == "/account"
    assert is_signed_in(client)


def test_the_cookie_is_for_this_host_and_out_of_reach_of_scripts(client: TestClient) -> None:
    answer = post(client, "/sign-in", name=NAME, password=PASSWORD)
    left = set_cookies(answer)
    for name in (cookies.SESSION, cookies.KNOWN):
        parts = {part.strip().lower() for part in left[name].split(";")[1:]}
        assert name.startswith("__Host-")
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= parts
        assert not any(part.startswith("domain") for part in parts)
    assert NAME not in str(left) and answer.headers["cache-control"] == "no-store"


def test_below_a_prefix_the_cookie_is_for_all_paths_and_pages_below_the_prefix(
    empty: Settings, account: Account
) -> None:
    with TestClient(
        create_app(empty), base_url=ADDRESS, root_path="/tools", follow_redirects=False
    ) as client:
        answer = post(client, "/tools/sign-in", name=NAME, password=PASSWORD, next="/account")
        assert answer.headers["location"] == "/tools/account"
        assert "; path=/;" in set_cookies(answer)[cookies.SESSION].lower() + ";"
        assert client.get("/tools/account").status_code == 200


def test_each_sign_in_has_a_token_of_its_own_and_ends_the_one_before(client: TestClient) -> None:
    plant(client, cookies.SESSION, "A" * 43)  # planted by somebody else
    sign_in(client)
    first = str(client.cookies[cookies.SESSION])
    assert first != "A" * 43
    answer = client.post(
        "/sign-in",
        data={
            "csrf_token": form_token(client, "/account"),
            "name": NAME,
            "password": PASSWORD,
        },
    )
    assert answer.status_code == 303
    assert client.cookies[cookies.SESSION] != first
    plant(client, cookies.SESSION, first)
    assert not is_signed_in(client)


def test_every_refusal_reads_alike_and_keeps_no_password(
    client: TestClient, empty: Settings
) -> None:
    make_account(empty, name="disabled.one", disabled=True)
    attempts = [("nobody", PASSWORD), (NAME, WRONG), ("disabled.one", PASSWORD)]
    attempts += [(NAME, WRONG)] * 4 + [(NAME, PASSWORD)]
    for name, password in attempts:
        answer = post(client, "/sign-in", name=name, password=password)
        assert answer.status_code == 403 and REFUSAL in answer.text, name
        assert password not in answer.text and cookies.SESSION not in set_cookies(answer)


def test_the_lock_ends_and_a_known_browser_is_not_locked_by_others(
    app: FastAPI, client: TestClient
) -> None:
    sign_in(client)
    stranger = browser(app)
    for _attempt in range(5):
        post(stranger, "/sign-in", name=NAME, password=WRONG)
    assert post(stranger, "/sign-in", name=NAME, password=PASSWORD).status_code == 403
    assert is_signed_in(client)
    post(client, "/sign-out", "/account")
    sign_in(client)
    with time_machine.travel(now() + timedelta(minutes=16)):
        sign_in(stranger)


def test_an_address_has_a_limit_of_attempts(empty: Settings, account: Account) -> None:
    limited = empty.model_copy(update={"refused_per_minute": 3})
    with browser(create_app(limited)) as client:
        answers = [
            post(client, "/sign-in", name="nobody", password=WRONG).status_code for _ in range(4)
        ]
        assert answers == [403, 403, 403, 429]
        last = post(client, "/sign-in", name=NAME, password=PASSWORD)
        assert last.status_code == 429 and int(last.headers["retry-after"]) > 0
        assert "尝试次数过多" in last.text
        assert client.get("/sign-in").status_code == 200


def travelled(client: TestClient, moment: datetime) -> bool:
    with time_machine.travel(moment, tick=False):
        return is_signed_in(client)


def test_a_session_ends_idle_and_after_a_week(client: TestClient) -> None:
    began = now()
    with time_machine.travel(began, tick=False):
        sign_in(client)
    moment = began
    while moment < began + timedelta(days=6, hours=16):
        moment += timedelta(hours=11)
        assert travelled(client, moment)
    assert travelled(client, began + timedelta(days=7) - timedelta(seconds=1))
    assert not travelled(client, began + timedelta(days=7))


def test_an_idle_session_ends(client: TestClient) -> None:
    began = now()
    with time_machine.travel(began, tick=False):
        sign_in(client)
    assert not travelled(client, began + timedelta(hours=12))


def test_sign_out_everywhere_ends_every_session(
    app: FastAPI, client: TestClient, empty: Settings, account: Account
) -> None:
    other = browser(app)
    sign_in(client)
    sign_in(other)
    assert client.get("/account").text.count("<tr><td>") == 2
    answer = post(client, "/account/sign-out-everywhere", "/account")
    assert answer.headers["location"] == "/sign-in?ended=1"
    assert not is_signed_in(client) and not is_signed_in(other)
    with open_store(empty) as store, store.reading() as connection:
        (row,) = audit.page(connection, action="account.signed_out")
    assert (row.by, row.subject) == (account.id, account.id)


def test_a_changed_password_leaves_only_the_browser_that_changed_it(
    app: FastAPI, client: TestClient, empty: Settings, account: Account
) -> None:
    other = browser(app)
    sign_in(client)
    sign_in(other)
    changed = {"present": PASSWORD, "new": OTHER_PASSWORD, "again": OTHER_PASSWORD}
    for wrong, expected in (
        ({"again": PASSWORD}, "不一致"),
        ({"present": WRONG}, "当前密码不正确"),
        ({"new": "short", "again": "short"}, "12 至 200"),
    ):
        refused = post(client, "/account/password", "/account", **(changed | wrong))
        assert refused.status_code == 403 and expected in refused.text
        assert PASSWORD not in refused.text and OTHER_PASSWORD not in refused.text
    before = client.cookies[cookies.SESSION]
    answer = post(client, "/account/password", "/account", **changed)
    assert answer.headers["location"] == "/account?changed=1"
    assert client.cookies[cookies.SESSION] != before
    assert "密码已修改" in client.get("/account?changed=1").text
    assert not is_signed_in(other)
    assert post(other, "/sign-in", name=NAME, password=PASSWORD).status_code == 403
    sign_in(other, password=OTHER_PASSWORD)
    with open_store(empty) as store, store.reading() as connection:
        (row,) = audit.page(connection, action="account.password_set")
    assert row.by == account.id


@pytest.mark.parametrize("end", ["disabled", "role"])
def test_the_operator_ends_sessions_at_once(
    client: TestClient, empty: Settings, account: Account, end: str
) -> None:
    sign_in(client)
    with open_store(empty) as store, store.writing() as connection:
        if end == "disabled":
            accounts.disable(connection, account, now())
        else:
            accounts.set_role(connection, account)
    assert not is_signed_in(client)


@pytest.mark.parametrize("end", ["revoked", "rotated", "expired"])
def test_a_key_signs_in_until_it_ends(client: TestClient, empty: Settings, end: str) -> None:
    expires = now() + timedelta(hours=1)
    sent = header(empty, Role.TTO, expires_at=expires)["Authorization"].removeprefix("Bearer ")
    assert post(client, "/sign-in", key=sent[:-1]).status_code == 403
    answer = post(client, "/sign-in", key=sent)
    assert answer.status_code == 303 and cookies.KNOWN not in set_cookies(answer)
    page = client.get("/account").text
    identity = sent.split("_")[1]
    assert identity in page and "样例大学" in page and sent not in page
    assert "当前密码" not in page
    if end == "expired":
        assert not travelled(client, expires)
        return
    with open_store(empty) as store, store.writing() as connection:
        if end == "revoked":
            keys.revoke(connection, identity, now())
        else:
            keys.rotate(connection, identity, "0" * 64, now())
    assert not is_signed_in(client)


def test_sessions_are_not_taken_for_keys_nor_keys_for_sessions(
    client: TestClient, empty: Settings
) -> None:
    key = header(empty, Role.ADMIN)
    assert client.get("/account", headers=key).status_code == 303
    sign_in(client)
    assert client.get("/v1/patents").status_code == 401
    token = client.cookies[cookies.SESSION]
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/v1/patents", headers=bearer).status_code == 401
    plant(client, cookies.SESSION, key["Authorization"].removeprefix("Bearer "))
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/account", "/account"),
        ("/?q=%E9%9A%94%E8%86%9C&page=2", "/?q=%E9%9A%94%E8%86%9C&page=2"),
        ("//evil.example/x", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        (" //evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
        ("", "/"),
        ("/x" * 5_000, "/"),
        ("/sign-in", "/"),
        ("/sign-out", "/"),
        ("//[", "/"),
    ],
)
def test_a_sign_in_leads_only_to_this_server(client: TestClient, wanted: str, target: str) -> None:
    answer = post(client, "/sign-in", name=NAME, password=PASSWORD, next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, target)
    if len(wanted) < 8_000:  # longer addresses are refused
        again = client.get("/sign-in", params={"next": wanted})
        assert again.headers["location"] == target


def test_the_wanted_page_goes_with_the_form(client: TestClient) -> None:
    to_sign_in = client.get("/account?changed=1").headers["location"]
    assert 'name="next" value="/account?changed=1"' in client.get(to_sign_in).text
    evil = client.get("/sign-in", params={"next": "//evil.example"}).text
    assert 'name="next" value="/"' in evil and 'href="//evil' not in evil


def test_over_plain_http_to_another_host_nobody_signs_in(empty: Settings, account: Account) -> None:
    named = empty.model_copy(update={"allowed_hosts": ("pages.example",)})
    with browser(create_app(named), "http://pages.example") as client:
        page = client.get("/sign-in").text
        assert "未加密的连接不能登录" in page and "<form" not in page
        token = {"csrf_token": _form_token_in_clear(client)}
        answer = client.post("/sign-in", data={"name": NAME, "password": PASSWORD, **token})
        assert answer.status_code == 200 and cookies.SESSION not in set_cookies(answer)
    behind = named.model_copy(update={"behind_tls": True})
    with browser(create_app(behind), "http://pages.example") as client:
        assert "<form" in client.get("/sign-in").text


def _form_token_in_clear(client: TestClient) -> str:
    from matcher.access.sessions import form_token as token_of

    secret = client.cookies[cookies.FORM_IN_CLEAR]
    return token_of(secret)


def test_without_accounts_the_page_says_how_the_first_one_is_made(app: FastAPI) -> None:
    with browser(app) as client:
        page = client.get("/sign-in").text
        assert "matcher users add" in page and "<form" not in page
        assert client.get("/account").headers["location"] == "/sign-in"


def test_the_log_has_the_id_and_neither_name_nor_password(
    client: TestClient, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        post(client, "/sign-in", name=NAME, password=WRONG)
        sign_in(client)
        client.get("/account")
    written = json.dumps([vars(record) for record in caplog.records], default=str)
    own = [vars(record) for record in caplog.records if record.message == "request"]
    assert own[-1]["key"] == account.id and own[-1]["role"] == "staff"
    token = str(client.cookies[cookies.SESSION])
    for secret in (NAME, WRONG, PASSWORD, token, api_keys.hash_secret(token, b"")):
        assert secret not in "\n".join(f"{vars(r)}" for r in caplog.records if r.name[:3] == "api")
    assert PASSWORD not in written


def test_a_lost_pepper_is_an_error_of_the_server(
    client: TestClient, empty: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client)
    pepper: Path = empty.home / api_keys.PEPPER_FILE
    pepper.unlink()
    answer = client.get("/account")
    assert answer.status_code == 503 and str(empty.home) not in answer.text
    assert api_keys.PEPPER_FILE in caplog.text


def test_sessions_are_seen_at_most_every_five_minutes(
    client: TestClient, empty: Settings, account: Account
) -> None:
    began = now()
    with time_machine.travel(began, tick=False):
        sign_in(client)
    for minutes, seen in ((4, 0), (6, 6), (8, 6)):
        moment = began + timedelta(minutes=minutes)
        assert travelled(client, moment)
        with open_store(empty) as store, store.reading() as connection:
            (session,) = sessions.of_holder(connection, account.id, moment)
        assert session.last_seen_at == began + timedelta(minutes=seen)
