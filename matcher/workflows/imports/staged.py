"""Files that were sent in to be imported, kept until they are, or for a day.

Each import has a folder of its own below the home. Names on disk are made here; the name that a
file came with is kept as a text.
"""

import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from matcher.disk.errors import disk_error
from matcher.errors import InputError, MatcherError, NotFoundError
from matcher.ids import new_id
from matcher.importing.files.formats import DOCUMENT_SUFFIXES, JSON_SUFFIXES, TABLE_SUFFIXES
from matcher.importing.files.source_file import suffix_of
from matcher.importing.read_any_file import NamedFile
from matcher.importing.rows.problem import MASKED
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _
from matcher.store.schema.times import now
from matcher.text.personal_data import mask_contacts

FOLDER = "imports"
"""Folder in the home folder."""
MAX_FILES = 50
"""Files of one import."""
MAX_NAME_CHARACTERS = 120
KEPT = timedelta(hours=24)
"""Time after which the files of an import are deleted."""
_ID = re.compile(r"import_[0-9a-f]{24}")
_RECORD = "staged.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file that was sent in."""

    stored: str
    """Name on disk."""
    name: str
    """Name that it came with, for people."""
    size: int
    kind: str | None = None
    """One of `IMPORT_KINDS`; None to recognise it."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Heading of some of our fields."""


@dataclass(frozen=True, slots=True)
class Staged:
    """An import that waits for its confirmation."""

    id: str
    by: str
    """Id of the caller who sent the files in; nobody else sees them."""
    created_at: datetime
    files: tuple[StagedFile, ...]

    @property
    def expires_at(self) -> datetime:
        """Time at which the files are deleted."""
        return self.created_at + KEPT


class StagedImports:
    """The folder of the imports of a home."""

    def __init__(self, home: Path) -> None:
        """Take the home folder; create nothing yet."""
        self.root = home / FOLDER

    def create(self, by: str) -> Staged:
        """Begin an import. Raises DiskError where the folder cannot be written."""
        staged = Staged(new_id("import"), by, now(), ())
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.folder(staged.id).mkdir(mode=0o700)
            self.save(staged)
        except OSError as problem:
            raise self._unwritable(problem) from None
        return staged

    def add_file(self, staged: Staged, name: str, content: BinaryIO) -> Staged:
        """Keep a further file, read to its end. Raises InputError, DiskError."""
        if len(staged.files) >= MAX_FILES:
            raise InputError(
                _("an import takes {most} files at most: import them in parts", most=MAX_FILES)
            )
        shown = _unlike(shown_name(name), [file.name for file in staged.files])
        stored = secrets.token_hex(8) + _suffix(shown)
        path = self.folder(staged.id) / stored
        try:
            with path.open("xb") as file:
                path.chmod(0o600)
                shutil.copyfileobj(content, file, _CHUNK)
            kept = StagedFile(stored, shown, path.stat().st_size)
            changed = replace(staged, files=(*staged.files, kept))
            self.save(changed)
        except OSError as problem:
            path.unlink(missing_ok=True)  # its beginning is of no use, and takes space
            raise self._unwritable(problem) from None
        return changed

    def _unwritable(self, problem: OSError) -> MatcherError:
        return disk_error(problem, self.root) or InputError(
            _(
                "the files cannot be kept on the server ({reason}): tell the administrator",
                reason=os_error_text(problem),
            )
        )

    def save(self, staged: Staged) -> None:
        """Write what is known of an import."""
        path = self.folder(staged.id) / _RECORD
        draft = path.with_suffix(".new")
        values = asdict(staged) | {"created_at": staged.created_at.isoformat()}
        draft.write_text(json.dumps(values, ensure_ascii=False), "utf-8")
        draft.replace(path)

    def find(self, identity: str, by: str) -> Staged:
        """Return an import of the caller. Raises NotFoundError."""
        if _ID.fullmatch(identity):
            with suppress(OSError, ValueError, KeyError, TypeError):
                staged = _staged(json.loads((self.folder(identity) / _RECORD).read_text("utf-8")))
                if staged.by == by:
                    return staged
        raise NotFoundError(
            _(
                "there is no such import: it was ended, or a day has passed since its files came; "
                "send them in again"
            )
        )

    def of(self, by: str) -> list[Staged]:
        """Return the imports of a caller, the newest first."""
        if not self.root.is_dir():
            return []
        own = []
        for folder in self.root.iterdir():
            with suppress(NotFoundError):
                own.append(self.find(folder.name, by))
        return sorted(own, key=lambda staged: staged.created_at, reverse=True)

    def named_files(self, staged: Staged) -> list[NamedFile]:
        """Return the files of an import for reading."""
        folder = self.folder(staged.id)
        return [
            NamedFile(folder / file.stored, file.name, file.kind, file.mapping)
            for file in staged.files
        ]

    def delete_files(self, staged: Staged) -> None:
        """Delete the files of an import and its preview; what is known of its job stays."""
        folder = self.folder(staged.id)
        for path in (*(folder / file.stored for file in staged.files), self.preview(staged.id)):
            path.unlink(missing_ok=True)

    def delete(self, identity: str) -> None:
        """Delete everything of an import."""
        shutil.rmtree(self.folder(identity), ignore_errors=True)

    def delete_expired(self, moment: datetime, running: Container[str]) -> None:
        """Delete the imports whose day is over, but not those whose job is running."""
        for folder in self.expired(moment, running):
            shutil.rmtree(folder, ignore_errors=True)

    def expired(self, moment: datetime, running: Container[str]) -> list[Path]:
        """Return the folders of the imports whose day is over and whose job is not running."""
        if not self.root.is_dir():
            return []
        expired = []
        for folder in sorted(self.root.iterdir()):
            if not _ID.fullmatch(folder.name) or folder.name in running:
                continue
            with suppress(OSError):  # gone meanwhile
                age = moment.timestamp() - folder.stat().st_ctime
                if age >= KEPT.total_seconds() or self._is_expired(folder, moment):
                    expired.append(folder)
        return expired

    def folder(self, identity: str) -> Path:
        """Return the folder of an import. Raises NotFoundError for a text that is no id."""
        if not _ID.fullmatch(identity):
            raise NotFoundError(_("there is no such import"))
        return self.root / identity

    def preview(self, identity: str) -> Path:
        """Return the path of an import's preview."""
        return self.folder(identity) / "preview.sqlite"

    def _is_expired(self, folder: Path, moment: datetime) -> bool:
        with suppress(OSError, ValueError, KeyError, TypeError):
            return _staged(json.loads((folder / _RECORD).read_text("utf-8"))).expires_at <= moment
        return False


def change_file(
    staged: Staged, number: int, kind: str | None, mapping: Mapping[str, str]
) -> Staged:
    """Return the import with one file to be read in another way."""
    files = list(staged.files)
    files[number] = replace(files[number], kind=kind, mapping=mapping)
    return replace(staged, files=tuple(files))


def shown_name(name: str) -> str:
    """Return the name of a file for people: without folders, controls and contacts, not long."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(
        character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character)[0] not in "CZ" or character == " "
    ).strip(" .")
    suffix = _suffix(plain)
    stem = plain[: len(plain) - len(suffix)][: MAX_NAME_CHARACTERS - len(suffix)]
    stem = mask_contacts(stem, MASKED)
    return f"{stem}{suffix}" if stem else f"{_('file')}{suffix}"


def _suffix(name: str) -> str:
    """Return the ending by which a file is read, in lower case; empty for one that none reads."""
    path = PurePosixPath(name)
    suffix = suffix_of(Path(path.name))
    if suffix not in TABLE_SUFFIXES | JSON_SUFFIXES | DOCUMENT_SUFFIXES:
        return ""
    return f"{suffix}.gz" if path.suffix.lower() == ".gz" else suffix


def _unlike(name: str, others: Sequence[str]) -> str:
    """Return a name that none of the others has: with a number in front of its ending."""
    suffix = _suffix(name)
    stem = name[: len(name) - len(suffix)]
    number, unlike = 1, name
    while unlike in others:
        number += 1
        unlike = f"{stem} ({number}){suffix}"
    return unlike


def _staged(values: dict[str, Any]) -> Staged:
    files = tuple(StagedFile(**file) for file in values["files"])
    created_at = datetime.fromisoformat(values["created_at"])
    return Staged(values["id"], values["by"], created_at, files)
