"""Manifest of an index folder: origin, format and checksums; an unfit index is never used."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from matcher.errors import IndexUnavailableError
from matcher.language.messages import _

FILE = "manifest.json"
FORMAT = 10
_CHECKSUM = "checksum"
"""Key of the manifest's own checksum in its file."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Segment of an index: patents that were indexed together."""

    name: str
    dense_kind: Literal["flat", "ivf"]
    patents: int
    """Number of patents with a passage, deleted ones too."""
    deleted: int
    """Number of patents that were deleted from it since."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Manifest of a generation of the index."""

    format: int
    created: str
    """UTC, ISO 8601 with offset."""
    model: str
    model_fingerprint: str
    dimension: int
    segments: tuple[Segment, ...]
    """In the order they were made."""
    patents: int
    passages: int
    vectors: int
    sentences: int
    """Number of sentence vectors of abstracts, which are for evidence and not searched."""
    tokens_version: str
    catalogue_state: str
    """Id of the catalogue's state that the index was built from."""
    catalogue_number: int
    """Number of that state."""
    kept_in: Literal["files", "milvus"]
    """Place of both channels."""
    files: Mapping[str, str]
    """Checksum (SHA-256) of each file, by its path in the folder."""


def seal(manifest: Manifest, folder: Path, before: Path | None = None) -> Manifest:
    """Write the manifest of a finished index folder, with the checksums of its files.

    Files that are those of the generation before, by a link, have their checksums there.
    """
    known = {} if before is None else read(before).files
    files = {}
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        is_known = before is not None and name in known and (before / name).samefile(path)
        files[name] = known[name] if is_known else _checksum(path)
    sealed = replace(manifest, files=files)
    values = asdict(sealed)
    text = json.dumps({**values, _CHECKSUM: _own_checksum(values)}, indent=2)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    return sealed


def read(folder: Path) -> Manifest:
    """Read the manifest of an index folder. Raises IndexUnavailableError."""
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
        version = int(values["format"])
        if version == FORMAT:
            if values.pop(_CHECKSUM) != _own_checksum(values):
                raise damaged(folder, FILE)
            segments = tuple(Segment(**segment) for segment in values.pop("segments"))
            return Manifest(**values, segments=segments)
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise IndexUnavailableError(
            _(
                "the index {name} cannot be read ({problem}); build it anew: matcher index",
                name=folder.name,
                problem=type(problem).__name__,
            )
        ) from problem
    raise IndexUnavailableError(
        _(
            "the index {name} has format {format}, this program reads {own}; build it "
            "anew: matcher index",
            name=folder.name,
            format=version,
            own=FORMAT,
        )
    )


def check_files(manifest: Manifest, folder: Path) -> None:
    """Compare every file of an index with its checksum; reads each once.

    Raises IndexUnavailableError that names the first file that differs or is missing.
    """
    for name, expected in manifest.files.items():
        try:
            if _checksum(folder / name) == expected:
                continue
        except OSError:
            pass
        raise damaged(folder, name)


def damaged(folder: Path, file: str) -> IndexUnavailableError:
    """Return the error of a file that is not as it was written."""
    return IndexUnavailableError(
        _(
            "the file {file} of the index {name} is not as it was written, by a fault of the disk "
            "or a change from outside; build the index anew: matcher index",
            file=file,
            name=folder.name,
        )
    )


def _files(folder: Path) -> list[Path]:
    """Files of an index folder but its manifest, sorted."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != FILE)


def _checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _own_checksum(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
