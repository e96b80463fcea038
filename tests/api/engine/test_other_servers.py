"""Servers of one database tell one another of themselves, and say what they do not share."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import anyio
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from api.app import create_app
from api.engine.other_servers import BEAT_SECONDS, OtherServers, misfits, own_record
from matcher.settings import Settings
from matcher.store import servers
from matcher.store.schema.servers import servers as table
from matcher.store.schema.times import database_time
from matcher.store.servers import LEASE
from matcher.store.shared import SharedRecords
from tests.support.accounts import make_account

REDIS = "redis://127.0.0.1:6379"


@pytest.fixture
def shared(empty: Settings) -> Iterator[SharedRecords]:
    opened = SharedRecords(empty.url)
    yield opened
    opened.close()


def ids(shared: SharedRecords) -> list[str]:
    with shared.reading() as connection:
        return [server.id for server in servers.others(connection, "")]


def test_servers_that_share_everything_are_told_nothing(empty: Settings) -> None:
    settings = empty.model_copy(update={"limits_storage": REDIS})
    make_account(settings)
    own, other = own_record("server_a", settings), own_record("server_b", settings)
    assert own.pepper is not None and misfits(own, [other]) == []
    assert misfits(replace(own, counts_alone=True), []) == []


def test_each_thing_that_is_not_shared_is_said(empty: Settings) -> None:
    settings = empty.model_copy(update={"limits_storage": REDIS})
    elsewhere = settings.home.parent / "another home"
    pepper = {"key_pepper": SecretStr("p" * 20)}
    own = own_record("server_a", settings.model_copy(update=pepper))
    others = {
        "MATCHER_LIMITS_STORAGE": own_record("server_b", empty.model_copy(update=pepper)),
        "MATCHER_HOME": own_record("c", settings.model_copy(update={**pepper, "home": elsewhere})),
        "MATCHER_KEY_PEPPER": own_record(
            "d", settings.model_copy(update={"key_pepper": SecretStr("q" * 20)})
        ),
    }
    for setting, other in others.items():
        (warning,) = misfits(own, [other])
        assert setting in warning
    assert len(misfits(own, list(others.values()))) == 3
    unlimited = {"rate_per_minute": 0, "quota_per_day": 0, "refused_per_minute": 0}
    assert not own_record("e", empty.model_copy(update=unlimited)).counts_alone


def test_a_warning_is_said_once_and_no_pepper_stands_in_it(
    empty: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = OtherServers(empty), OtherServers(empty)
    there.beat(is_looking=False)
    with caplog.at_level(logging.WARNING):
        here.beat(is_looking=False)
        assert caplog.text == ""
        for _ in range(2):
            here.beat(is_looking=True)
    assert caplog.text.count("MATCHER_LIMITS_STORAGE") == 1
    here.leave()
    there.leave()


def test_a_server_is_there_while_it_runs_and_forgotten_when_it_gives_no_sign(
    empty: Settings, shared: SharedRecords
) -> None:
    async def run() -> None:
        async with OtherServers(empty).running():
            while not await anyio.to_thread.run_sync(ids, shared):
                await anyio.sleep(0.01)
            # As if it were killed: nothing renews what it said of itself.
            with shared.writing() as connection:
                gone = database_time(connection) - timedelta(seconds=1)
                connection.execute(update(table).values(leased_until=gone))
            assert ids(shared) == []
            with shared.writing() as connection:
                servers.announce(connection, own_record("server_next", empty))
                assert [row.id for row in connection.execute(table.select())] == ["server_next"]

    asyncio.run(run())
    assert ids(shared) == ["server_next"]


def test_an_app_is_there_until_it_ends(empty: Settings, shared: SharedRecords) -> None:
    app = create_app(empty)

    async def run() -> None:
        async with app.router.lifespan_context(app):
            while not await anyio.to_thread.run_sync(ids, shared):
                await anyio.sleep(0.01)

    asyncio.run(run())
    assert ids(shared) == []


def test_signs_of_life_come_several_times_in_a_lease() -> None:
    assert LEASE.total_seconds() >= 3 * BEAT_SECONDS
