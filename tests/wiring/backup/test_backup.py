"""A backup is one state of the database, and a restore gives it back, wholly or not at all."""

import gzip
import hashlib
import io
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tarfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, insert, select

from matcher.access import encryption
from matcher.errors import ConflictError, InputError, StoreError
from matcher.settings import Settings
from matcher.store import audit, consents, patents, personal_contacts, servers
from matcher.store.revision import HEAD
from matcher.store.schema.accounts import sessions
from matcher.store.schema.audit import audit_trail
from matcher.store.schema.needs import needs
from matcher.store.schema.times import now
from matcher.store.servers import Server
from matcher.store.shared import SharedRecords
from matcher.wiring.backup import container
from matcher.wiring.backup.back_up import back_up
from matcher.wiring.backup.container import BackupError
from matcher.wiring.backup.restore import restore
from matcher.wiring.build import build_index, index_state
from matcher.wiring.checks.check import check
from matcher.wiring.checks.finding import is_clean
from matcher.wiring.open import open_matcher, open_store
from tests.support import databases
from tests.support.command import process_environment, run, run_json
from tests.support.contact_samples import KEY, MAIL, PHONE
from tests.support.engines import save, settings_for
from tests.support.old_databases import KEY as OLD_KEY
from tests.support.old_databases import PHONE as OLD_PHONE
from tests.support.old_databases import make_old
from tests.support.samples import BEARING, GRIPPER, SEPARATOR, sibling
from tests.support.whole_homes import STAFF, record_rows, rows, whole_home


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with something of everything."""
    return whole_home(tmp_path / "home")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """A home without anything."""
    home = tmp_path / "elsewhere"
    return settings_for(home, database_url=databases.url_of(home))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "样例.tar.gz"


def backed_up(settings: Settings, file: Path) -> Path:
    file.parent.mkdir(exist_ok=True)
    back_up(settings, file)
    return file


def test_a_restored_home_has_every_record_and_file(
    settings: Settings, elsewhere: Settings, file: Path
) -> None:
    before = record_rows(settings)
    made = back_up(settings, file.parent.parent / "backup.tar.gz")
    restored = restore(elsewhere, Path(made.file))
    assert record_rows(elsewhere) == before
    assert sum(map(len, before.values())) > 20
    assert (made.patents, made.revision, restored.kept_as) == (3, HEAD, None)
    assert restored.index is not None  # it is made from the database
    home = elsewhere.home
    assert (home / "ranker.json").read_text() == '{"of": "the backup"}'
    assert [path.name for path in (home / "import-problems").iterdir()] == [
        "20260601-120000-样例.csv"
    ]
    assert not (home / "keys.pepper").exists() and not (home / "imports").exists()
    assert not (home / ".restoring").exists()
    build_index(elsewhere)
    assert is_clean(check(elsewhere))
    with open_store(elsewhere) as store, store.reading() as connection:
        (held,) = personal_contacts.of_institution(connection, None)
        assert encryption.unseal(encryption.cipher(KEY), held.sealed)["phone"] == PHONE


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


def test_a_database_that_is_there_is_replaced_by_force_only_and_kept(
    settings: Settings, file: Path
) -> None:
    backed_up(settings, file)
    then = record_rows(settings)
    save(settings, replace(SEPARATOR, title="后来的名称"))
    build_index(settings)
    later = rows(settings.url)
    with pytest.raises(ConflictError, match="there is a database already"):
        restore(settings, file)
    assert rows(settings.url) == later
    restored = restore(settings, file, force=True)
    assert record_rows(settings) == then
    assert restored.kept_as is not None
    assert rows(kept_url(settings, restored.kept_as)) == later


def kept_url(settings: Settings, kept_as: str) -> str:
    """Return the URL of a database that a restore kept."""
    if databases.server is None:
        return f"sqlite:///{kept_as}"
    return f"{settings.url.partition('?')[0]}?options=-csearch_path%3D{kept_as}"


def test_an_index_of_a_later_database_is_told_and_built_anew(
    settings: Settings, file: Path
) -> None:
    backed_up(settings, file)
    save(settings, replace(SEPARATOR, title="后来的名称"))
    build_index(settings)
    with open_store(settings) as store:
        known = store.version().revision
    restored = restore(settings, file, force=True)
    assert restored.index is not None and "since the index was built" in restored.index
    with open_store(settings) as store:
        assert store.version().revision > known  # no later version is taken for one of before
    save(settings, replace(SEPARATOR, title="又一个名称"))  # the number of that state, not its id
    state = index_state(settings)
    assert state is not None and state.misfit is not None
    words = next(finding for finding in check(settings) if finding.part == "words")
    assert words.state == "note"
    build_index(settings)
    assert {finding.state for finding in check(settings)} == {"ok"}
    (settings.home / "ranker.json").unlink()  # it is none
    with open_matcher(settings) as matcher, matcher.catalogue.store.reading() as connection:
        assert patents.by_identifier(connection, SEPARATOR.id).title == "又一个名称"


def test_acts_that_protected_somebody_since_the_backup_are_told(
    settings: Settings, file: Path
) -> None:
    backed_up(settings, file)
    with open_store(settings) as store, store.writing() as connection:
        (held,) = personal_contacts.of_institution(connection, None)
        (consent,) = consents.of_contact(connection, held.id)
        consents.withdraw(connection, consent.id, STAFF)
    restored = restore(settings, file, force=True)
    assert restored.undone == (("consent.withdrawn", held.id),)
    assert restore(settings, file, force=True).undone == ()


def test_nobody_is_signed_in_after_a_restore_and_the_trail_tells_of_it(
    settings: Settings, elsewhere: Settings, file: Path
) -> None:
    own = {"hashed": "a" * 64, "created_at": now(), "last_seen_at": now()}
    with open_store(settings) as store, store.writing() as connection:
        connection.execute(insert(sessions).values(own))
    restore(elsewhere, backed_up(settings, file))
    with open_store(elsewhere) as store, store.reading() as connection:
        assert connection.execute(select(sessions)).all() == []
        last = audit.page(connection)[-1]
        assert (last.action, last.details["revision"]) == ("database.restored", HEAD)
        assert audit.verify(connection).is_intact


def test_new_rows_after_a_restore_take_no_number_that_was_given(
    settings: Settings, elsewhere: Settings, file: Path
) -> None:
    """The last row is gone from the catalogue, and its number from the index: it stays so."""
    with open_store(settings) as store, store.writing() as connection:
        given = max(patents.all_rows(connection))
        last = patents.ids_of(connection, [given])[0]
        patents.delete_all_but(connection, {p.id for p in (SEPARATOR, GRIPPER, BEARING)} - {last})
    restore(elsewhere, backed_up(settings, file))
    save(elsewhere, sibling(GRIPPER, "CN202029900077.4"))
    with open_store(elsewhere) as store, store.reading() as connection:
        assert max(patents.all_rows(connection)) == given + 1


def test_a_backup_of_an_earlier_schema_is_migrated(
    tmp_path: Path, elsewhere: Settings, file: Path
) -> None:
    home = tmp_path / "old"
    old = settings_for(home, database_url=databases.url_of(home))
    make_old(old)
    before = rows(old.url)
    backed_up(old, file)
    assert rows(old.url) == before
    restored = restore(elsewhere, file)
    assert restored.revision_before == "0001"
    with open_store(elsewhere) as store, store.reading() as connection:
        (held,) = personal_contacts.of_institution(connection, None)
        assert encryption.unseal(encryption.cipher(OLD_KEY), held.sealed) == OLD_PHONE
        assert patents.count(connection) == len(before["patents"])
    assert is_clean(check(elsewhere))


def packed(manifest: dict[str, object], *files: tuple[str, bytes]) -> bytes:
    """A container whose manifest says this, with its checksum."""
    values = {key: value for key, value in manifest.items() if key != "checksum"}
    own = {**values, "checksum": container._checksum(values)}
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name, data in (("manifest.json", json.dumps(own).encode()), *files):
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return content.getvalue()


def manifest_of(file: Path) -> dict[str, object]:
    with tarfile.open(file) as tar:
        member = tar.extractfile("manifest.json")
        assert member is not None
        values: dict[str, object] = json.loads(member.read())
        return values


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": 2}, "newer program"),
        ({"revision": "9999"}, "newer program"),
        ({"program": "other"}, "no backup of matcher"),
    ],
)
def test_a_newer_or_foreign_backup_is_named(
    settings: Settings, elsewhere: Settings, file: Path, change: dict[str, object], reason: str
) -> None:
    backed_up(settings, file)
    file.write_bytes(packed(manifest_of(file) | change))
    with pytest.raises(BackupError, match=reason):
        restore(elsewhere, file)
    assert not is_there(elsewhere)


def is_there(settings: Settings) -> bool:
    """Tell whether a home has a database with something in it."""
    if databases.server is None:
        return (settings.home / "matcher.sqlite").exists()
    return bool(rows(settings.url))


@pytest.mark.parametrize(
    "content",
    [b"", b"a text that was saved under this name", gzip.compress(b"a compressed text" * 99)],
    ids=["empty", "text", "compressed"],
)
def test_a_file_that_is_no_backup_is_named(
    elsewhere: Settings, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(BackupError, match="no backup of matcher"):
        restore(elsewhere, tmp_path / "file")
    with pytest.raises(InputError, match="there is no file"):
        restore(elsewhere, tmp_path / "absent")
    assert not is_there(elsewhere)


@pytest.mark.parametrize("name", ["../../outside", "/etc/outside", "home/../outside", "outside"])
def test_no_file_is_written_outside_of_the_drafts(
    settings: Settings, elsewhere: Settings, file: Path, name: str
) -> None:
    backed_up(settings, file)
    data = b"hostile"
    entry = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    file.write_bytes(packed(manifest_of(file) | {"files": {name: entry}}, (name, data)))
    with pytest.raises(BackupError, match="damaged"):
        restore(elsewhere, file)
    assert not list(file.parent.parent.rglob("outside"))


def test_no_flipped_bit_and_no_cut_goes_unnoticed(settings: Settings, file: Path) -> None:
    """Some bits say the same either way, as a distance within equal bytes: then nothing differs."""
    content = backed_up(settings, file).read_bytes()
    whole = opened(file)
    refused = 0
    for number in range(150):
        place = number * len(content) // 150
        damaged = bytearray(content)
        damaged[place] ^= 1 << (number % 8)
        file.write_bytes(damaged)
        try:
            assert opened(file) == whole
        except BackupError:
            refused += 1
    assert refused > 100
    for length in (1, 100, len(content) // 2, len(content) - 9, len(content) - 1):
        file.write_bytes(content[:length])
        with pytest.raises(BackupError):
            opened(file)
    file.write_bytes(content + b"more")
    with pytest.raises(BackupError):
        opened(file)


def test_a_file_of_the_container_that_differs_from_the_manifest_is_refused(
    settings: Settings, elsewhere: Settings, file: Path
) -> None:
    """As where somebody packs a changed database anew, so that gzip finds no fault."""
    backed_up(settings, file)
    with tarfile.open(file) as tar:
        names = tar.getnames()[1:]
        members = [(name, tar.extractfile(name)) for name in names]
        files = [(name, member.read()) for name, member in members if member is not None]
    file.write_bytes(packed(manifest_of(file), *files))
    assert opened(file)
    for change in (
        [*files[:-1]],
        [*files, ("home/more.csv", b"")],
        [*files[1:], files[0], files[0]],
    ):
        file.write_bytes(packed(manifest_of(file), *change))
        with pytest.raises(BackupError, match="damaged"):
            restore(elsewhere, file)
    changed = [
        (name, bytes([*content[:-1], content[-1] ^ 1]) if content else content)
        for name, content in files
    ]
    file.write_bytes(packed(manifest_of(file), *changed))
    with pytest.raises(BackupError, match="damaged"):
        restore(elsewhere, file)
    assert not is_there(elsewhere)


def opened(file: Path) -> dict[str, bytes]:
    """Every file of a container, as a restore takes it."""
    folder = file.parent / "opened"
    folder.mkdir()
    try:
        container.unpack(file, folder)
        return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    finally:
        shutil.rmtree(folder)


def test_a_damaged_backup_leaves_the_home_as_it_is(settings: Settings, file: Path) -> None:
    content = bytearray(backed_up(settings, file).read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)
    before = rows(settings.url)
    with pytest.raises(BackupError, match="damaged or not complete"):
        restore(settings, file, force=True)
    assert rows(settings.url) == before
    assert is_clean(check(settings))


def test_a_restore_waits_for_no_server_but_says_that_one_runs(
    settings: Settings, file: Path
) -> None:
    backed_up(settings, file)
    shared = SharedRecords(settings.url)
    with shared.writing() as connection:
        servers.announce(connection, Server("server_1", "h", None, False))
    with pytest.raises(ConflictError, match="servers are running"):
        restore(settings, file, force=True)
    with shared.writing() as connection:
        servers.leave(connection, "server_1")
    shared.close()
    restore(settings, file, force=True)


def test_a_restore_under_a_command_that_uses_the_database_is_refused(
    settings: Settings, file: Path
) -> None:
    backed_up(settings, file)
    before = rows(settings.url)
    with open_store(settings) as store, store.writing() as connection:
        connection.execute(select(needs)).all()
        with pytest.raises(StoreError, match="in use"):
            restore(settings, file, force=True)
    assert rows(settings.url) == before
    restore(settings, file, force=True)


@pytest.mark.sqlite
@pytest.mark.parametrize("damage", ["header", "middle"])
def test_a_damaged_database_is_replaced_and_kept(
    settings: Settings, file: Path, damage: str
) -> None:
    backed_up(settings, file)
    then = record_rows(settings)
    place = settings.home / "matcher.sqlite"
    content = bytearray(place.read_bytes())
    start = 0 if damage == "header" else 4096 * 5
    content[start : start + 4096] = b"?" * 4096
    place.write_bytes(content)
    with pytest.raises(StoreError, match="matcher check"):
        back_up(settings, file.with_name("other"))
    assert not file.with_name("other").exists()
    restored = restore(settings, file, force=True)
    assert record_rows(settings) == then
    assert Path(str(restored.kept_as)).read_bytes()[start : start + 4096] == b"?" * 4096


def test_a_backup_goes_into_a_database_of_its_kind_only(
    settings: Settings, elsewhere: Settings, file: Path
) -> None:
    backed_up(settings, file)
    kind = "postgresql" if databases.server is None else "sqlite"
    with tarfile.open(file) as tar:
        files = [(name, tar.extractfile(name)) for name in tar.getnames()[1:]]
        contents = [(name, member.read()) for name, member in files if member is not None]
    file.write_bytes(packed(manifest_of(file) | {"database": kind}, *contents))
    with pytest.raises(BackupError, match=f"of a database of {kind}"):
        restore(elsewhere, file)


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
import importlib

point, work, file = sys.argv[1:4]


def die(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    "A database whose copy is cut off in its middle."

    def __init__(self, connection):
        self.connection = connection

    def backup(self, target):
        def half(_status, remaining, total):
            if remaining < total / 2:
                die()
        self.connection.backup(target, pages=4, progress=half)

    def close(self):
        self.connection.close()


module, name, moment = point.split(":")
owner = importlib.import_module(module)
own = getattr(owner, name)


def instead(*arguments, **named):
    if moment == "before":
        die()
    result = own(*arguments, **named)
    if moment == "after":
        die()
    return Dying(result)


setattr(owner, name, instead)
from matcher.settings import Settings
if work == "backup":
    from matcher.wiring.backup.back_up import back_up
    back_up(Settings(), Path(file), force=True)
else:
    from matcher.wiring.backup.restore import restore
    restore(Settings(), Path(file), force=True)
"""


def killed(settings: Settings, point: str, work: str, file: Path) -> None:
    """Run a backup or a restore in its own process, which is killed at a point."""
    command = [sys.executable, "-c", KILLED, point, work, str(file)]
    environment = process_environment(settings.home, MATCHER_DATABASE_URL=settings.url)
    ended = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


@pytest.mark.parametrize(
    "point",
    [
        "matcher.wiring.backup.back_up:_copy_database:after",
        "matcher.wiring.backup.container:pack:after",
        "matcher.wiring.backup.container:_header:before",
    ],
)
def test_a_killed_backup_leaves_nothing_under_its_name(
    settings: Settings, file: Path, point: str
) -> None:
    file.parent.mkdir()
    killed(settings, point, "backup", file)
    assert not file.exists()
    backed_up(settings, file)
    content = file.read_bytes()
    killed(settings, point, "backup", file)
    assert file.read_bytes() == content
    back_up(settings, file, force=True)
    assert os.listdir(file.parent) == [file.name]


POINTS = {
    "sqlite": [
        ("matcher.wiring.backup.container:unpack:after", False),
        ("matcher.store.copies.sqlite:_copy:after", False),
        ("matcher.store.copies.sqlite:read_only:half", False),
        ("matcher.store.copies.sqlite:put_in_place:after", True),
    ],
    "postgresql": [
        ("matcher.wiring.backup.container:unpack:after", False),
        ("matcher.store.copies.postgresql:put_aside:after", False),
        ("matcher.store.copies.postgresql:read_copy:after", False),
        ("matcher.wiring.backup.restore:put_back:before", True),
    ],
}
"""Where a restore is killed, and whether the new database is there by then."""
KIND = "sqlite" if databases.server is None else "postgresql"


@pytest.mark.parametrize(("point", "is_new"), POINTS[KIND])
def test_a_killed_restore_leaves_the_old_database_or_the_new_one(
    settings: Settings, file: Path, point: str, is_new: bool
) -> None:
    backed_up(settings, file)
    then = record_rows(settings)
    save(settings, replace(SEPARATOR, title="后来的名称"))
    build_index(settings)
    later = record_rows(settings)
    killed(settings, point, "restore", file)
    assert record_rows(settings) == (then if is_new else later)
    assert is_clean(check(settings))
    restore(settings, file, force=True)
    assert record_rows(settings) == then


@pytest.mark.sqlite
def test_a_restore_that_is_killed_in_an_empty_home_leaves_none_or_all(
    settings: Settings, elsewhere: Settings, file: Path
) -> None:
    backed_up(settings, file)
    killed(elsewhere, "matcher.store.copies.sqlite:_move_logs:before", "restore", file)
    assert not (elsewhere.home / "matcher.sqlite").exists()
    restore(elsewhere, file)
    assert record_rows(elsewhere) == record_rows(settings)


@pytest.mark.sqlite
def test_the_log_of_a_database_that_is_gone_is_not_read_into_the_restored_one(
    settings: Settings, file: Path
) -> None:
    backed_up(settings, file)
    then = record_rows(settings)
    place = settings.home / "matcher.sqlite"
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("UPDATE meta SET value = value + 1")
        connection.commit()
        log = place.with_name("matcher.sqlite-wal").read_bytes()
    place.unlink()
    place.with_name("matcher.sqlite-wal").write_bytes(log)
    restore(settings, file)
    assert record_rows(settings) == then
    assert is_clean(check(settings))


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
