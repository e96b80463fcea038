"""Columns of the whole catalogue: the values that facets count and lists are ordered by.

They are read once for each version of the database; to count in them takes milliseconds at a
million patents, where the database would read all its rows for each facet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Connection, String, cast, func, select

from matcher.ports import BoolArray, Rows
from matcher.store.filters import asleep_on, open_licence_declared, status_on
from matcher.store.schema.catalogue import patent_industries, patent_ipc, patents

Days = NDArray[np.datetime64]
SUBCLASS_LENGTH = 4
"""Characters of an IPC subclass, as H01M."""


@dataclass(frozen=True, slots=True)
class Values:
    """Values of one field, of patents by their position; a patent may have several, or none."""

    names: tuple[str, ...]
    positions: Rows
    """Position of a patent in the catalogue, once for each of its values."""
    codes: Rows
    """Number of the value among the names, likewise."""

    def counts(self, is_counted: BoolArray) -> Rows:
        """Return the number (v,) of counted patents with each value."""
        codes = self.codes[is_counted[self.positions]]
        return np.bincount(codes, minlength=len(self.names)).astype(np.int64)

    def having(self, names: Iterable[str], size: int) -> BoolArray:
        """Return for each of `size` patents whether it has any of these values."""
        wanted = set(names)
        is_wanted = np.array([name in wanted for name in self.names], dtype=np.bool_)
        has = np.zeros(size, dtype=np.bool_)
        if len(self.names):
            has[self.positions[is_wanted[self.codes]]] = True
        return has


@dataclass(frozen=True, slots=True)
class CatalogueColumns:
    """Columns of the n patents of the catalogue on a day, in the order of their rows."""

    rows: Rows
    """Ascending."""
    values: dict[str, Values]
    """By facet: legal_status, patent_types, regions, institutions, industries, ipc."""
    is_open: BoolArray
    is_asleep: BoolArray
    filed: Days
    """NaT where it is not known, as in `expires`."""
    expires: Days

    def __len__(self) -> int:
        return len(self.rows)

    def positions(self, rows: Sequence[int] | Rows) -> Rows:
        """Return the positions of these rows that are in the catalogue."""
        wanted = np.asarray(rows, dtype=np.int64)
        places = np.searchsorted(self.rows, wanted)
        is_there = places < len(self.rows)
        is_there[is_there] = self.rows[places[is_there]] == wanted[is_there]
        return places[is_there]

    def mask(self, rows: Sequence[int] | Rows) -> BoolArray:
        """Return for each patent whether it is among these rows."""
        mask = np.zeros(len(self), dtype=np.bool_)
        mask[self.positions(rows)] = True
        return mask


def read_columns(connection: Connection, *, today: date, sleeping_months: int) -> CatalogueColumns:
    """Read the columns as of a day; a patent counts as sleeping after so many months unused."""
    query = select(
        patents.c.row,
        status_on(today),
        patents.c.patent_type,
        patents.c.region,
        patents.c.institution,
        open_licence_declared(),
        asleep_on(today, sleeping_months),
        cast(patents.c.filing_date, String),
        cast(patents.c.expiry_date, String),
    ).order_by(patents.c.row)
    read = [tuple(row) for row in connection.execute(query)]
    columns: Sequence[Sequence[Any]] = list(zip(*read, strict=True)) or [()] * 9
    rows, status, types, regions, institutions, is_open, is_asleep, filed, expires = columns
    numbers = np.array(rows, dtype=np.int64)
    return CatalogueColumns(
        numbers,
        {
            "legal_status": _of_column(status),
            "patent_types": _of_column(types),
            "regions": _of_column(regions),
            "institutions": _of_column(institutions),
            "industries": _of_table(connection, numbers, patent_industries.c.industry),
            "ipc": _of_table(connection, numbers, patent_ipc.c.symbol, SUBCLASS_LENGTH),
        },
        np.array(is_open, dtype=np.bool_),
        np.array(is_asleep, dtype=np.bool_),
        np.array(filed, dtype="datetime64[D]"),
        np.array(expires, dtype="datetime64[D]"),
    )


def _of_column(column: Sequence[str | None]) -> Values:
    """Values of a field that a patent has at most one of."""
    names = sorted({value for value in column if value})
    number = {name: code for code, name in enumerate(names)}
    codes = np.array([number.get(value or "", -1) for value in column], dtype=np.int64)
    positions = np.flatnonzero(codes >= 0)
    return Values(tuple(names), positions, codes[positions])


def _of_table(
    connection: Connection, rows: Rows, column: Column[str], length: int | None = None
) -> Values:
    """Values of a field with a table of its own, or the distinct beginnings of this length."""
    value = column if length is None else func.substr(column, 1, length)
    pairs = connection.execute(select(column.table.c.patent, value)).all()
    names = sorted({name for _, name in pairs})
    number = {name: code for code, name in enumerate(names)}
    of_rows = np.array([row for row, _ in pairs], dtype=np.int64)
    codes = np.array([number[name] for _, name in pairs], dtype=np.int64)
    places = np.searchsorted(rows, of_rows)
    is_there = places < len(rows)
    is_there[is_there] = rows[places[is_there]] == of_rows[is_there]
    size = max(1, len(names))
    distinct = np.unique(places[is_there] * size + codes[is_there])
    return Values(tuple(names), distinct // size, distinct % size)
