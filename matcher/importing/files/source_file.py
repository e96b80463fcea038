"""A file on disk that may be packed with gzip."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from matcher.importing.files.unpack_limits import LimitedGzip

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file whose compression is known."""

    path: Path
    is_packed: bool
    """True if it is packed with gzip, whatever its name."""

    def open(self) -> BinaryIO:
        """Open the bytes, unpacked.

        Reading raises InputError where the unpacked bytes exceed the limit.
        """
        return cast(BinaryIO, LimitedGzip(self.path)) if self.is_packed else self.path.open("rb")


def detect_source(path: Path) -> SourceFile:
    """Return the file with its compression, read from the first two bytes."""
    with path.open("rb") as file:
        return SourceFile(path, file.read(2) == _GZIP)


def suffix_of(path: Path) -> str:
    """Return the suffix in lower case; of a .gz file that of the packed file."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""
