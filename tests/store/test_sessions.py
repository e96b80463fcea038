"""Sessions in the database: they end idle, and in any case after a week."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from matcher.access.accounts import Account
from matcher.access.sessions import Session
from matcher.settings import Settings
from matcher.store import sessions
from matcher.store.database import Store
from matcher.store.schema import accounts as schema
from tests.support.accounts import make_account
from tests.support.engines import settings_for

INSTANT = timedelta(microseconds=1)


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


@pytest.fixture
def session(connection: Connection, account: Account) -> Session:
    began = account.created_at
    session = Session("a" * 64, account.id, None, began, began)
    sessions.add(connection, session)
    return session


def is_there(connection: Connection, session: Session, moment: datetime) -> bool:
    return sessions.find(connection, session.hashed, moment) is not None


def test_a_session_without_requests_ends_after_twelve_hours(
    connection: Connection, session: Session
) -> None:
    end = session.created_at + timedelta(hours=12)
    assert sessions.find(connection, session.hashed, end - INSTANT) == session
    assert not is_there(connection, session, end)
    assert sessions.of_holder(connection, str(session.account), end) == []


def test_requests_prolong_a_session_but_not_beyond_a_week(
    connection: Connection, session: Session
) -> None:
    week = session.created_at + timedelta(days=7)
    moment = session.created_at
    while moment < week - timedelta(hours=11):
        moment += timedelta(hours=11)
        assert is_there(connection, session, moment)
        sessions.record_seen(connection, session.hashed, moment)
    assert is_there(connection, session, week - INSTANT)
    assert not is_there(connection, session, week)


def test_ended_sessions_are_deleted_when_one_begins(
    connection: Connection, session: Session
) -> None:
    later = session.created_at + timedelta(hours=12)
    new = replace(session, hashed="b" * 64, created_at=later, last_seen_at=later)
    sessions.add(connection, new)
    assert connection.execute(select(func.count()).select_from(schema.sessions)).scalar() == 1
    assert is_there(connection, new, later)


def test_one_session_ends_or_all(connection: Connection, session: Session) -> None:
    others = [replace(session, hashed=letter * 64) for letter in "bcd"]
    for other in others:
        sessions.add(connection, other)
    sessions.end(connection, session.hashed)
    sessions.end(connection, session.hashed)
    left = sessions.of_holder(connection, str(session.account), session.created_at)
    assert left == others
    assert sessions.end_all(connection, str(session.account)) == 3
    assert sessions.of_holder(connection, str(session.account), session.created_at) == []
