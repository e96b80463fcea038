"""Kinds of record, each a declaration, and the records themselves.

The database table, the import, the routes and the export all follow from the declaration of a
kind; `matcher.programme.kinds` lists them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from matcher.errors import ConflictError, NotFoundError
from matcher.labels import Label
from matcher.programme.fields import Field, Value, Values


class RecordNotFoundError(NotFoundError):
    """The record does not exist, or the caller may not see it."""


class RecordExistsError(ConflictError):
    """A record with the same key exists already."""


class RecordInUseError(ConflictError):
    """Other records refer to this one."""


@dataclass(frozen=True, slots=True)
class Due:
    """A task that is due on a day of the record."""

    on: str
    """Field with the day."""
    what: Label
    """Name of the task."""
    until: str | None = None
    """Field that is filled in when the task is done; it stays due until then. None for a task
    that is over once its day is past."""


def _no_values(values: Values) -> Values:
    return {}


def _accept(values: Values) -> None:
    return None


@dataclass(frozen=True, slots=True)
class RecordKind:
    """Declaration of a kind of record."""

    name: str
    """Name in routes, commands and the audit trail: `product-filings`."""
    chinese: str
    prefix: str
    """Prefix of the ids."""
    about: str
    """One sentence for the API's description."""
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    """Fields by which an import recognises a record; they never change once written."""
    owner: str
    """Field with the institution that owns the record."""
    is_public: bool = False
    """True for a published fact, readable by every role but the auditor."""
    joins: str | None = None
    """Field that names the record which this one joins, and whose owner has to accept it: until
    then it is a proposal, which counts for nothing (`accepted_on`)."""
    dues: tuple[Due, ...] = ()
    completed: Callable[[Values], Values] = _no_values
    """Derived values for fields that are empty."""
    check: Callable[[Values], None] = _accept
    """Raises InputError for values that contradict each other."""

    @property
    def table(self) -> str:
        """Name of the database table."""
        return self.name.replace("-", "_")

    def field(self, name: str) -> Field:
        """Return the field of this name. Raises KeyError."""
        return {field.name: field for field in self.fields}[name]

    def due(self, on: str) -> Due:
        """Return the task that is due on the day in this field. Raises KeyError."""
        return {due.on: due for due in self.dues}[on]


@dataclass(frozen=True, slots=True)
class Record:
    """A record of any kind; `values` has every field of its kind."""

    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    values: Mapping[str, Value]
