"""A damaged, foreign or newer file is named, and nothing is touched."""

import gzip
import hashlib
import shutil
import tarfile
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.settings import Settings
from matcher.wiring.backup import container
from matcher.wiring.backup.container import BackupError
from matcher.wiring.backup.restore import restore
from matcher.wiring.checks.check import check
from matcher.wiring.checks.finding import is_clean
from tests.support.backups import backed_up, is_there, manifest_of, packed
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
