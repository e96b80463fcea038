"""A restore gives everything back, keeps what was there, and says what it takes back."""

import sqlite3
import tarfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from matcher.access import encryption
from matcher.access.api_keys import PEPPER_FILE, ApiKey
from matcher.access.roles import Role
from matcher.errors import ConflictError, InputError, StoreError
from matcher.retrieval import learned_ranker
from matcher.settings import Settings
from matcher.store import audit, consents, keys, patents, personal_contacts, servers
from matcher.store.revision import HEAD, stamp
from matcher.store.schema.accounts import sessions
from matcher.store.schema.catalogue import meta
from matcher.store.schema.needs import needs
from matcher.store.schema.times import now
from matcher.store.servers import Server
from matcher.store.shared import SharedRecords
from matcher.wiring.backup.back_up import back_up
from matcher.wiring.backup.container import BackupError
from matcher.wiring.backup.restore import restore
from matcher.wiring.build import build_index, index_state
from matcher.wiring.checks.check import check
from matcher.wiring.checks.finding import is_clean
from matcher.wiring.open import open_matcher, open_store
from tests.support import databases
from tests.support.backups import backed_up, manifest_of, packed
from tests.support.contact_samples import KEY, PHONE
from tests.support.engines import save, settings_for
from tests.support.old_databases import KEY as OLD_KEY
from tests.support.old_databases import PHONE as OLD_PHONE
from tests.support.old_databases import make_old
from tests.support.samples import BEARING, GRIPPER, SEPARATOR, sibling
from tests.support.whole_homes import RANKER, STAFF, record_rows, rows


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
    assert learned_ranker.load(home / learned_ranker.FILE) == RANKER
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


def test_a_missing_pepper_is_told_where_there_are_keys(
    settings: Settings, elsewhere: Settings, file: Path
) -> None:
    backed_up(settings, file)
    assert restore(elsewhere, file).pepper is None  # there is no key
    with open_store(settings) as store, store.writing() as connection:
        keys.add(connection, ApiKey("a" * 12, Role.STAFF, "0" * 64, now()))
    back_up(settings, file, force=True)
    told = restore(elsewhere, file, force=True).pepper
    assert told is not None and "put the file back" in told
    (elsewhere.home / PEPPER_FILE).write_text("pepper")
    assert restore(elsewhere, file, force=True).pepper is None


def test_a_file_that_is_not_there_is_named_before_the_database_that_is(
    settings: Settings, file: Path
) -> None:
    with pytest.raises(InputError, match="there is no file"):
        restore(settings, file)


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


def test_a_restore_waits_for_no_server_but_says_that_one_runs(
    settings: Settings, file: Path
) -> None:
    backed_up(settings, file)
    shared = SharedRecords(settings.url)
    with shared.writing() as connection:
        servers.announce(connection, Server("server_1", "h", None, False))
    with pytest.raises(ConflictError, match="1 server is running"):
        restore(settings, file, force=True)
    with shared.writing() as connection:
        servers.leave(connection, "server_1")
    shared.close()
    restore(settings, file, force=True)


def test_a_database_that_was_migrated_past_this_program_is_replaced(
    settings: Settings, file: Path
) -> None:
    backed_up(settings, file)
    before = record_rows(settings)
    with open_store(settings) as store, store.writing() as connection:
        connection.execute(update(stamp).values(version_num="9999"))
        connection.execute(update(meta).where(meta.c.key == "oldest_program").values(value=9998))
    with pytest.raises(StoreError, match="update the program"), open_store(settings):
        pass
    restore(settings, file, force=True)
    assert record_rows(settings) == before


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
