"""Limits to the unpacked size of a file: a small packed file can hold more than any memory.

An Office file is refused where it would unpack to too much, or where its XML declares a document
type. No Office file needs one; entity expansion (billion laughs) and access to other files
(XXE) do.
"""

import gzip
import zipfile
from pathlib import Path
from typing import Any
from xml.parsers import expat

from matcher.errors import InputError
from matcher.language.messages import _

MAX_UNPACKED_BYTES = 1_000_000_000
"""Unpacked bytes of a gzip file."""
MAX_OFFICE_BYTES = 1_000_000_000
"""Unpacked bytes of all parts of an Office file together."""
MAX_UNPACK_RATIO = 100
"""Ratio of unpacked to packed bytes of an Office file; spreadsheets stay far below."""
SAFE_BYTES = 20_000_000
"""Unpacked bytes up to which the ratio does not count."""
MAX_PARTS = 10_000
"""Parts of an Office file."""
MAX_PART_BYTES = 50_000_000
"""Unpacked bytes of an XML part that is read into memory whole."""

_CHUNK = 65_536
_XML = (".xml", ".rels", ".vml")
_STREAMED_PARTS = ("xl/worksheets/sheet", "xl/sharedstrings")


class LimitedGzip(gzip.GzipFile):
    """A gzip file that raises InputError once more than `MAX_UNPACKED_BYTES` are read."""

    def read(self, size: int | None = -1) -> bytes:
        """Read bytes, all that are left without a size, but never much more than the limit."""
        reads_all = size is None or size < 0
        return self._checked(
            super().read(MAX_UNPACKED_BYTES + 1 - self.tell() if reads_all else size)
        )

    def read1(self, size: int = -1) -> bytes:
        """Read bytes of at most one internal read."""
        return self._checked(super().read1(size))

    def _checked(self, content: bytes) -> bytes:
        if self.tell() > MAX_UNPACKED_BYTES:
            raise InputError(
                _(
                    "{name} is larger than {most:,} bytes once unpacked: split it "
                    "into several files",
                    name=Path(str(self.name)).name,
                    most=MAX_UNPACKED_BYTES,
                )
            )
        return content


def check_office_file(
    name: str, archive: zipfile.ZipFile, packed_bytes: int, most: int | None = None
) -> None:
    """Raise InputError for an Office file that unpacks to too much or declares a document type.

    `most` are unpacked bytes of all parts, by default `MAX_OFFICE_BYTES`.
    The stated sizes are binding: `zipfile` reads no part beyond its own.
    """
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(packed_bytes, 1)
    too_large = unpacked > SAFE_BYTES and ratio > MAX_UNPACK_RATIO
    too_large |= any(part.file_size > MAX_PART_BYTES for part in parts if _is_read_whole(part))
    most = MAX_OFFICE_BYTES if most is None else most
    if too_large or unpacked > most or len(parts) > MAX_PARTS:
        raise InputError(
            _(
                "{name} would unpack to {unpacked:,} bytes in {count:,} parts, more than a "
                "table or form holds: copy what it says into a new file, or split it",
                name=name,
                unpacked=unpacked,
                count=len(parts),
            )
        )
    for part in parts:
        if part.filename.lower().endswith(_XML) and _declares_document_type(archive, part):
            raise InputError(
                _(
                    "{name} declares an XML document type, as no Office program does: copy what it "
                    "says into a new file",
                    name=name,
                )
            )


def _is_read_whole(part: zipfile.ZipInfo) -> bool:
    name = part.filename.lower()
    return name.endswith(_XML) and not name.startswith(_STREAMED_PARTS)


class _PrologEndError(Exception):
    """Signal that ends the parsing of a part at its first element or document type."""

    def __init__(self, is_declared: bool) -> None:
        super().__init__()
        self.is_declared = is_declared


def _declares_document_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """True if an XML part declares a document type, which stands before the first element."""

    def on_document_type(*_: Any) -> None:
        raise _PrologEndError(True)

    def on_element(*_: Any) -> None:
        raise _PrologEndError(False)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = on_document_type
    parser.StartElementHandler = on_element
    try:
        with archive.open(part) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk)
    except _PrologEndError as end:
        return end.is_declared
    except (expat.ExpatError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False  # no XML at all: the reader of the file reports it
    return False
