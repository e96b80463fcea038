"""Fingerprints and checksums of model folders."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from matcher.errors import ModelError
from matcher.language.messages import _

CHECKSUMS = "checksums.json"
"""File in a model folder with the checksum (SHA-256) of each other file."""
_NOT_READ = (".md", ".png")
"""Ends of files that a model does not read."""


Checksums = Mapping[str, str]
"""Checksum of every file that a model reads, by its path in the folder."""
FileStates = Mapping[Path, tuple[int, int, int]]
"""Place on the disk, size and time of every file of a folder."""


def fingerprint(files: Checksums, use: object) -> str:
    """Return 16 hex digits that change whenever the vectors could: the files, and their use."""
    return hashlib.sha256(repr((sorted(files.items()), use)).encode()).hexdigest()[:16]


def checked_files(folder: Path) -> Checksums:
    """Return the checksums of a model folder's files, compared with those that it came with.

    Raises ModelError for a file that differs; a folder without checksums is as it is.
    """
    found = _checksums(folder)
    if (folder / CHECKSUMS).is_file():
        _compare(folder, found)
    return found


def file_states(folder: Path) -> FileStates:
    """Return what changes whenever a file of a folder is written; nothing for no folder."""
    states = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    return {path: (own.st_ino, own.st_size, own.st_mtime_ns) for path, own in states.items()}


def check_unchanged(folder: Path, before: FileStates) -> None:
    """Raise ModelError where the files of a folder were changed while the model was read."""
    if file_states(folder) != before:
        raise ModelError(
            _(
                "the model folder {folder} was changed while it was being loaded: try again when "
                "it is complete",
                folder=folder,
            )
        )


def write_checksums(folder: Path) -> None:
    """Write the checksums of a finished model folder."""
    text = json.dumps(_checksums(folder), indent=2)
    (folder / CHECKSUMS).write_text(text + "\n", encoding="utf-8")


def _checksums(folder: Path) -> Checksums:
    checksums = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        if file.suffix in _NOT_READ or file.name.startswith(".") or file.name == CHECKSUMS:
            continue
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        checksums[file.relative_to(folder).as_posix()] = digest
    return checksums


def _compare(folder: Path, found: Checksums) -> None:
    try:
        expected = json.loads((folder / CHECKSUMS).read_text("utf-8"))
        names = [*expected, *found]
    except (ValueError, TypeError):
        expected, names = {}, [CHECKSUMS]
    for name in names:
        if expected.get(name, "") != found.get(name):
            raise ModelError(
                _(
                    "the model file {file} is not as it was installed, by a fault of the disk or a "
                    "change from outside; install matcher again",
                    file=folder / name,
                )
            )
