"""Text files of unknown encoding: UTF-8, UTF-16 with a mark, or GB18030."""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from matcher.errors import InputError
from matcher.importing.files.formats import open_content

REPLACED = "\ufffd"
"""Stands where a character could not be read."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_FEW = 0.01
"""So small a share of unreadable characters is damage (a cell cut in the middle of a character),
a larger one is another encoding."""


def open_text(path: Path) -> TextIO:
    """The file as text, line ends untouched, U+FFFD for what cannot be read.

    Raises InputError where the encoding is none of ours.
    """
    encoding = _encoding(path)
    return io.TextIOWrapper(open_content(path), encoding=encoding, errors="replace", newline="")


def read_text(path: Path) -> str:
    """The whole text. Raises InputError where the encoding is none of ours."""
    with open_text(path) as file:
        return file.read()


def _encoding(path: Path) -> str:
    with open_content(path) as file:
        start = file.read(4)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        if _share_unreadable(path, encoding) <= _FEW:
            return encoding
    raise InputError(
        f"{path.name} is neither UTF-8 nor GB18030 text: save it as CSV UTF-8 or as .xlsx"
    )


def _share_unreadable(path: Path, encoding: str) -> float:
    """How many of the characters beyond ASCII are none in this encoding."""
    unreadable = beyond = 0
    for text in _decoded(path, encoding):
        unreadable += text.count(REPLACED)
        beyond += len(text) - len(text.encode("ascii", errors="ignore"))
    return unreadable / beyond if beyond else 0.0


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with open_content(path) as file:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
