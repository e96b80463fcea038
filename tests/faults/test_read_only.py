"""A home where nothing may be written answers whatever needs no writing, and names the rest."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.access.roles import COMMAND_CALLER, Role
from matcher.errors import ReadOnlyError
from matcher.settings import Settings
from matcher.store import audit
from matcher.wiring.build import build_index
from matcher.wiring.open import open_store
from tests.support.broken_disks import mounted_to_read, read_only
from tests.support.callers import header
from tests.support.command import PATENTS, run, write_csv
from tests.support.engines import save, settings_for
from tests.support.samples import ALL, GRIPPER

READING: tuple[tuple[str, ...], ...] = (
    ("match", "抓取易碎零件的夹爪"),
    ("similar", GRIPPER.id),
    ("needs-for", GRIPPER.id, "--needs", "需求.csv"),
    ("card", GRIPPER.id),
    ("catalogue", "--words", "夹爪", "-o", "catalogue.csv", "--force"),
    ("info",),
    ("landscape",),
    ("funnel",),
    ("performance",),
    ("needs", "list"),
    ("event", "list"),
    ("event", "show", "对接会"),
    ("keys", "list"),
    ("users", "list"),
    ("audit", "verify"),
    ("check",),
    ("reminders",),
)
"""Commands that write nothing."""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with patents, a need, an event and an index, which the environment names."""
    home = tmp_path / "home"
    monkeypatch.setenv("MATCHER_HOME", str(home))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    settings = settings_for(home, background_seconds=0, wait_seconds=120)
    save(settings, *ALL)
    build_index(settings)
    monkeypatch.chdir(tmp_path)
    needs = write_csv(tmp_path / "需求.csv", [NEED])
    assert run("event", "create", "对接会", "--needs", needs).exit_code == 0
    return settings


NEED = {"企业名称": "样例公司（样例）", "需求名称": "夹爪", "主要问题": "抓取易碎的零件"}


@pytest.fixture
def frozen(settings: Settings) -> Iterator[Settings]:
    """The same home, where nothing may be written."""
    with read_only(settings.home):
        yield settings


def contents(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.sqlite
def test_commands_that_read_say_the_same_as_before(settings: Settings) -> None:
    before = [run(*arguments) for arguments in READING]
    assert [result.stderr for result in before if result.exit_code] == []
    files = contents(settings.home)
    with read_only(settings.home):
        for arguments, result in zip(READING, before, strict=True):
            again = run(*arguments)
            assert (again.exit_code, again.stdout) == (0, result.stdout), (arguments, again.stderr)
        assert contents(settings.home) == files


@pytest.mark.sqlite
def test_commands_that_write_name_the_folder(frozen: Settings, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "导出.csv", PATENTS)
    needs = write_csv(tmp_path / "需求.csv", [NEED])
    for arguments in (
        ("import", file),
        ("index",),
        ("index", "--full"),
        ("needs", "import", needs),
        ("keys", "create", "--role", "portal"),
        ("event", "workbook", "对接会", "--output", tmp_path / "book.xlsx"),
        ("funnel", "--output", tmp_path / "funnel.xlsx"),
    ):
        refused = run(*arguments)
        assert refused.exit_code == 1, (arguments, refused.stdout)
        folder = frozen.index_folder if arguments[0] == "index" else frozen.home
        assert f"{folder} cannot be written" in refused.stderr, (arguments, refused.stderr)
        assert "the right to write there" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    assert not (tmp_path / "book.xlsx").exists()  # an export without its audit row


@pytest.mark.sqlite
def test_the_api_and_the_pages_read_and_refuse_by_name(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    asking, staff = header(settings, Role.PORTAL), header(settings, Role.STAFF)
    with read_only(settings.home), TestClient(create_app(settings)) as client:
        assert client.get("/readyz").status_code == 200
        found = client.post("/v1/match", json={"need": "夹爪"}, headers=asking)
        assert found.status_code == 200 and found.json()["results"][0]["id"] == GRIPPER.id
        for path in (
            "/v1/patents",
            f"/v1/patents/{GRIPPER.id}",
            f"/v1/patents/{GRIPPER.id}/similar",
            "/v1/needs",
            "/v1/audit",
        ):
            answer = client.get(path, headers=staff)
            assert answer.status_code in (200, 403), (path, answer.text)
        for page in ("/", "/sign-in", "/catalogue"):
            assert client.get(page).status_code in (200, 303), page
        with caplog.at_level(logging.ERROR):
            need = {"title": "夹爪", "text": "抓取易碎的零件", "enterprise": "样例公司（样例）"}
            refused = client.post("/v1/needs", json=need, headers=staff)
        assert refused.status_code == 503
        assert refused.json()["type"] == "urn:problem-type:matcher:read-only"
        assert str(settings.home) not in refused.text
        assert str(settings.home) in caplog.text
        assert int(refused.headers["retry-after"]) > 0


@pytest.mark.sqlite
def test_nothing_is_left_out_without_its_row_in_the_audit_trail(frozen: Settings) -> None:
    with (
        open_store(frozen) as store,
        pytest.raises(ReadOnlyError, match="cannot be written"),
        store.adding() as connection,
    ):
        audit.append(connection, by=COMMAND_CALLER, action="export", subject="样例")


@pytest.mark.sqlite
def test_a_database_that_a_kill_left_open_is_not_read_without_its_last_changes(
    settings: Settings, tmp_path: Path
) -> None:
    killed = tmp_path / "killed"
    with open_store(settings) as store, store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE further (value)")
        connection.commit()
        shutil.copytree(settings.home, killed)
    copied = settings.model_copy(update={"home": killed})
    for file in killed.glob("*-shm"):
        file.unlink()
    with (
        read_only(killed),
        pytest.raises(ReadOnlyError, match="was not closed"),
        open_store(copied),
    ):
        pass
    with open_store(copied) as store, store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM further").scalar() == 0
    with read_only(killed), open_store(copied) as store, store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM further").scalar() == 0


@pytest.mark.sqlite
def test_a_reader_follows_a_writer_elsewhere(settings: Settings, tmp_path: Path) -> None:
    """The same folder is mounted twice: here to be read, there to be written."""
    seen = tmp_path / "seen"
    seen.mkdir()
    with mounted_to_read(settings.home, seen):
        reading = settings.model_copy(update={"home": seen})
        with open_store(settings) as writer, open_store(reading) as reader:
            for number in range(3):
                with writer.writing() as connection:
                    connection.exec_driver_sql(f"CREATE TABLE further_{number} (value)")
                with reader.reading() as connection:
                    query = f"SELECT count(*) FROM further_{number}"
                    assert connection.exec_driver_sql(query).scalar() == 0
