"""What a file really is, told by its first bytes, because names lie."""

import gzip
import io
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Literal, cast

from matcher.errors import InputError
from matcher.importing.files.unpacking import LimitedGzip, check_office_file

Content = Literal["xlsx", "xls", "html", "json", "delimited"]
"""How a file is to be read."""

JSON_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".xlsx", ".xls"})
READABLE = ".csv, .tsv, .xlsx, .xls or .jsonl (each also with .gz)"

_HEAD = 8192
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"{\\rtf", "an RTF text"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"SQLite format 3", "a database"),
)
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 0, 26, 27}
_MOST_CONTROL = 0.02


def suffix_of(path: Path) -> str:
    """The suffix in lower case, that of the packed file for .gz."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def open_content(path: Path) -> BinaryIO:
    """The file's bytes, unpacked if they are packed with gzip, whatever the name says.

    Reading raises InputError where that becomes too much.
    """
    return cast(BinaryIO, LimitedGzip(path)) if _is_packed(path) else path.open("rb")


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def tell_content(path: Path) -> Content:
    """How to read the file. Raises InputError, with one line, for what is no table we can read."""
    _check_name(path)
    try:
        with open_content(path) as file:
            head = file.read(_HEAD)
            if not head.strip(b" \t\r\n\0" + b"".join(_TEXT_MARKS)):
                raise InputError(f"{path.name} is empty: export it again")
            content = _tell(path, head, file)
            if _is_packed(path):
                # A packed file shows only at its end that it is whole.
                while file.read(_CHUNK):
                    pass
            return content
    except PermissionError:
        raise InputError(f"{path.name} may not be read: check its permissions") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(f"{path.name} is damaged or cut off: fetch it again") from None


def _check_name(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a folder: name the files in it")
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    if suffix_of(path) not in JSON_SUFFIXES | TABLE_SUFFIXES:
        raise InputError(
            f"{path.name} is not of a kind that can be imported: save the table as {READABLE}"
        )


def _tell(path: Path, head: bytes, file: BinaryIO) -> Content:
    if head.startswith(b"PK"):
        return _tell_zip(path, io.BytesIO(head + file.read()))
    if head.startswith(_OLE):
        return _tell_ole(path, head + file.read())
    for mark, name in _OTHERS:
        if head.startswith(mark):
            raise InputError(f"{path.name} is {name}, not a table: export it as {READABLE}")
    start = head.lstrip(b" \t\r\n" + _TEXT_MARKS[0])[:2000].lower()
    if start.startswith(b"<"):
        return _tell_markup(path, start)
    if not head.startswith(_TEXT_MARKS):
        control = sum(byte in _CONTROL for byte in head)
        if control > _MOST_CONTROL * len(head):
            raise InputError(f"{path.name} is no table that can be read: export it as {READABLE}")
    return "json" if suffix_of(path) in JSON_SUFFIXES else "delimited"


def _tell_zip(path: Path, content: BinaryIO) -> Content:
    try:
        with zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                check_office_file(path.name, archive, content.seek(0, io.SEEK_END))
                return "xlsx"
    except zipfile.BadZipFile:
        raise InputError(
            f"{path.name} is a damaged or truncated workbook: fetch it again, or open it in a "
            "spreadsheet and save it as .xlsx"
        ) from None
    other = "an .xlsb workbook" if "xl/workbook.bin" in names else "an archive, not a workbook"
    if "word/document.xml" in names:
        other = "a Word document, not a table"
    elif "content.xml" in names:
        other = "an OpenDocument file"
    raise InputError(f"{path.name} is {other}: save the table as .xlsx")


def _tell_ole(path: Path, content: bytes) -> Content:
    """Old Excel and Word files and encrypted workbooks share one container; its parts tell."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputError(
            f"{path.name} is protected with a password: open it, save it without the password, "
            "and import it again"
        )
    if "WordDocument".encode("utf-16-le") in content:
        raise InputError(f"{path.name} is a Word document, not a table: save the table as .xlsx")
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return "xls"
    raise InputError(
        f"{path.name} is a damaged or truncated workbook: fetch it again, or open it in a "
        "spreadsheet and save it as .xlsx"
    )


def _tell_markup(path: Path, start: bytes) -> Content:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start and b"<html" not in start:
        raise InputError(
            f"{path.name} is an XML table: open it in a spreadsheet and save it as .xlsx"
        )
    if any(tag in start for tag in (b"<html", b"<table", b"<!doctype html", b"<meta", b"<body")):
        return "html"
    raise InputError(f"{path.name} is an XML file, not a table: export it as {READABLE}")
