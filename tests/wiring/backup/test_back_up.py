"""A backup is one state of the database, whatever is written meanwhile, without its secrets."""

import gzip
import json
import os
import stat
import tarfile
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, insert, select

from matcher.errors import ConflictError
from matcher.settings import Settings
from matcher.store import audit, patents
from matcher.store.revision import HEAD
from matcher.store.schema.audit import audit_trail
from matcher.store.schema.needs import needs
from matcher.store.schema.times import now
from matcher.wiring.backup.back_up import back_up
from matcher.wiring.backup.restore import restore
from matcher.wiring.open import open_store
from tests.support import databases
from tests.support.backups import backed_up
from tests.support.command import run, run_json
from tests.support.contact_samples import KEY, MAIL, PHONE
from tests.support.engines import save, settings_for
from tests.support.samples import BEARING, GRIPPER, SEPARATOR, sibling
from tests.support.whole_homes import STAFF, rows


def test_a_backup_holds_no_secret_and_is_for_its_owner_only(settings: Settings, file: Path) -> None:
    backed_up(settings, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == [file.name]
    with tarfile.open(file) as tar:
        names = tar.getnames()
        members = [tar.extractfile(name) for name in names]
        contents = b"".join(member.read() for member in members if member is not None)
    assert names[0] == "manifest.json" and "home/ranker.json" in names
    for secret in ("pepper-of-the-home", PHONE, MAIL, KEY.get_secret_value()):
        assert secret.encode() not in contents
    manifest = json.loads(contents[: contents.index(b"\n}") + 2])
    with open_store(settings) as store, store.reading() as connection:
        verified = audit.verify(connection)
    assert (manifest["audit_rows"], manifest["audit_head"]) == (verified.rows, verified.head)


def test_nothing_of_an_erased_row_is_in_the_backup(settings: Settings, file: Path) -> None:
    """Pages of SQLite that are free still hold what they held."""
    mark = "一个会被删去的样例名称"
    save(settings, *[sibling(GRIPPER, f"CN2020299{n:05}.4", title=mark) for n in range(40)])
    with open_store(settings) as store, store.writing() as connection:
        patents.delete_all_but(connection, {SEPARATOR.id})
    backed_up(settings, file)
    assert json.dumps(mark).encode()[1:-1] not in gzip.decompress(file.read_bytes())


def test_a_file_that_is_there_is_written_over_by_force_only(settings: Settings, file: Path) -> None:
    backed_up(settings, file)
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        back_up(settings, file)
    assert file.read_bytes() == before
    save(settings, replace(BEARING, title="Another title"))
    back_up(settings, file, force=True)
    assert file.read_bytes() != before


def test_backups_are_consistent_while_writers_write(settings: Settings, tmp_path: Path) -> None:
    """Each need is written with its audit row: no backup has one without the other."""
    is_over = Event()
    written: list[int] = []

    def write() -> None:
        with open_store(settings) as store:
            while not is_over.is_set():
                with store.writing() as connection:
                    number = len(written)
                    own = insert(needs).values(
                        id=f"need_w{number}",
                        created_by=STAFF.key,
                        record={},
                        publish_scope="match_only",
                        pledge_wish=False,
                        state="open",
                        created_at=now(),
                        updated_at=now(),
                        version=1,
                    )
                    connection.execute(own)
                    audit.append(connection, by=STAFF, action="need.made", subject=f"n{number}")
                written.append(number)

    writer = Thread(target=write)
    writer.start()
    try:
        files: list[Path] = []
        while len(files) < 3:
            goal = len(written) + 5
            while len(written) < goal and writer.is_alive():
                pass
            files.append(tmp_path / f"{len(files)}.tar.gz")
            back_up(settings, files[-1])
    finally:
        is_over.set()
        writer.join()
    counts: list[int] = []
    for number, backup in enumerate(files):
        home = tmp_path / f"home{number}"
        other = settings_for(home, database_url=databases.url_of(home))
        restore(other, backup)
        with open_store(other) as store, store.reading() as connection:
            made = select(func.count()).where(needs.c.id.like("need_w%"))
            told = select(func.count()).where(audit_trail.c.action == "need.made")
            counts.append(connection.execute(made).scalar_one())
            assert connection.execute(told).scalar_one() == counts[-1]
            assert audit.verify(connection).is_intact
    assert counts == sorted(counts) and counts[0] >= 5 and counts[-1] > counts[0]


def test_the_commands_say_what_they_did(
    settings: Settings, elsewhere: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.parent.mkdir()
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.setenv("MATCHER_HOME", str(settings.home))
    monkeypatch.setenv("MATCHER_DATABASE_URL", settings.url)
    result = run("backup", file)
    assert result.exit_code == 0 and "Backed up 3 patents" in result.stdout
    assert "MATCHER_CONTACT_KEY" in result.stderr
    assert run("backup", file).exit_code == 2
    assert run_json("backup", file, "--force")["revision"] == HEAD
    refused = run("restore", file)
    assert refused.exit_code == 1 and "--force" in refused.stderr
    monkeypatch.setenv("MATCHER_HOME", str(elsewhere.home))
    monkeypatch.setenv("MATCHER_DATABASE_URL", elsewhere.url)
    restored = run("restore", file)
    assert restored.exit_code == 0, restored.stderr
    assert "Restored the backup of" in restored.stdout and "matcher index" in restored.stderr
    misplaced = run("backup", file.parent / "absent" / "backup")
    assert misplaced.exit_code == 2 and not (file.parent / "absent").exists()
    again = run("restore", file, "--force")
    assert "is kept as" in again.stderr


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["matcher.sqlite", "keys.pepper", "indexes"])
def test_force_replaces_a_backup_and_nothing_else(settings: Settings, name: str) -> None:
    before = rows(settings.url)
    with pytest.raises(ConflictError, match="is no backup, and is not replaced"):
        back_up(settings, settings.home / name, force=True)
    assert rows(settings.url) == before
    assert (settings.home / "keys.pepper").read_text() == "pepper-of-the-home"


def test_force_writes_where_a_link_leads(settings: Settings, file: Path, tmp_path: Path) -> None:
    backed_up(settings, file)
    before, link = file.stat().st_ino, tmp_path / "latest.tar.gz"
    link.symlink_to(file)
    back_up(settings, link, force=True)
    assert link.is_symlink() and file.stat().st_ino != before
