"""Backups of homes, for the tests."""

import io
import json
import tarfile
from pathlib import Path

from matcher.settings import Settings
from matcher.wiring.backup import container
from matcher.wiring.backup.back_up import back_up
from tests.support import databases
from tests.support.whole_homes import rows


def backed_up(settings: Settings, file: Path) -> Path:
    file.parent.mkdir(exist_ok=True)
    back_up(settings, file)
    return file


def is_there(settings: Settings) -> bool:
    """Tell whether a home has a database with something in it."""
    if databases.server is None:
        return (settings.home / "matcher.sqlite").exists()
    return bool(rows(settings.url))


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


def content_of(file: Path, name: str) -> bytes:
    with tarfile.open(file) as tar:
        member = tar.extractfile(name)
        assert member is not None
        return member.read()


def manifest_of(file: Path) -> dict[str, object]:
    values: dict[str, object] = json.loads(content_of(file, "manifest.json"))
    return values
