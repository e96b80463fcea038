"""The queries of a need."""

from dataclasses import dataclass
from typing import Literal

from matcher.ports import Vectors

Column = Literal["whole", "title", "parts"]
COLUMNS: tuple[Column, ...] = ("whole", "title", "parts")


@dataclass(frozen=True)
class Query:
    """One way to ask for a need: its words, and the unit vectors (v, d) of its pieces."""

    text: str
    pieces: Vectors


@dataclass(frozen=True)
class Asked:
    """All the ways in which a need asks.

    Each has a column in the candidates' scores: the whole need, its title, and its parts, of
    which the one that a patent answers best counts.
    """

    whole: Query
    title: Query | None = None
    parts: tuple[Query, ...] = ()

    @property
    def searching(self) -> tuple[Query, ...]:
        """The queries that look for candidates; the others only score them."""
        return (self.whole,) if self.title is None else (self.whole, self.title)

    @property
    def columns(self) -> dict[Column, tuple[Query, ...]]:
        """The queries behind each column that has any, the whole need first."""
        title = (self.title,) if self.title is not None else ()
        columns = zip(COLUMNS, ((self.whole,), title, self.parts), strict=True)
        return {column: queries for column, queries in columns if queries}
