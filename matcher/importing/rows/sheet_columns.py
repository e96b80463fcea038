"""Columns of a sheet as they were recognised, each with its first value."""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.importing.headings.headings import Layout
from matcher.importing.rows.problem import MASKED
from matcher.importing.rows.row import PERSONAL_FIELDS
from matcher.importing.rows.unread_columns import column_name, shown_value


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column of a sheet."""

    heading: str
    """Heading, or the letter of a column without one."""
    field: str | None
    """Field of ours that it gives; None for a column that nothing reads."""
    value: str | None
    """Beginning of its first value, `***` for one that may be personal; None if it is empty."""
    is_known: bool
    """True for a column that gives a field, or that is known to hold nothing that we use."""
    has_heading: bool = True
    """False for a column that only its letter names: no mapping can name it."""


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """The columns of one sheet."""

    sheet: str | None
    columns: tuple[ReadColumn, ...]


def sheet_columns(sheet: str | None, layout: Layout, values: Mapping[int, str]) -> SheetColumns:
    """Return the columns of a sheet; `values` are their first ones, as `FirstValues` finds them."""
    fields: dict[int, str] = {}
    for field, indices in layout.columns.items():
        for index in indices:
            fields.setdefault(index, field)
    columns = []
    for index, heading in enumerate(layout.headings):
        value = values.get(index)
        if heading or value:
            given = fields.get(index)
            shown = None if value is None else _shown(given, heading, value)
            is_known = given is not None or index in layout.unused
            name = column_name(layout, index)
            columns.append(ReadColumn(name, given, shown, is_known, bool(heading)))
    return SheetColumns(sheet, tuple(columns))


def _shown(field: str | None, heading: str, value: str) -> str:
    return MASKED if field in PERSONAL_FIELDS else shown_value(heading, value)
