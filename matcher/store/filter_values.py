"""Values of patents that filters compare, for an index that keeps them beside its vectors."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Boolean, Column, Connection, Select, Table, cast, select

from matcher.patents.rights import DAYS_PER_YEAR
from matcher.store.filters import Condition, all_of, conditions, open_licence_declared, region_name
from matcher.store.schema.catalogue import patent_industries, patent_ipc, patents
from matcher.text.dates import months_before
from matcher.types import Filters, LegalStatus
from matcher.types.filter_values import IPC_LEVELS, FilterValues, PatentValues

MAX_VALUES = 1_000
"""Names or symbols that a filter may come to; with more it is not told by values."""


def read_values(connection: Connection, rows: Iterable[int] | None) -> dict[int, PatentValues]:
    """Return the values of some patents, or of all, by row."""
    wanted = None if rows is None else set(rows)
    ipc = _lists(connection, patent_ipc, patent_ipc.c.symbol)
    industries = _lists(connection, patent_industries, patent_industries.c.industry)
    query = select(
        patents.c.row,
        patents.c.legal_status,
        patents.c.patent_type,
        patents.c.region,
        patents.c.institution,
        cast(open_licence_declared(), Boolean).label("is_open"),
        patents.c.unused_since,
        patents.c.filing_date,
        patents.c.expiry_date,
    ).order_by(patents.c.row)
    return {
        row.row: PatentValues(
            row.legal_status,
            row.patent_type,
            row.region,
            row.institution,
            row.is_open,
            row.unused_since,
            row.filing_date,
            row.expiry_date,
            ipc[row.row],
            industries[row.row],
        )
        for row in connection.execute(query)
        if wanted is None or row.row in wanted
    }


def values_hashes(values: Iterable[PatentValues]) -> NDArray[np.uint64]:
    """Return a hash (n,) of the values of each patent."""
    digests = (hashlib.blake2b(repr(own).encode(), digest_size=8).digest() for own in values)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def resolve(
    connection: Connection, filters: Filters, *, today: date, sleeping_months: int
) -> FilterValues | None:
    """Return the values that the filters demand on a day; None where they come to very many.

    Parts of names become the whole names that contain them, and pools and alliances their members.
    """
    demanded = conditions(filters, today, sleeping_months)
    institutions = _named(connection, demanded, ("institutions", "alliances"))
    prefixes = [prefix.upper().replace(" ", "") for prefix in filters.ipc_prefixes]
    symbols = _symbols(connection, prefixes)
    members = None
    if "pools" in demanded:
        members = _few(connection, select(patents.c.row).where(demanded["pools"]))
    if any(
        value is not None and len(value) > MAX_VALUES for value in (institutions, symbols, members)
    ):
        return None
    everything = frozenset(LegalStatus)
    return FilterValues(
        today=today,
        statuses=None
        if filters.legal_status == everything
        else tuple(sorted(status.value for status in filters.legal_status)),
        ipc_prefixes=symbols if prefixes else None,
        industries=filters.industries or None,
        institutions=institutions,
        regions=tuple(region_name(name) for name in filters.regions) or None,
        patent_types=tuple(kind.value for kind in filters.patent_types) or None,
        open_licence=filters.open_licence,
        sleeping=filters.sleeping,
        unused_by=months_before(today, sleeping_months),
        filed_after=filters.filed_after,
        lasts_until=None
        if filters.min_years_left is None
        else today + timedelta(days=filters.min_years_left * DAYS_PER_YEAR),
        patents=None if members is None else tuple(map(int, members)),
    )


def _named(
    connection: Connection, demanded: dict[str, Condition], filters: Sequence[str]
) -> tuple[str, ...] | None:
    """Whole names of the institutions that pass those filters that are in force; None: none is."""
    own = {name: demanded[name] for name in filters if name in demanded}
    if not own:
        return None
    query = select(patents.c.institution).distinct().where(all_of(own))
    return _few(connection, query.where(patents.c.institution.is_not(None)))


def _symbols(connection: Connection, prefixes: Sequence[str]) -> tuple[str, ...]:
    """IPC symbols that begin so; a section, class or subclass stands for itself."""
    found: set[str] = set()
    column = patent_ipc.c.symbol
    for prefix in prefixes:
        if len(prefix) in IPC_LEVELS:
            found.add(prefix)
            continue
        beginning = select(column).distinct().where(column.startswith(prefix, autoescape=True))
        found.update(_few(connection, beginning))
    return tuple(sorted(found))


def _few(connection: Connection, query: Select[tuple[str]] | Select[tuple[int]]) -> tuple[str, ...]:
    """Values of a query, one more than are wanted at most."""
    return tuple(connection.execute(query.limit(MAX_VALUES + 1)).scalars())


def _lists(
    connection: Connection, table: Table, value: Column[str]
) -> defaultdict[int, tuple[str, ...]]:
    """Values of each patent from a table of its own, sorted."""
    lists: dict[int, list[str]] = defaultdict(list)
    query = select(table.c.patent, value).order_by(table.c.patent, value)
    for patent, own in connection.execute(query):
        lists[patent].append(own)
    return defaultdict(tuple, {patent: tuple(own) for patent, own in lists.items()})
