"""Every route and page against every role, every state of a key, and every end of a session.

What is expected stands in docs/access.md; a route that is not there fails.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import cookies
from api.app import create_app
from matcher.access import api_keys, sessions
from matcher.access.accounts import Account
from matcher.access.roles import Role
from matcher.access.sessions import ABSOLUTE, IDLE, form_token
from matcher.ids import new_id
from matcher.settings import Settings
from matcher.store import accounts, keys
from matcher.store import sessions as stored_sessions
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from scripts.docs import access_table
from tests.support.accounts import OTHER_PASSWORD, hash_of, make_account
from tests.support.app_routes import Route, pages, routes
from tests.support.browsers import ADDRESS, Answered, answered
from tests.support.callers import Headers, header
from tests.support.engines import unlimited
from tests.support.route_requests import address
from tests.support.two_sides import Member, TwoSides

ENDING = re.compile(r"/sign-out|/account/sign-out-everywhere")
ROW = re.compile(r"^\| `(\w+) (\S+)` \| `\w+` \|(.*)\|$", re.MULTILINE)


@cache
def written_rules() -> Mapping[Route, set[Role]]:
    """By method and path, as docs/access.md has them: the roles that are let in."""
    found = {}
    for method, path, cells in ROW.findall(access_table.DOCUMENT.read_text(encoding="utf-8")):
        reaches = [cell.strip() for cell in cells.split("|")]
        named = zip(access_table.ROLES, reaches, strict=True)
        found[method, path] = {role for role, reach in named if reach in ("all", "own")}
    return found


def roles_of(route: Route) -> set[Role]:
    """The roles that docs/access.md lets in. Raises KeyError for a route that is not there."""
    return written_rules()[route[0], re.sub(r":\w+}", "}", route[1])]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a home without patents: its pages are soon made, and let in whom all do."""
    home = tmp_path_factory.mktemp("bare")
    settings = unlimited(home)
    make_account(settings, Role.STAFF)
    return settings


@pytest.fixture(scope="module", params=[True, False], ids=["public", "closed"])
def client(request: pytest.FixtureRequest, bare: Settings) -> Iterator[TestClient]:
    """A server whose pages are for the public, and one whose pages are not."""
    app = create_app(bare.model_copy(update={"public_pages": request.param}))
    with TestClient(app, base_url=ADDRESS) as client:
        yield client


def test_the_document_has_exactly_the_routes_of_the_app(sides: TwoSides) -> None:
    known = {
        (method, re.sub(r":\w+}", "}", path))
        for method, path in (*routes(sides.app), *pages(sides.app))
    }
    assert known == {*written_rules()}


def test_routes_by_role(sides: TwoSides, tried: Callable[[int], None]) -> None:
    """Keys open what their role may use, and no page; nobody's request opens no route."""
    faults, count = [], 0
    callers = {role: header(sides.settings, role) for role in Role}
    for route in (*routes(sides.app), *pages(sides.app)):
        for role, key in callers.items():
            if not route[1].startswith("/v1/"):
                if Role.VISITOR in roles_of(route) or role is not Role.ADMIN:
                    continue
                expected = 303
            else:
                expected = 0 if role in roles_of(route) else 403
            answer = ask(sides.client, route, key)
            count += 1
            status = answer.status_code
            if status != expected and (expected or status in (401, 403) or status >= 500):
                faults.append((route, role, status))
    assert faults == []
    tried(count)


def ask(client: TestClient, route: Route, headers: Headers) -> Any:
    """Ask for what no record has, so that nothing is changed by asking."""
    client.cookies.clear()
    return client.request(route[0], address(route[1]), headers=headers, follow_redirects=False)


def states_of_keys(sides: TwoSides) -> dict[str, Headers]:
    """Headers that are no valid key, each nearly one."""
    settings = sides.settings
    valid = sent(header(settings, Role.ADMIN))
    rotated = header(settings, Role.ADMIN)
    with open_store(settings) as store, store.writing() as connection:
        keys.rotate(connection, sent(rotated).split("_")[1], "0" * 64, now())
    mark, identity, secret = valid.split("_", 2)
    values = {
        "an altered end": f"{valid[:-1]}{'A' if valid[-1] != 'A' else 'E'}",
        "an altered beginning": f"{mark}_{identity}_{'A' if secret[0] != 'A' else 'E'}{secret[1:]}",
        "another's secret": f"{mark}_{sent(rotated).split('_')[1]}_{secret}",
        "no secret": f"{mark}_{identity}_",
        "an unknown id": f"mk_0123456789ab_{secret}",
        "a session's token": str(sides.members["admin"].session),
    }
    return {
        **{name: {"Authorization": f"Bearer {value}"} for name, value in values.items()},
        "none": {},
        "revoked": header(settings, Role.ADMIN, revoked_at=now()),
        "expired": header(settings, Role.ADMIN, expires_at=now() - timedelta(seconds=1)),
        "rotated away": rotated,
        "another scheme": {"Authorization": f"Basic {valid}"},
        "no scheme": {"Authorization": valid},
        "empty": {"Authorization": "Bearer "},
        "in a cookie": {"Cookie": f"key={valid}; Authorization={valid}; {cookies.SESSION}={valid}"},
        "in another header": {"X-Api-Key": valid, "Proxy-Authorization": f"Bearer {valid}"},
        "a session": sides.members["admin"].headers("/"),
    }


def sent(key: Headers) -> str:
    """The key itself."""
    return key["Authorization"].removeprefix("Bearer ")


def test_routes_by_state_of_the_key(sides: TwoSides, tried: Callable[[int], None]) -> None:
    faults, count = [], 0
    for name, headers in states_of_keys(sides).items():
        for route in routes(sides.app):
            answer = ask(sides.client, route, headers)
            count += 1
            if answer.status_code != 401 or answer.headers["www-authenticate"] != "Bearer":
                faults.append((name, route, answer.status_code))
    assert faults == []
    valid = sent(header(sides.settings, Role.ADMIN))
    mark, identity, secret = valid.split("_", 2)
    for odd in (
        *(identity, secret, f"{valid}A", f"{valid} {valid}", f'"{valid}"', f"{valid}%00"),
        *(valid.upper(), valid.replace("mk_", "mK_"), f"{mark}_{identity}_{'0' * 64}", "mk__", "_"),
    ):
        headers = {"Authorization": f"Bearer {odd}"}
        assert sides.client.get("/v1/patents", headers=headers).status_code == 401, odd
    for place in ("key", "api_key", "access_token", "Authorization"):
        answer = sides.client.get("/v1/patents", params={place: valid})
        assert answer.status_code == 401, place
    tried(count)


def begun(
    settings: Settings,
    holder: Account | str,
    *,
    age: timedelta = timedelta(0),
    idle: timedelta = timedelta(0),
    pepper: bytes | None = None,
) -> str:
    """Begin a session of an account, or of the key with this id; return its token."""
    token = sessions.new_token()
    pepper = pepper or api_keys.make_pepper(settings.home, settings.pepper)
    session = sessions.Session(
        sessions.hash_token(token, pepper),
        None if isinstance(holder, str) else holder.id,
        holder if isinstance(holder, str) else None,
        now() - age,
        now() - idle,
    )
    with open_store(settings) as store, store.adding() as connection:
        stored_sessions.add(connection, session)
    return token


def holders(settings: Settings, role: Role) -> list[Account | str]:
    """An account and a key of this role."""
    return [
        make_account(settings, role, new_id("name")),
        sent(header(settings, role)).split("_")[1],
    ]


def on_page(client: TestClient, route: Route, token: str | None) -> Answered:
    """Ask for a page with a session; a form has its token and nothing else."""
    member = Member("", Role.VISITOR, {}, token)
    return answered(ask(client, route, member.headers(route[1])))


def test_pages_by_role(client: TestClient, bare: Settings, tried: Callable[[int], None]) -> None:
    """The public setting is for visitors only: of the others each comes to a server without."""
    faults, count = [], 0
    app: Any = client.app
    is_public = app.state.settings.public_pages
    for role in [Role.VISITOR] if is_public else Role:
        visits = role is Role.VISITOR
        for holder in [None] if visits else holders(bare, role):
            token = None
            for route in pages(app):
                if holder is not None and token is None:
                    token = begun(bare, holder)
                may = role in roles_of(route) and (not visits or is_public)
                expected = "shown" if may else "sign-in" if visits else "refused"
                got = on_page(client, route, token)
                count += 1
                if got != expected:
                    faults.append((route, role, type(holder), got))
                if ENDING.fullmatch(route[1]):
                    token = None
    assert faults == []
    tried(count)


def ended(settings: Settings) -> dict[str, str]:
    """Tokens of sessions that have ended or never were, by the way of their end."""

    def account() -> Account:
        return make_account(settings, Role.ADMIN, new_id("name"))

    with open_store(settings) as store:
        out, everywhere, disabled, other_role, other_word = (account() for _ in range(5))
        revoked, rotated = (sent(header(settings, Role.ADMIN)).split("_")[1] for _ in range(2))
        past = now() - timedelta(seconds=1)
        expired = sent(header(settings, Role.ADMIN, expires_at=past)).split("_")[1]
        found = {
            "signed out": begun(settings, out),
            "signed out everywhere": begun(settings, everywhere),
            "account disabled": begun(settings, disabled),
            "another role": begun(settings, other_role),
            "another password": begun(settings, other_word),
            "key revoked": begun(settings, revoked),
            "key rotated": begun(settings, rotated),
            "key expired": begun(settings, expired),
            "idle": begun(settings, account(), age=IDLE, idle=IDLE),
            "a week old": begun(settings, account(), age=ABSOLUTE),
            "of another installation": begun(settings, account(), pepper=b"another pepper"),
            "forged": "A" * 43,
            "a key": sent(header(settings, Role.ADMIN)),
            "the token of a form": form_token(begun(settings, account())),
            "empty": "",
        }
        pepper = api_keys.make_pepper(settings.home, settings.pepper)
        with store.writing() as connection:
            stored_sessions.end(connection, sessions.hash_token(found["signed out"], pepper))
            stored_sessions.end_all(connection, everywhere.id)
            accounts.disable(connection, disabled, now())
            accounts.set_role(connection, replace(other_role, role=Role.AUDITOR))
            accounts.set_password(connection, other_word, hash_of(OTHER_PASSWORD), now())
            keys.revoke(connection, revoked, now())
            keys.rotate(connection, rotated, "0" * 64, now())
    return found


def test_pages_by_end_of_the_session(
    client: TestClient, bare: Settings, tried: Callable[[int], None]
) -> None:
    """Every session that has ended, and every key on a page, is a visitor's."""
    faults, count = [], 0
    app: Any = client.app
    is_public = app.state.settings.public_pages
    closed = [r for r in pages(app) if not is_public or Role.VISITOR not in roles_of(r)]
    for name, token in ended(bare).items():
        for route in closed:
            got = on_page(client, route, token)
            count += 1
            if got != "sign-in":
                faults.append((name, route, got))
    assert faults == []
    tried(count)


def test_a_lock_ends_no_session(client: TestClient, bare: Settings) -> None:
    account = make_account(bare, Role.STAFF, new_id("name"))
    token = begun(bare, account)
    with open_store(bare) as store, store.writing() as connection:
        for _ in range(9):
            accounts.count_failure(connection, account, now(), known_browser=False)
        assert accounts.is_locked(connection, account, now())
    assert on_page(client, ("GET", "/account"), token) == "shown"
