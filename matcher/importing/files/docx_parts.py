"""Parts of a Word document: its body, styles, notes, headers and footers."""

import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matcher.errors import InputError
from matcher.importing.files.unpack_limits import check_office_file
from matcher.language.messages import _

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)
"""Namespaces of a document saved as Strict Open XML, and the ordinary ones."""


@dataclass(frozen=True, slots=True)
class DocxParts:
    """Parsed parts of a document."""

    body: Any
    styles: Any | None = None
    margins: tuple[Any, ...] = ()
    """Headers and footers."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """Footnotes and endnotes, by `footnote` or `endnote` and their id."""


def read_parts(path: Path) -> DocxParts:
    """Read the parts of a Word document. Raises InputError for another file."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_office_file(path.name, archive, path.stat().st_size)
            return _read(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        SyntaxError,  # of the XML
        KeyError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,  # of a part with a password
        OSError,
    ) as problem:
        raise InputError(
            _(
                "{name} is not a Word document, or a damaged one: open it in Word and save it "
                "as .docx again",
                name=path.name,
            )
        ) from problem


def _read(archive: zipfile.ZipFile) -> DocxParts:
    mains = [name for kind, name in _related(archive, "") if kind == "officeDocument"]
    if not mains:
        raise ValueError("no Office document")
    main = mains[0]
    body = _part(archive, main).find(WORD + "body")
    if body is None:
        raise ValueError("no body")
    styles: Any | None = None
    margins: list[Any] = []
    notes: dict[str, Any] = {}
    present = frozenset(archive.namelist())
    for kind, name in _related(archive, main):
        if name not in present:
            continue
        if kind == "styles":
            styles = _part(archive, name)
        elif kind in ("header", "footer"):
            margins.append(_part(archive, name))
        elif kind in ("footnotes", "endnotes"):
            note = kind.removesuffix("s")
            for entry in _part(archive, name).iterfind(WORD + note):
                if entry.get(WORD + "type") is None:  # not the separator line
                    notes[f"{note} {entry.get(WORD + 'id')}"] = entry
    return DocxParts(body, styles, tuple(margins), notes)


def _related(archive: zipfile.ZipFile, source: str) -> list[tuple[str, str]]:
    """Return the kind and name of each part that a part, or the package itself, refers to."""
    folder, file = posixpath.split(source)
    name = posixpath.join(folder, "_rels", f"{file}.rels")
    try:
        relationships = _part(archive, name).iterfind(_RELATIONSHIP)
    except KeyError:
        if not source:
            raise ValueError("no Office document") from None
        return []
    return [
        (
            posixpath.basename(entry.get("Type", "")),
            posixpath.normpath(posixpath.join("/", folder, entry.get("Target", ""))).lstrip("/"),
        )
        for entry in relationships
        if entry.get("TargetMode") != "External"
    ]


def _part(archive: zipfile.ZipFile, name: str) -> Any:
    from docx.oxml import parse_xml

    content = archive.read(name)
    for strict, ordinary in _STRICT:
        content = content.replace(strict, ordinary)
    return parse_xml(content)
