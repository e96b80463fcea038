"""A PostgreSQL that goes away in the middle of a request, and comes back."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from api.app import create_app
from matcher.errors import StoreError
from matcher.settings import Settings
from matcher.wiring.build import build_index
from matcher.wiring.open import open_store
from tests.support import databases
from tests.support.command import process
from tests.support.engines import save
from tests.support.proxies import Proxy, proxy
from tests.support.samples import ALL, GRIPPER

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(databases.server is None, reason="this is about PostgreSQL"),
]

NEED = {"title": "夹爪（样例）", "text": "抓取易碎的零件", "enterprise": "样例公司（样例）"}


@pytest.fixture
def way(tmp_path: Path) -> Iterator[Proxy]:
    """A way to the database that can be cut."""
    url = make_url(databases.url_of(tmp_path / "home"))
    assert url.host is not None
    with proxy(url.host, url.port or 5432) as opened:
        yield opened


@pytest.fixture
def settings(way: Proxy, tmp_path: Path) -> Settings:
    """A home with patents and their index, whose database lies behind the way."""
    direct = make_url(databases.url_of(tmp_path / "home"))
    url = direct.set(host="127.0.0.1", port=way.port).render_as_string(hide_password=False)
    settings = Settings(
        model="fake",
        home=tmp_path / "home",
        database_url=url,
        background_seconds=0,
        wait_seconds=120,
    )
    save(settings, *ALL)
    build_index(settings)
    return settings


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def database_of(client: TestClient) -> Engine:
    engine: Engine = client.app.state.engine.catalogue().store.engine  # type: ignore[attr-defined]
    return engine


def check_refusals(client: TestClient, settings: Settings) -> None:
    answers = [
        client.get("/v1/patents"),
        client.get(f"/v1/patents/{GRIPPER.id}"),
        client.post("/v1/match", json={"need": "夹爪"}),
        client.post("/v1/needs", json=NEED),
        client.get("/readyz"),
    ]
    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["retry-after"]) > 0
        assert "127.0.0.1" not in answer.text and str(settings.home) not in answer.text
        assert answer.json()["type"] == "urn:problem-type:matcher:database-unavailable"


def check_answers(client: TestClient) -> None:
    """Whatever the pool kept of the time before, every request is answered at once."""
    for _ in range(8):
        assert client.get(f"/v1/patents/{GRIPPER.id}").json()["id"] == GRIPPER.id
        found = client.post("/v1/match", json={"need": "夹爪"})
        assert found.status_code == 200 and found.json()["results"][0]["id"] == GRIPPER.id
    assert client.get("/readyz").status_code == 200


def test_while_it_is_away_requests_get_503_and_then_they_are_right_again(
    client: TestClient, settings: Settings, way: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    check_answers(client)
    with caplog.at_level(logging.WARNING):
        way.cut()
        check_refusals(client, settings)
        way.mend()
        check_answers(client)
    assert "Traceback" not in caplog.text and "urn:uuid" not in caplog.text
    assert client.post("/v1/needs", json=NEED).status_code == 201


@pytest.mark.parametrize("moment", ["before", "commit"])
def test_it_goes_away_in_the_middle_of_a_change(
    client: TestClient, way: Proxy, moment: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The change is kept whole or not at all, and the same request goes on."""
    database = database_of(client)

    def cut(*_: object) -> None:
        way.cut()

    where = "before_cursor_execute" if moment == "before" else "commit"

    def at_insert(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO needs"):
            way.cut()

    listener = at_insert if moment == "before" else cut
    event.listen(database, where, listener)
    with caplog.at_level(logging.WARNING):
        lost = client.post("/v1/needs", json=NEED)
    event.remove(database, where, listener)
    assert lost.status_code == 503, lost.text
    assert "urn:uuid" not in caplog.text
    way.mend()
    assert _count(database) == 0
    assert client.post("/v1/needs", json=NEED).status_code == 201
    assert _count(database) == 1


def _count(database: Engine) -> int:
    with database.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM needs")).scalar_one())


def test_its_sessions_are_ended_in_the_middle_of_a_request(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """As a restart of PostgreSQL ends them."""
    database = database_of(client)
    ended: list[int] = []

    def end_session(connection: Connection, *_: object) -> None:
        if not ended:
            own = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
            ended.append(own)
            with admin.begin() as killing:
                killing.execute(text(f"SELECT pg_terminate_backend({own})"))

    admin = create_engine(database.url)
    event.listen(database, "before_cursor_execute", end_session)
    lost = client.get(f"/v1/patents/{GRIPPER.id}")
    event.remove(database, "before_cursor_execute", end_session)
    admin.dispose()
    assert ended and lost.status_code == 503, lost.text
    assert "urn:uuid" not in caplog.text
    check_answers(client)


def test_a_command_says_it_in_one_line(settings: Settings, way: Proxy) -> None:
    way.cut()
    lost = process("info", home=settings.home, MATCHER_DATABASE_URL=settings.url)
    assert lost.returncode == 1
    error = lost.stderr.decode()
    assert (
        len(error.splitlines()) == 1
        and "cannot be reached" in error
        and "Error: unexpected" not in error
    )
    way.mend()
    assert process("info", home=settings.home, MATCHER_DATABASE_URL=settings.url).returncode == 0


def test_a_transaction_that_loses_it_is_one_line(settings: Settings, way: Proxy) -> None:
    with (
        open_store(settings) as store,
        pytest.raises(StoreError, match="cannot be reached"),
        store.writing() as connection,
    ):
        way.cut()
        connection.execute(text("SELECT 1"))
