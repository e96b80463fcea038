"""Queries of a need, by field."""

from dataclasses import dataclass
from typing import Literal

from matcher.ports import Vectors

QueryField = Literal["whole", "title", "parts"]
QUERY_FIELDS: tuple[QueryField, ...] = ("whole", "title", "parts")


@dataclass(frozen=True)
class Query:
    """Text for the lexical channel, and the unit vectors (v, d) of its pieces for the dense one."""

    text: str
    pieces: Vectors


@dataclass(frozen=True)
class NeedQuery:
    """All queries of one need.

    Each field has a column in the candidates' scores: the whole need, its title, and its parts
    (sentences), of which the best-scored one counts for a patent.
    """

    whole: Query
    title: Query | None = None
    parts: tuple[Query, ...] = ()

    @property
    def first_stage(self) -> tuple[Query, ...]:
        """Queries that retrieve candidates; the others only score them."""
        return (self.whole,) if self.title is None else (self.whole, self.title)

    @property
    def by_field(self) -> dict[QueryField, tuple[Query, ...]]:
        """Queries of each field that has any, the whole need first."""
        title = (self.title,) if self.title is not None else ()
        fields = zip(QUERY_FIELDS, ((self.whole,), title, self.parts), strict=True)
        return {field: queries for field, queries in fields if queries}
