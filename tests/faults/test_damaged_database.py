"""A database that is damaged, emptied or gone is named, and no new one takes its place."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from matcher.errors import StoreUnavailableError
from matcher.store import file_check
from matcher.store.database import Store
from matcher.wiring.open import open_store
from tests.support.command import PATENTS, run, run_json, write_csv
from tests.support.engines import settings_for

pytestmark = pytest.mark.sqlite

NAMED = "matcher restore FILE"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with patents and their index."""
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    assert run("import", export(tmp_path)).exit_code == 0
    assert run("index").exit_code == 0
    return tmp_path / "home"


def export(folder: Path) -> Path:
    return write_csv(folder / "导出.csv", PATENTS)


def database(home: Path) -> Path:
    return home / "matcher.sqlite"


def commands(tmp_path: Path) -> list[tuple[str | Path, ...]]:
    """Commands that read, and such that write."""
    return [
        ("import", export(tmp_path)),
        ("index",),
        ("match", "隔膜"),
        ("info",),
        ("needs", "list"),
        ("migrate",),
        ("keys", "list"),
    ]


def refused(home: Path, *arguments: str | Path) -> str:
    """Run a command, which must fail with one line that names the database and the remedy."""
    result = run(*arguments)
    assert result.exit_code == 1, arguments
    assert str(database(home)) in result.stderr and NAMED in result.stderr, result.stderr
    assert len(result.stderr.splitlines()) == 1 and "unexpected" not in result.stderr
    return result.stderr


def spoil(file: Path) -> None:
    """Write garbage over the middle of a file."""
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(size // 3)
        opened.write(b"\x5a" * (size // 3))


def test_garbage_in_the_middle_stops_every_command(home: Path, tmp_path: Path) -> None:
    spoil(database(home))
    for arguments in commands(tmp_path):
        assert "is damaged" in refused(home, *arguments)


def test_a_file_that_was_cut_short_stops_every_command(home: Path, tmp_path: Path) -> None:
    content = database(home).read_bytes()
    database(home).write_bytes(content[: len(content) // 2])
    for arguments in commands(tmp_path):
        assert "is damaged" in refused(home, *arguments)


def test_a_file_that_is_no_database_stops_every_command(home: Path, tmp_path: Path) -> None:
    database(home).write_bytes(b"this is no database, only a text of some length" * 99)
    for arguments in commands(tmp_path):
        assert "is damaged" in refused(home, *arguments)


@pytest.mark.parametrize("is_emptied", [True, False])
def test_an_index_whose_database_is_gone_begins_no_new_one(
    home: Path, tmp_path: Path, is_emptied: bool
) -> None:
    database(home).unlink()
    if is_emptied:
        database(home).touch()
    for arguments in commands(tmp_path):
        assert "there is no database" in refused(home, *arguments)
    assert database(home).exists() == is_emptied
    assert not is_emptied or not database(home).stat().st_size


def test_keys_alone_say_that_there_was_a_database(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home")
    with open_store(settings):
        pass
    (settings.home / "keys.pepper").write_text("0" * 64)
    database(settings.home).unlink()
    with pytest.raises(StoreUnavailableError, match="there was one"), open_store(settings):
        pass


def test_the_log_of_a_database_that_is_gone_is_not_deleted(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Store(f"sqlite:///{home}/matcher.sqlite"):
        shutil.copytree(home, tmp_path / "killed")  # as a kill leaves it, with its log
    file = database(tmp_path / "killed")
    file.write_bytes(b"")
    log = file.with_name("matcher.sqlite-wal")
    assert log.stat().st_size
    with pytest.raises(StoreUnavailableError, match="log"):
        Store(f"sqlite:///{file}")
    assert log.stat().st_size


def test_a_new_database_is_begun_where_it_is_asked_for(home: Path, tmp_path: Path) -> None:
    database(home).unlink()
    told = refused(home, "import", export(tmp_path))
    assert "matcher import --new-database FILE" in told
    assert run("import", "--new-database", export(tmp_path)).exit_code == 0
    assert run_json("info")["patents"] == 3
    assert "run matcher index" in run("match", "隔膜").stderr
    assert run("index").exit_code == 0
    assert run("match", "隔膜").exit_code == 0


def test_damage_that_comes_up_later_is_named_too(home: Path, tmp_path: Path) -> None:
    settings = settings_for(home)
    with open_store(settings) as store:
        with closing(sqlite3.connect(database(home))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.engine.dispose()
        spoil(database(home))
        with pytest.raises(StoreUnavailableError, match="is damaged"), store.reading() as reading:
            reading.exec_driver_sql("SELECT * FROM patents").all()
            reading.exec_driver_sql("PRAGMA integrity_check").all()
            reading.exec_driver_sql("SELECT * FROM meta, sqlite_schema, institutions").all()


def test_a_large_database_is_read_through_once_for_each_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_check, "UNREMEMBERED_BYTES", 0)
    url = f"sqlite:///{tmp_path}/matcher.sqlite"
    looks: list[Connection] = []
    find_damage = file_check.find_damage

    def counted(connection: Connection) -> str:
        looks.append(connection)
        return find_damage(connection)

    monkeypatch.setattr(file_check, "find_damage", counted)
    with Store(url):
        pass

    def open_counted() -> int:
        looks.clear()
        with Store(url):
            pass
        return len(looks)

    assert [open_counted() for _ in range(3)] == [1, 0, 0]
    with Store(url) as store, store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE further (value)")
    assert [open_counted() for _ in range(2)] == [1, 0]
    monkeypatch.setattr(file_check, "QUICK_BYTES", 1)
    with Store(url) as store, store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE further")
    assert open_counted() == 0
