"""Two servers on one store behave as one: sessions, limits, idempotency, jobs, publications."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import httpx2
import pytest
from sqlalchemy import func, select

from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import patents
from matcher.store.schema.needs import needs
from matcher.wiring.build import build_index, current_generation
from matcher.wiring.open import open_store
from tests.support import databases
from tests.support.accounts import make_account
from tests.support.callers import header
from tests.support.command import process
from tests.support.import_files import HEADINGS, delimited
from tests.support.real_servers import RealServer, Visitor, serving
from tests.support.samples import ALL
from tests.support.waiting import wait_for

REDIS = os.environ.pop("MATCHER_TEST_REDIS", None)
"""Redis of the tests (.ci/with-redis); without it each server counts by itself."""
REFUSED = 5
"""Requests without a key that an address may send in a minute."""


class Pair(NamedTuple):
    """Two servers of one database and one home."""

    settings: Settings
    a: RealServer
    b: RealServer


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    home = tmp_path_factory.mktemp("shared") / "home"
    url = databases.url_of(home) if databases.server else None
    settings = Settings(model="fake", home=home, database_url=url)
    with open_store(settings) as store, store.writing() as connection:
        patents.save(connection, ALL)
    build_index(settings)
    make_account(settings, Role.ADMIN)
    environment = {
        "MATCHER_REFUSED_PER_MINUTE": str(REFUSED),
        "MATCHER_LIMITS_STORAGE": REDIS or "memory://",
        "MATCHER_BACKGROUND_SECONDS": "0",
    }
    logs = home.parent
    with (
        serving(home, logs / "a.log", **environment) as a,
        serving(home, logs / "b.log", **environment) as b,
    ):
        yield Pair(settings, a, b)


@pytest.fixture(scope="module")
def admin(pair: Pair) -> Visitor:
    """An administrator who signed in on A."""
    visitor = Visitor()
    visitor.sign_in(pair.a)
    return visitor


def count_patents(settings: Settings) -> int:
    with open_store(settings) as store, store.reading() as connection:
        return patents.count(connection)


def send_file(admin: Visitor, server: RealServer) -> str:
    """Send an export in, wait until it is read, and return the path of its import."""
    row = ("CN201900000001", "", "一种样例方法", "摘要", *[""] * (len(HEADINGS) - 4))
    files = {"files": ("导出.csv", delimited((HEADINGS, row)).encode())}
    sent = admin.ask(server, "POST", "/import", files=files)
    assert sent.status_code == 303, sent.text
    path = sent.headers["location"]
    wait_for(lambda: progress(admin, server, path)["over"])
    return path


def progress(admin: Visitor, server: RealServer, path: str) -> dict[str, Any]:
    time.sleep(0.2)  # as a browser would: the rate of requests is limited
    answer = admin.ask(server, "GET", f"{path}/progress")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def test_a_publication_of_a_third_process_is_used_by_both_idle_servers(pair: Pair) -> None:
    before = current_generation(pair.settings)
    built = process(
        "index", "--full", home=pair.settings.home, MATCHER_DATABASE_URL=pair.settings.url
    )
    assert built.returncode == 0, built.stderr
    after = current_generation(pair.settings)
    assert after is not None and after != before
    for server in (pair.a, pair.b):
        # It says so by itself: nobody has asked it anything.
        wait_for(lambda server=server: f"the index {after} is in use" in server.log())  # type: ignore[misc]
        assert server.ask("GET", "/readyz").json()["index"] == after


def test_a_session_of_one_server_is_one_of_the_other_and_ends_on_both(pair: Pair) -> None:
    here, there = Visitor(), Visitor()
    here.sign_in(pair.a)
    there.sign_in(pair.b)
    for server in (pair.a, pair.b):
        assert here.ask(server, "GET", "/account").status_code == 200
        assert there.ask(server, "GET", "/account").status_code == 200
    ended = dict(here.cookies)
    assert here.ask(pair.a, "POST", "/account/sign-out-everywhere").status_code == 303
    here.cookies = ended
    for visitor, server in ((here, pair.b), (here, pair.a), (there, pair.b)):
        answer = visitor.ask(server, "GET", "/account")
        assert answer.status_code == 303 and "/sign-in" in answer.headers["location"]


def test_a_repeated_request_to_the_other_server_is_carried_out_once(pair: Pair) -> None:
    portal = header(pair.settings, Role.PORTAL)

    def post(server: RealServer, key: str) -> httpx2.Response:
        headers = {**portal, "idempotency-key": key}
        return server.ask("POST", "/v1/needs", json={"text": "样例需求：隔膜"}, headers=headers)

    def count() -> int:
        with open_store(pair.settings) as store, store.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(needs)).scalar_one())

    first, second = post(pair.a, "one"), post(pair.b, "one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content and second.headers["idempotent-replayed"] == "true"
    assert count() == 1
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(post, (pair.a, pair.b)[n % 2], "six") for n in range(6)]
        statuses = {answer.result().status_code for answer in asked}
    assert 201 in statuses and statuses <= {201, 409}  # 409: the first one is not answered yet
    assert count() == 2


@pytest.mark.skipif(REDIS is None, reason="needs MATCHER_TEST_REDIS (.ci/with-redis)")
def test_a_limit_counts_the_requests_to_both_servers(pair: Pair) -> None:
    portal = header(pair.settings, Role.PORTAL)
    left = [
        server.ask("GET", "/v1/patents?limit=1", headers=portal).headers["ratelimit"]
        for server in (pair.a, pair.b, pair.a)
    ]
    assert [text.partition(";t")[0] for text in left] == [
        '"minute";r=599',
        '"minute";r=598',
        '"minute";r=597',
    ]
    statuses = [
        (pair.a, pair.b)[number % 2].ask("GET", "/v1/patents").status_code
        for number in range(REFUSED + 2)
    ]
    assert statuses == [401] * REFUSED + [429] * 2


def test_a_job_is_followed_and_cancelled_on_the_other_server(pair: Pair, admin: Visitor) -> None:
    path = send_file(admin, pair.a)
    before = count_patents(pair.settings)
    assert "导出.csv" in admin.ask(pair.b, "GET", path).text
    with (
        open_store(pair.settings) as store,
        store.changing_catalogue(),
    ):  # it waits before its transaction
        assert admin.ask(pair.a, "POST", f"{path}/save").status_code == 303
        wait_for(lambda: progress(admin, pair.b, path)["stage"].startswith("reading"))
        assert admin.ask(pair.b, "POST", f"{path}/cancel").status_code == 303
        assert progress(admin, pair.b, path)["over"] and progress(admin, pair.a, path)["over"]
    assert count_patents(pair.settings) == before
    assert "Cancelled" in admin.ask(pair.b, "GET", path).text
    assert admin.ask(pair.b, "POST", f"{path}/delete").status_code == 303


@pytest.mark.skipif(
    databases.server is None, reason="on SQLite the transaction held here stops every session too"
)
def test_a_job_of_a_killed_server_is_interrupted_and_is_done_again_elsewhere(
    pair: Pair, admin: Visitor
) -> None:
    path = send_file(admin, pair.a)
    before = count_patents(pair.settings)
    with open_store(pair.settings) as store, store.changing_catalogue():
        admin.ask(pair.a, "POST", f"{path}/save")
        wait_for(lambda: progress(admin, pair.b, path)["stage"].startswith("reading"))
        pair.a.process.send_signal(signal.SIGKILL)
        pair.a.process.wait(60)
        wait_for(lambda: progress(admin, pair.b, path)["over"], 120)
    page = admin.ask(pair.b, "GET", path).text
    assert "restarted" in page and count_patents(pair.settings) == before
    admin.ask(pair.b, "POST", f"{path}/save")
    wait_for(lambda: progress(admin, pair.b, path)["over"], 120)
    assert progress(admin, pair.b, path)["saved"]
    assert count_patents(pair.settings) == before + 1
