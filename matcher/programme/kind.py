"""What a kind of record is: its fields, what an import knows it again by, and what falls due.

Everything else follows from such a declaration: the table, the reading of files, the routes and
the export. A kind is one small module of this package; `matcher.programme.kinds` lists them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Form = Literal["text", "long", "day", "yuan", "patent", "choice"]
Value = str | date | Decimal | None
Values = Mapping[str, Value]
"""Values by the names of fields; a field that is not there was not given."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a record says."""

    name: str
    """Ours, and the column's in the database."""
    headings: tuple[str, ...]
    """What the column is called in files, the heading of our own exports first."""
    note: str
    """What stands in it, in English with the Chinese term: for the API's description."""
    form: Form = "text"
    is_required: bool = False
    at_most: int = 200
    """Characters of a text."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a choice: what is stored, and the words that people write for it, Chinese first."""
    refers_to: str | None = None
    """The kind of record whose name stands here."""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done by a day that stands in a record."""

    on: str
    """The field with the day."""
    what: str
    """What is due, in Chinese."""
    until: str | None = None
    """The field that is filled in when it is done: till then it stays due. None where the day
    itself is all that happens, so that it is over once the day is past."""


def _nothing_more(values: Values) -> Values:
    return {}


def _nothing_wrong(values: Values) -> None:
    return None


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record."""

    name: str
    """In routes, commands and the audit trail: `product-filings`."""
    chinese: str
    prefix: str
    """Of the ids."""
    about: str
    """One sentence for the API's description."""
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    """The fields by which an import knows a record again; they stay as they are once written."""
    owner: str
    """The field with the institution whose record it is."""
    is_public: bool = False
    """A published fact, to be read by everybody but the auditor."""
    dues: tuple[Due, ...] = ()
    completed: Callable[[Values], Values] = _nothing_more
    """Values that follow from those given, for fields that are empty."""
    check: Callable[[Values], None] = _nothing_wrong
    """Raises InputError for values that do not go together."""

    @property
    def table(self) -> str:
        """The name of its table."""
        return self.name.replace("-", "_")

    def field(self, name: str) -> Field:
        """The field of this name. Raises KeyError."""
        return {one.name: one for one in self.fields}[name]

    def due(self, on: str) -> Due:
        """What falls due on the day in this field. Raises KeyError."""
        return {one.on: one for one in self.dues}[on]
