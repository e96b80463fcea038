"""A clock that is put back loses nothing, lets nobody in, and shuts nobody out."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from api.middleware.rate_limits import RateLimits
from matcher.access import api_keys
from matcher.access.roles import Caller, Role
from matcher.access.sessions import ABSOLUTE
from matcher.settings import Settings
from matcher.store import audit, jobs
from matcher.store.database import Store
from matcher.store.shared import SharedRecords
from matcher.types import Need
from matcher.wiring.build import build_index
from matcher.wiring.open import open_matcher, open_store
from matcher.workflows import sign_in
from matcher.workflows.sign_in import SignedIn
from tests.support.accounts import NAME, PASSWORD, make_account
from tests.support.engines import save, settings_for
from tests.support.samples import ALL, GRIPPER, TODAY

BACK = timedelta(hours=6)
STAFF = Caller("key_staff", Role.STAFF)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "home", background_seconds=0)
    save(settings, *ALL)
    build_index(settings)
    return settings


@pytest.fixture
def put_back() -> Iterator[None]:
    """The clock is put back by some hours, as of now."""
    with time_machine.travel(datetime.now(UTC) - BACK, tick=True):
        yield


def test_an_import_and_its_index_go_on(settings: Settings, put_back: None) -> None:
    before = build_index(settings)
    changed = replace(GRIPPER, title="一种钢制夹爪")
    save(settings, changed)
    after = build_index(settings)
    assert after.built and after.generation > before.generation
    with open_matcher(settings) as matcher:
        assert matcher.match(Need("钢制夹爪"), today=TODAY).results[0].patent == changed


def test_the_audit_trail_keeps_the_order_of_writing(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}") as store:
        for number in range(3):
            with (
                time_machine.travel(datetime.now(UTC) - number * BACK),
                store.writing() as connection,
            ):
                audit.append(connection, by=STAFF, action="key.created", subject=f"key_{number}")
        with store.reading() as connection:
            rows = audit.page(connection)
            assert [row.subject for row in rows] == ["key_0", "key_1", "key_2"]
            assert rows[0].at > rows[1].at > rows[2].at
            assert audit.verify(connection).is_intact


def test_limits_do_not_refuse_for_the_hours_that_come_again() -> None:
    limits = RateLimits(Settings(rate_per_minute=2, quota_per_day=100, refused_per_minute=1))
    start = datetime.now(UTC)
    with time_machine.travel(start):
        assert [_is_refused(limits) for _ in range(3)] == [False, False, True]
        limits.count_refused("address:x")
    with time_machine.travel(start - BACK):
        assert not _is_refused(limits)
        assert not any(quota.exceeded for quota in limits.count_refused("address:x"))
        assert [_is_refused(limits) for _ in range(2)] == [False, True]


def _is_refused(limits: RateLimits) -> bool:
    return any(quota.exceeded for quota in limits.count("key:x"))


def test_a_session_stays_and_people_can_sign_in(settings: Settings) -> None:
    make_account(settings)
    pepper = api_keys.read_pepper(settings.home, None)
    start = datetime.now(UTC)

    def signed_in(moment: datetime) -> SignedIn:
        return sign_in.with_password(
            store, NAME, PASSWORD, known_browser=None, pepper=pepper, moment=moment
        )

    with open_store(settings) as store:
        first = signed_in(start)
        for moment in (start - BACK, start):
            assert sign_in.resume(store, first.token, pepper=pepper, moment=moment) is not None
            assert signed_in(moment).session.created_at == moment
        end = start + ABSOLUTE
        assert sign_in.resume(store, first.token, pepper=pepper, moment=end) is None


def test_a_server_that_lives_keeps_its_job_and_no_second_one_begins(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime.now(UTC)
    clock = [start]
    monkeypatch.setattr(jobs, "database_time", lambda _connection: clock[0])

    def hold() -> jobs.Hold:
        with shared.writing() as connection:
            return jobs.record(connection, "run_a")

    def claim(run: str) -> bool:
        with shared.writing() as connection:
            return jobs.claim(connection, run)

    with closing(SharedRecords(settings.url)) as shared:
        with shared.writing() as connection:
            jobs.begin(connection, "import_a", "run_a", "save")
            jobs.begin(connection, "import_b", "run_b", "save")
        assert claim("run_a") and not claim("run_b")
        clock[0] = start - BACK
        assert hold() == "held" and not claim("run_b")
        clock[0] += jobs.LEASE * 0.9
        assert hold() == "held" and not claim("run_b")
        clock[0] += jobs.LEASE * 1.1  # it died: its lease is that of the new time
        assert hold() == "lost"
