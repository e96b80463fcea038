"""Text files of unknown encoding: UTF-8, UTF-16 with a byte order mark, or GB18030."""

import codecs
import io
from collections.abc import Iterator
from typing import TextIO

from matcher.errors import InputError
from matcher.importing.files.source_file import SourceFile
from matcher.language.messages import _

REPLACED = "\ufffd"
"""Replacement character for bytes that cannot be decoded."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_MAX_UNREADABLE_SHARE = 0.01
"""Share of undecodable characters up to which a file is damaged (a cell cut in the middle of a
character); a larger share means another encoding."""


def detect_encoding(file: SourceFile) -> str:
    """Return the encoding of a text file. Raises InputError where it is none of the supported."""
    with file.open() as content:
        start = content.read(4)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        if _unreadable_share(file, encoding) <= _MAX_UNREADABLE_SHARE:
            return encoding
    raise InputError(
        _(
            "{name} is neither UTF-8 nor GB18030 text: save it as CSV UTF-8 or as .xlsx",
            name=file.path.name,
        )
    )


def open_text(file: SourceFile, encoding: str) -> TextIO:
    """Open the file as text, line ends untouched, U+FFFD for what cannot be decoded."""
    return io.TextIOWrapper(file.open(), encoding=encoding, errors="replace", newline="")


def read_text(file: SourceFile) -> str:
    """Return the whole text. Raises InputError where the encoding is none of the supported."""
    with open_text(file, detect_encoding(file)) as text:
        return text.read()


def _unreadable_share(file: SourceFile, encoding: str) -> float:
    """Share of the characters beyond ASCII that cannot be decoded in this encoding."""
    unreadable = beyond = 0
    for text in _decoded(file, encoding):
        unreadable += text.count(REPLACED)
        beyond += len(text) - len(text.encode("ascii", errors="ignore"))
    return unreadable / beyond if beyond else 0.0


def _decoded(file: SourceFile, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with file.open() as content:
        while chunk := content.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
