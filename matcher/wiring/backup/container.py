"""Container of a backup: a gzipped tar file that begins with a manifest of all others.

Any tar program reads it. Nothing is taken from it but the files that the manifest names, each with
the size and the checksum that it gives.
"""

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import TypeAdapter, ValidationError

from matcher.disk.errors import disk_errors
from matcher.errors import InputError, MatcherError
from matcher.language.messages import _
from matcher.store.copies.postgresql import TableCopy
from matcher.store.revision import FIRST, HEAD

FORMAT = 1
PROGRAM = "matcher"
MANIFEST = "manifest.json"
DATABASE = "database.sqlite"
TABLES = "tables"
"""Folder of the tables of PostgreSQL."""
HOME = "home"
"""Folder of the files of the home."""
LEVEL = 3
"""Of gzip: twice as fast as its own 6, and a tenth larger."""
_MAX_MANIFEST = 1 << 26
_PLAIN = r"[^/\\\x00-\x1f.][^/\\\x00-\x1f]*"
_NAME = re.compile(rf"{DATABASE}|{TABLES}/\w+\.copy|{HOME}/(?:{_PLAIN}/)?{_PLAIN}")
_REVISION = re.compile("[0-9]{4}")
_CHECKSUM = "checksum"
_BLOCK = 1 << 20


class BackupError(MatcherError):
    """A file is no backup, a damaged one, or one of a newer program."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the container."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Manifest of a backup."""

    version: str
    """Of the program that made it."""
    made_at: str
    """UTC, ISO 8601 with offset."""
    database: Literal["sqlite", "postgresql"]
    revision: str
    """Of the schema."""
    audit_rows: int
    audit_head: str
    """Digest of the last row of the audit trail, as `matcher audit verify` tells it."""
    tables: Mapping[str, TableCopy] = field(default_factory=dict)
    """Of PostgreSQL."""
    files: Mapping[str, Entry] = field(default_factory=dict)
    """By name."""


_AS_WRITTEN = TypeAdapter(Manifest)


def entry_of(file: Path) -> Entry:
    """Return size and checksum of a file."""
    with file.open("rb") as content:
        return Entry(file.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest())


def pack(manifest: Manifest, folder: Path, target: Path) -> None:
    """Write the files of a folder that the manifest names into a new container, to the disk."""
    values = {"format": FORMAT, "program": PROGRAM, **asdict(manifest)}
    values[_CHECKSUM] = _checksum(values)
    head = json.dumps(values, ensure_ascii=False, indent=1).encode()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with (
            gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            tar.addfile(_header(MANIFEST, len(head)), io.BytesIO(head))
            for name, entry in manifest.files.items():
                with (folder / name).open("rb") as content:
                    tar.addfile(_header(name, entry.bytes), content)
        file.flush()
        os.fsync(file.fileno())


def check_there(file: Path) -> None:
    """Raise InputError for a file that is not there."""
    if not file.is_file():
        raise InputError(_("there is no file {file}", file=file))


def is_backup(file: Path) -> bool:
    """True for a file that begins as a backup does, whole or not."""
    try:
        with gzip.open(file, "rb") as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            first = tar.next()
            return first is not None and first.name == MANIFEST
    except (OSError, EOFError, zlib.error, tarfile.TarError):
        return False


def unpack(file: Path, folder: Path) -> Manifest:
    """Write the files of a container into a folder; return its manifest.

    Everything is compared with the manifest. Raises BackupError, InputError for a file that is not
    there.
    """
    check_there(file)
    manifest = None
    try:
        with gzip.open(file, "rb") as packed:
            with tarfile.open(fileobj=packed, mode="r|") as tar:
                manifest = _read_manifest(tar, file)
                _extract(tar, manifest, folder, file)
            while packed.read(_BLOCK):
                pass  # the checksum of the whole stands at its end
    except tarfile.TarError as problem:
        raise (_foreign(file) if manifest is None else damaged(file)) from problem
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise (damaged(file) if _is_gzip(file) else _foreign(file)) from problem
    return manifest


def _read_manifest(tar: tarfile.TarFile, file: Path) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or first.size > _MAX_MANIFEST:
        raise _foreign(file)
    content = tar.extractfile(first) if first.isreg() else None
    if content is None:
        raise _foreign(file)
    try:
        values = json.loads(content.read())
        checksum = values.pop(_CHECKSUM)
        is_whole, is_ours = checksum == _checksum(values), values["program"] == PROGRAM
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _foreign(file) from None
    if not is_ours:
        raise _foreign(file)
    if not is_whole:
        raise damaged(file)
    try:
        manifest, is_newer = _manifest(values)
    except (ValidationError, ValueError, KeyError, TypeError):
        raise damaged(file) from None
    if is_newer:
        raise BackupError(
            _(
                "the backup {file} was made by a newer program (matcher {version}, revision "
                "{revision}; this one is at {head}): restore it with that one",
                file=file,
                version=manifest.version,
                revision=manifest.revision,
                head=HEAD,
            )
        )
    return manifest


def _manifest(values: dict[str, Any]) -> tuple[Manifest, bool]:
    """Return the manifest, and whether a newer program made it.

    Raises ValidationError, ValueError, KeyError, TypeError for one that no program of ours made.
    """
    if values["format"] > FORMAT:  # its other values may be of another form
        made_at, said = str(values["made_at"]), (str(values["version"]), str(values["revision"]))
        manifest = Manifest(said[0], made_at, "sqlite", said[1], audit_rows=0, audit_head="")
    else:
        manifest = _AS_WRITTEN.validate_python(values)
    datetime.fromisoformat(manifest.made_at)
    is_plain = manifest.version.isprintable() and _REVISION.fullmatch(manifest.revision)
    if not is_plain or manifest.revision < FIRST:
        raise ValueError(manifest.revision)
    return manifest, values["format"] > FORMAT or manifest.revision > HEAD


def _extract(tar: tarfile.TarFile, manifest: Manifest, folder: Path, file: Path) -> None:
    missing = dict(manifest.files)
    while (member := tar.next()) is not None:
        entry = missing.pop(member.name, None)
        if entry is None or not member.isreg() or not _NAME.fullmatch(member.name):
            raise damaged(file)
        content = tar.extractfile(member)
        assert content is not None  # a regular file
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if member.size != entry.bytes or _write(content, target) != entry.sha256:
            raise damaged(file)
    if missing:
        raise damaged(file)


def _write(content: IO[bytes], target: Path) -> str:
    """Write a file and return its checksum."""
    checksum = hashlib.sha256()
    with disk_errors(target.parent), target.open("xb") as file:
        while block := content.read(_BLOCK):
            checksum.update(block)
            file.write(block)
    return checksum.hexdigest()


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


def _is_gzip(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(2) == b"\x1f\x8b"


def _checksum(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _foreign(file: Path) -> BackupError:
    return BackupError(_("{file} is no backup of matcher", file=file))


def damaged(file: Path) -> BackupError:
    """Return the error for a backup that is not as it was made."""
    return BackupError(
        _(
            "the backup {file} is damaged or not complete, and nothing was restored: take another "
            "copy of it, or an earlier backup",
            file=file,
        )
    )
