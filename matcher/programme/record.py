"""A record as it is kept, and what can be wrong with asking for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from matcher.errors import ConflictError, NotFoundError
from matcher.programme.kind import Value


class RecordNotFoundError(NotFoundError):
    """There is no such record, or none that the caller may see."""


class RecordExistsError(ConflictError):
    """There is a record with the same key already."""


class RecordInUseError(ConflictError):
    """Other records name this one."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of any kind; every field of the kind is in `values`."""

    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    values: Mapping[str, Value]
