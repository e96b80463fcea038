"""A sheet of rows of text, independent of the file format."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as it stands in the file; blank rows may be left out."""

    number: int
    """Row number as the file's program counts it, from 1; 0 for the field names of JSON lines."""
    cells: Sequence[str] = ()
    fault: str | None = None
    """Reason for which the row cannot be read, and its fix; such a row has no cells."""
    spans: Sequence[tuple[int, int]] = ()
    """First and last column of each cell that is merged across; its text is in the first."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; its rows can be read once, and are produced while the file is read."""

    name: str | None
    """None for a format without sheets."""
    rows: Iterator[SheetRow]
    is_hidden: bool = False
    row_widths: Mapping[int, int] | None = None
    """Rows by the number of their cells up to the last filled one, where each row must have a cell
    for each heading: in delimited text. Complete when the rows are read."""
