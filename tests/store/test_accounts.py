"""Accounts in the database: unique names, and the end of sessions with every change of rights."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from matcher.access.accounts import Account
from matcher.access.roles import Role
from matcher.access.sessions import Session
from matcher.errors import ConflictError, NotFoundError
from matcher.settings import Settings
from matcher.store import accounts, keys, open_access, sessions
from matcher.store.database import Store
from matcher.store.schema.times import now
from tests.support.accounts import NAME, hash_of, make_account
from tests.support.callers import header
from tests.support.engines import settings_for


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return settings_for(tmp_path)


@pytest.fixture
def account(home: Settings) -> Account:
    return make_account(home)


@pytest.fixture
def connection(home: Settings, account: Account) -> Iterator[Connection]:
    with Store(home.url) as store, store.writing() as connection:
        yield connection


def session_of(account: str | None = None, api_key: str | None = None) -> Session:
    return Session("0" * 64, account, api_key, now(), now())


def test_an_account_is_kept_whole_and_its_name_taken_in_any_way_of_writing(
    connection: Connection, account: Account
) -> None:
    assert accounts.find(connection, account.id) == account
    assert accounts.by_name(connection, " Yangli.YUAN") == account
    assert accounts.by_name(connection, "nobody") is None
    with pytest.raises(ConflictError, match="is taken"):
        accounts.add(connection, replace(account, id="us_other"))
    with pytest.raises(NotFoundError, match="no account of this name") as caught:
        accounts.named(connection, "nobody")
    assert "nobody" not in str(caught.value)
    assert accounts.each(connection) == [account]


@pytest.mark.parametrize(
    "change",
    [
        lambda c, a: accounts.set_password(c, a, hash_of("another long one"), now()),
        lambda c, a: accounts.disable(c, a, now()),
        lambda c, a: accounts.set_role(c, replace(a, role=Role.ADMIN)),
    ],
    ids=["password", "disabled", "role"],
)
def test_a_change_of_rights_ends_every_session(
    connection: Connection, account: Account, change: Callable[[Connection, Account], None]
) -> None:
    sessions.add(connection, session_of(account.id))
    change(connection, account)
    assert sessions.of_holder(connection, account.id, now()) == []
    assert accounts.find(connection, account.id) != account


@pytest.mark.parametrize("end", ["revoke", "rotate"])
def test_a_revoked_or_rotated_key_has_no_sessions(home: Settings, end: str) -> None:
    sent = header(home, Role.STAFF)["Authorization"]
    key_id = sent.split("_")[1]
    with Store(home.url) as store, store.writing() as connection:
        sessions.add(connection, session_of(api_key=key_id))
        assert len(sessions.of_holder(connection, key_id, now())) == 1
        if end == "revoke":
            keys.revoke(connection, key_id, now())
        else:
            keys.rotate(connection, key_id, "0" * 64, now())
        assert sessions.of_holder(connection, key_id, now()) == []


def test_failures_are_counted_apart_for_known_browsers(
    connection: Connection, account: Account
) -> None:
    for _attempt in range(5):
        accounts.count_failure(connection, account, now(), known_browser=False)
    accounts.count_failure(connection, account, now(), known_browser=True)
    assert accounts.failures(connection, account, known_browser=False).is_locked(now())
    assert accounts.failures(connection, account, known_browser=True).count == 1
    assert accounts.is_locked(connection, account, now())
    accounts.forget_failures(connection, account, known_browser=True)
    assert accounts.is_locked(connection, account, now())
    accounts.forget_failures(connection, account)
    assert not accounts.is_locked(connection, account, now())


def test_a_new_password_ends_the_lock(connection: Connection, account: Account) -> None:
    for _attempt in range(5):
        accounts.count_failure(connection, account, now(), known_browser=False)
    accounts.set_password(connection, account, hash_of("another long one"), now())
    assert not accounts.is_locked(connection, account, now())


def test_access_is_open_until_the_first_account_even_a_disabled_one(home: Settings) -> None:
    with Store(home.url) as store, store.reading() as connection:
        assert open_access.is_open(connection)
    account = make_account(home, name=f"{NAME}.2")
    with Store(home.url) as store, store.writing() as connection:
        accounts.disable(connection, account, now())
        assert not open_access.is_open(connection)


def test_access_is_closed_from_the_first_key_on_even_a_revoked_one(home: Settings) -> None:
    header(home, Role.PORTAL, revoked_at=now())
    with Store(home.url) as store, store.reading() as connection:
        assert not open_access.is_open(connection)
