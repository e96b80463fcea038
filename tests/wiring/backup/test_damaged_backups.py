"""A damaged, foreign or newer file is named, and nothing is touched."""

import gzip
import hashlib
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.settings import Settings
from matcher.wiring.backup import container
from matcher.wiring.backup.container import BackupError
from matcher.wiring.backup.restore import restore
from matcher.wiring.checks.check import check
from matcher.wiring.checks.finding import is_clean
from tests.support.backups import backed_up, content_of, is_there, manifest_of, packed
from tests.support.whole_homes import rows


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


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "change",
    [
        {"format": "one"},
        {"revision": None},
        {"revision": "-1"},
        {"revision": "0000"},
        {"revision": "0003"},
        {"made_at": "\x1b[31mnow\n"},
        {"version": "1\n2"},
        {"audit_rows": "many"},
        {"audit_head": "0" * 64},
        {"files": []},
        {"files": {}},
        {"database": "other"},
    ],
    ids=str,
)
def test_a_manifest_that_no_program_of_ours_wrote_is_refused(
    settings: Settings, elsewhere: Settings, file: Path, change: dict[str, object]
) -> None:
    backed_up(settings, file)
    database = ("database.sqlite", content_of(file, "database.sqlite"))
    entry = {"bytes": len(database[1]), "sha256": hashlib.sha256(database[1]).hexdigest()}
    whole = manifest_of(file) | {"files": {database[0]: entry}} | change
    file.write_bytes(packed(whole, *([] if "files" in change else [database])))
    with pytest.raises(BackupError, match="damaged"):
        restore(elsewhere, file)
    assert not is_there(elsewhere)


@pytest.mark.sqlite
@pytest.mark.parametrize("database", [b"", b"other"], ids=["empty", "another"])
def test_a_database_that_is_none_of_ours_is_refused(
    settings: Settings, elsewhere: Settings, file: Path, tmp_path: Path, database: bytes
) -> None:
    if database:
        with closing(sqlite3.connect(tmp_path / "other.sqlite")) as connection:
            connection.execute("CREATE TABLE other (id INTEGER)")
            connection.commit()
        database = (tmp_path / "other.sqlite").read_bytes()
    backed_up(settings, file)
    entry = {"bytes": len(database), "sha256": hashlib.sha256(database).hexdigest()}
    manifest = manifest_of(file) | {"files": {"database.sqlite": entry}}
    file.write_bytes(packed(manifest, ("database.sqlite", database)))
    with pytest.raises(BackupError, match="damaged"):
        restore(elsewhere, file)
    assert not is_there(elsewhere)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "name", ["home/keys.pepper", "home/matcher.sqlite-wal", "home/indexes/CURRENT", "home/a\nb"]
)
def test_only_files_that_a_backup_holds_are_put_into_a_home(
    settings: Settings, elsewhere: Settings, file: Path, name: str
) -> None:
    backed_up(settings, file)
    files = {"database.sqlite": content_of(file, "database.sqlite"), name: b"planted"}
    entries = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
    }
    file.write_bytes(packed(manifest_of(file) | {"files": entries}, *files.items()))
    with pytest.raises(BackupError, match="damaged"):
        restore(elsewhere, file)
    assert not is_there(elsewhere)


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
