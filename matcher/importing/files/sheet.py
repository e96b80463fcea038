"""A sheet of rows of text, whatever the format of its file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as it stands in the file, blank ones too."""

    number: int
    """As the file's program counts it, from 1; 0 for the names of the fields of JSON lines."""
    cells: Sequence[str] = ()
    fault: str | None = None
    """Why the row cannot be read and what to do, where that is so; it then has no cells."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; its rows can be read once, and come as the file is read."""

    name: str | None
    """None where the format has no sheets."""
    rows: Iterator[SheetRow]
    is_hidden: bool = False
