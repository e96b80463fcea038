"""Detection of a table file's real format from its first bytes; the suffix is often wrong."""

import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from matcher.errors import InputError
from matcher.importing.files.source_file import SourceFile, detect_source, suffix_of
from matcher.importing.files.unpack_limits import check_office_file
from matcher.language.messages import _, gettext_noop

Content = Literal["xlsx", "xls", "spreadsheet-xml", "html", "json", "delimited"]
"""Format of a table file; decides which reader opens it."""

JSON_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})
DOCUMENT_SUFFIXES = frozenset({".docx", ".txt", ".md"})
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".xlsx", ".xls", ".xml", ".html", ".htm"})
READABLE = gettext_noop(".csv, .tsv, .xlsx, .xls or .jsonl (each also with .gz)")

_HEAD = 8192
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_OTHER_FORMATS = (
    (b"%PDF", gettext_noop("a PDF")),
    (b"\x89PNG", gettext_noop("a picture")),
    (b"\xff\xd8\xff", gettext_noop("a picture")),
    (b"GIF8", gettext_noop("a picture")),
    (b"II*\x00", gettext_noop("a picture")),
    (b"{\\rtf", gettext_noop("an RTF text")),
    (b"Rar!", gettext_noop("a RAR archive")),
    (b"7z\xbc\xaf", gettext_noop("a 7z archive")),
    (b"SQLite format 3", gettext_noop("a database")),
)
_HTML = re.compile(rb"<html[\s>]")
_CONTROL_BYTES = frozenset(range(32)) - {9, 10, 12, 13, 0, 26, 27}
_MAX_CONTROL_SHARE = 0.02
"""Share of control bytes in the head up to which a file is text."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table file with its detected format."""

    source: SourceFile
    content: Content


def detect_format(path: Path) -> TableFile:
    """Return the file with its format.

    Raises InputError, in one line, for a file that is no readable table.
    """
    _check_name(path)
    try:
        source = detect_source(path)
        with source.open() as file:
            head = file.read(_HEAD)
            if not head.strip(b" \t\r\n\0" + b"".join(_BYTE_ORDER_MARKS)):
                raise InputError(_("{name} is empty: export it again", name=path.name))
            content = _detect(path, head, file)
            if source.is_packed:
                # Only the end of a packed file shows that it is whole.
                while file.read(_CHUNK):
                    pass
            return TableFile(source, content)
    except PermissionError:
        raise InputError(
            _("{name} may not be read: check its permissions", name=path.name)
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(
            _("{name} is damaged or cut off: fetch it again", name=path.name)
        ) from None


def _check_name(path: Path) -> None:
    if path.is_dir():
        raise InputError(_("{path} is a folder: name the files in it", path=path))
    if not path.is_file():
        raise InputError(_("{path}: there is no such file", path=path))
    if path.suffix.lower() in DOCUMENT_SUFFIXES:
        raise InputError(
            _(
                "{name} is a document, not a table: save a table as {readable}; a need in it is "
                "kept with matcher needs import FILE, or answered with matcher match --file FILE",
                name=path.name,
                readable=_(READABLE),
            )
        )
    if suffix_of(path) not in JSON_SUFFIXES | TABLE_SUFFIXES:
        raise InputError(
            _(
                "{name} is not of a kind that can be imported: save the table as {readable}",
                name=path.name,
                readable=_(READABLE),
            )
        )


def _detect(path: Path, head: bytes, file: BinaryIO) -> Content:
    if head.startswith(b"PK"):
        return _detect_zip(path, io.BytesIO(head + file.read()))
    if head.startswith(_OLE):
        return _detect_ole(path, head + file.read())
    for mark, name in _OTHER_FORMATS:
        if head.startswith(mark):
            raise InputError(
                _(
                    "{name} is {other}, not a table: export it as {readable}",
                    name=path.name,
                    other=_(name),
                    readable=_(READABLE),
                )
            )
    start = _as_utf_8(head).lstrip(b" \t\r\n" + _BYTE_ORDER_MARKS[0])[:2000].lower()
    if start.startswith(b"<"):
        return _detect_markup(path, start)
    if not head.startswith(_BYTE_ORDER_MARKS):
        control = sum(byte in _CONTROL_BYTES for byte in head)
        if control > _MAX_CONTROL_SHARE * len(head):
            raise InputError(
                _(
                    "{name} is no table that can be read: export it as {readable}",
                    name=path.name,
                    readable=_(READABLE),
                )
            )
    return "json" if suffix_of(path) in JSON_SUFFIXES else "delimited"


def _as_utf_8(head: bytes) -> bytes:
    if head.startswith(_BYTE_ORDER_MARKS[1:]):
        return head.decode("utf-16", errors="ignore").encode(errors="ignore")
    return head


def _detect_zip(path: Path, content: BinaryIO) -> Content:
    try:
        with zipfile.ZipFile(content) as archive:
            names = {name.replace("\\", "/") for name in archive.namelist()}
            if "xl/workbook.xml" in names:
                check_office_file(path.name, archive, content.seek(0, io.SEEK_END))
                return "xlsx"
    except zipfile.BadZipFile:
        raise InputError(
            _(
                "{name} is a damaged or truncated workbook: fetch it again, or open it in a "
                "spreadsheet and save it as .xlsx",
                name=path.name,
            )
        ) from None
    other = (
        _("an .xlsb workbook") if "xl/workbook.bin" in names else _("an archive, not a workbook")
    )
    if "word/document.xml" in names:
        other = _("a Word document, not a table")
    elif "content.xml" in names:
        other = _("an OpenDocument file")
    raise InputError(_("{name} is {other}: save the table as .xlsx", name=path.name, other=other))


def _detect_ole(path: Path, content: bytes) -> Content:
    """Return the format of an OLE container; old Excel, Word and encrypted files share it."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputError(
            _(
                "{name} is protected with a password: open it, save it without the password, "
                "and import it again",
                name=path.name,
            )
        )
    if "WordDocument".encode("utf-16-le") in content:
        raise InputError(
            _("{name} is a Word document, not a table: save the table as .xlsx", name=path.name)
        )
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return "xls"
    raise InputError(
        _(
            "{name} is a damaged or truncated workbook: fetch it again, or open it in a "
            "spreadsheet and save it as .xlsx",
            name=path.name,
        )
    )


def _detect_markup(path: Path, start: bytes) -> Content:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start and not _HTML.search(start):
        return "spreadsheet-xml"
    if any(tag in start for tag in (b"<html", b"<table", b"<!doctype html", b"<meta", b"<body")):
        return "html"
    raise InputError(
        _(
            "{name} is an XML file, not a table: export it as {readable}",
            name=path.name,
            readable=_(READABLE),
        )
    )
