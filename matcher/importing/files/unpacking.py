"""Limits to what a packed file may become: a small one can hold more than any memory.

Office files are refused where they would grow too far or where their XML declares a document type,
which none of them needs and which is how an XML file grows out of nothing (billion laughs) or
reaches for other files.
"""

import gzip
import zipfile
from pathlib import Path
from typing import Any
from xml.parsers import expat

from matcher.errors import InputError

UNPACKED_AT_MOST = 1_000_000_000
"""Bytes of a file packed with gzip, once unpacked."""
OFFICE_AT_MOST = 1_000_000_000
"""Bytes of all parts of an Office file together."""
RATIO_AT_MOST = 100
"""How many times larger than the file its parts may be; spreadsheets stay far below."""
ALWAYS_FINE = 20_000_000
"""Bytes that are no danger, whatever the ratio."""
PARTS_AT_MOST = 10_000
WHOLE_AT_MOST = 50_000_000
"""Bytes of a part of XML that is read into memory whole."""

_CHUNK = 65_536
_XML = (".xml", ".rels", ".vml")
_READ_AS_A_STREAM = ("xl/worksheets/sheet", "xl/sharedstrings")


class LimitedGzip(gzip.GzipFile):
    """A gzip file that raises InputError where it becomes larger than any table of ours."""

    def read(self, size: int | None = -1) -> bytes:
        """As ever, and never much more than the limit at once."""
        whole = size is None or size < 0
        found = super().read(UNPACKED_AT_MOST + 1 - self.tell() if whole else size)
        return self._checked(found)

    def read1(self, size: int = -1) -> bytes:
        """As ever."""
        return self._checked(super().read1(size))

    def _checked(self, found: bytes) -> bytes:
        if self.tell() > UNPACKED_AT_MOST:
            raise InputError(
                f"{Path(str(self.name)).name} is larger than {UNPACKED_AT_MOST:,} bytes once "
                "unpacked: split it into several files"
            )
        return found


def check_office_file(name: str, archive: zipfile.ZipFile, packed_bytes: int) -> None:
    """Raises InputError for an Office file that would grow too far or declares a document type.

    The sizes that the archive states are binding: no part is read beyond its own.
    """
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(packed_bytes, 1)
    too_far = unpacked > ALWAYS_FINE and ratio > RATIO_AT_MOST
    too_far |= any(part.file_size > WHOLE_AT_MOST for part in parts if _is_read_whole(part))
    if too_far or unpacked > OFFICE_AT_MOST or len(parts) > PARTS_AT_MOST:
        raise InputError(
            f"{name} would unpack to {unpacked:,} bytes in {len(parts):,} parts, more than a table "
            "or form holds: copy what it says into a new file, or split it"
        )
    for part in parts:
        if part.filename.lower().endswith(_XML) and _declares_a_document_type(archive, part):
            raise InputError(
                f"{name} declares an XML document type, as no Office program does: copy what it "
                "says into a new file"
            )


def _is_read_whole(part: zipfile.ZipInfo) -> bool:
    name = part.filename.lower()
    return name.endswith(_XML) and not name.startswith(_READ_AS_A_STREAM)


class _FirstMarkError(Exception):
    """Ends the reading of a part as soon as its first element or a document type is met."""

    def __init__(self, is_declared: bool) -> None:
        super().__init__()
        self.is_declared = is_declared


def _declares_a_document_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part does so, which it can only do before its first element."""

    def declared(*_: Any) -> None:
        raise _FirstMarkError(True)

    def begun(*_: Any) -> None:
        raise _FirstMarkError(False)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = begun
    try:
        with archive.open(part) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk)
    except _FirstMarkError as told:
        return told.is_declared
    except (expat.ExpatError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False  # no XML that anybody could read: whoever opens the file will say so
    return False
