"""Filters as plain values that an index can compare, resolved on a day."""

from dataclasses import dataclass
from datetime import date

IPC_LEVELS = (1, 3, 4)
"""Characters of an IPC section, class and subclass, which are values of their own."""


@dataclass(frozen=True, slots=True)
class FilterValues:
    """Values that a patent must have. Every field restricts; None does not."""

    today: date
    statuses: tuple[str, ...] | None = None
    """Legal statuses; a right past its term counts as lapsed."""
    ipc_prefixes: tuple[str, ...] | None = None
    industries: tuple[str, ...] | None = None
    institutions: tuple[str, ...] | None = None
    """Whole names."""
    regions: tuple[str, ...] | None = None
    patent_types: tuple[str, ...] | None = None
    open_licence: bool | None = None
    sleeping: bool | None = None
    unused_by: date | None = None
    """Day up to which a sleeping patent must be unused."""
    filed_after: date | None = None
    lasts_until: date | None = None
    patents: tuple[int, ...] | None = None
    """Rows."""


@dataclass(frozen=True, slots=True)
class PatentValues:
    """Values of one patent that filters compare."""

    status: str
    patent_type: str
    region: str | None
    institution: str | None
    open_licence: bool
    unused_since: date | None
    filed: date | None
    expires: date | None
    ipc: tuple[str, ...]
    industries: tuple[str, ...]
