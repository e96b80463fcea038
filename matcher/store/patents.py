"""Patents in the database: written by imports, read by indexes, answers and the catalogue."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from matcher.errors import NotFoundError
from matcher.patents.application_numbers import canonical_or_none
from matcher.patents.merging import merge
from matcher.patents.passages import passages_hash
from matcher.ports import Rows
from matcher.store.database import advance
from matcher.store.filters import all_of, conditions
from matcher.store.outcome import Outcome
from matcher.store.patent_json import (
    from_record,
    record_hash,
    to_record,
)
from matcher.store.schema.catalogue import patent_industries, patent_ipc, patents
from matcher.types import Filters, Patent, PatentId, PatentRow

CHUNK = 500
"""Rows asked for in one statement; SQLite takes 32,766 parameters, older builds 999."""


def save(connection: Connection, records: Sequence[Patent]) -> list[Outcome]:
    """Insert or bring up to date; the outcome of each record, in order.

    A record whose id stood in an earlier one brings that one up to date. Advances `revision`, and
    `generation` where an index would have to change.
    """
    outcomes: list[Outcome] = []
    searchable_changed = False
    for start in range(0, len(records), CHUNK):
        chunk = records[start : start + CHUNK]
        known = _known(connection, [patent.id for patent in chunk])
        saved: set[PatentId] = set()
        for patent in chunk:
            if patent.id in saved:
                known.update(_known(connection, [patent.id]))
            saved.add(patent.id)
            outcome, touched = _save_one(connection, patent, known.get(patent.id))
            outcomes.append(outcome)
            searchable_changed |= touched
    if searchable_changed:
        advance(connection, "generation")
    if any(outcome != "unchanged" for outcome in outcomes):
        advance(connection, "revision")
    return outcomes


def delete_all_but(connection: Connection, kept: set[PatentId]) -> int:
    """Delete every patent whose id is not among those given; how many there were."""
    doomed = [
        row
        for row, identity in connection.execute(select(patents.c.row, patents.c.id))
        if identity not in kept
    ]
    for start in range(0, len(doomed), CHUNK):
        rows = doomed[start : start + CHUNK]
        for table in (patent_ipc, patent_industries):
            connection.execute(delete(table).where(table.c.patent.in_(rows)))
        connection.execute(delete(patents).where(patents.c.row.in_(rows)))
    if doomed:
        advance(connection, "generation")
        advance(connection, "revision")
    return len(doomed)


def each(connection: Connection) -> Iterator[tuple[PatentRow, Patent]]:
    """Every patent, in row order, read as one stream."""
    query = select(patents.c.row, patents.c.record).order_by(patents.c.row)
    for row, record in connection.execute(query.execution_options(yield_per=1000)):
        yield PatentRow(row), from_record(record)


def by_rows(connection: Connection, rows: Sequence[int]) -> dict[PatentRow, Patent]:
    """The patents of the given rows; rows that are gone are left out."""
    found: dict[PatentRow, Patent] = {}
    for start in range(0, len(rows), CHUNK):
        wanted = [int(row) for row in rows[start : start + CHUNK]]
        query = select(patents.c.row, patents.c.record).where(patents.c.row.in_(wanted))
        for row, record in connection.execute(query):
            found[PatentRow(row)] = from_record(record)
    return found


def rows_of(connection: Connection, ids: Sequence[str]) -> dict[PatentId, PatentRow]:
    """The rows of the patents with these ids; those that are not in the catalogue are left out."""
    query = select(patents.c.id, patents.c.row).where(patents.c.id.in_(ids))
    return {PatentId(identity): PatentRow(row) for identity, row in connection.execute(query)}


def by_identifier(connection: Connection, identifier: str) -> Patent:
    """The patent with this application number in any spelling, publication number or own id.

    Raises NotFoundError.
    """
    wanted = identifier.strip()
    names = {wanted, wanted.upper(), canonical_or_none(wanted) or wanted}
    query = select(patents.c.record).where(
        or_(patents.c.id.in_(names), patents.c.publication_number.in_(names))
    )
    record = connection.execute(query.order_by(patents.c.row).limit(1)).scalar_one_or_none()
    if record is None:
        raise NotFoundError(
            f"there is no patent {wanted[:60]!r} in the catalogue; give its application number, "
            "publication number, or the id that an answer showed"
        )
    return from_record(record)


def page(
    connection: Connection,
    filters: Filters,
    *,
    today: date,
    sleeping_months: int,
    after: PatentRow | None,
    limit: int,
) -> tuple[list[tuple[PatentRow, Patent]], int]:
    """At most `limit` patents that pass the filters, in row order, and how many pass in all."""
    passing = all_of(conditions(filters, today, sleeping_months))
    total = connection.execute(
        select(func.count()).select_from(patents).where(passing)
    ).scalar_one()
    query = select(patents.c.row, patents.c.record).where(passing).order_by(patents.c.row)
    if after is not None:
        query = query.where(patents.c.row > after)
    rows = connection.execute(query.limit(limit))
    return [(PatentRow(row), from_record(record)) for row, record in rows], total


def allowed(
    connection: Connection, filters: Filters, *, today: date, sleeping_months: int
) -> tuple[Rows | None, dict[str, int]]:
    """The rows that pass (sorted; None if all do), and how many each filter alone leaves out."""
    demanded = conditions(filters, today, sleeping_months)
    total = count(connection)
    hidden = {
        name: total
        - connection.execute(
            select(func.count()).select_from(patents).where(condition)
        ).scalar_one()
        for name, condition in demanded.items()
    }
    if not any(hidden.values()):
        return None, hidden
    query = select(patents.c.row).where(all_of(demanded)).order_by(patents.c.row)
    rows = connection.execute(query).scalars().all()
    return np.fromiter(rows, dtype=np.int64, count=len(rows)), hidden


def count(connection: Connection) -> int:
    """How many patents there are."""
    return connection.execute(select(func.count()).select_from(patents)).scalar_one()


def count_by_status(connection: Connection) -> dict[str, int]:
    """How many patents have each recorded legal status."""
    query = select(patents.c.legal_status, func.count()).group_by(patents.c.legal_status)
    found = connection.execute(query.order_by(patents.c.legal_status))
    return {status: number for status, number in found}


def _known(connection: Connection, ids: Sequence[PatentId]) -> dict[str, Any]:
    query = select(
        patents.c.id,
        patents.c.row,
        patents.c.record,
        patents.c.record_hash,
        patents.c.passages_hash,
    ).where(patents.c.id.in_(ids))
    return {found.id: found for found in connection.execute(query)}


def _save_one(connection: Connection, patent: Patent, known: Any | None) -> tuple[Outcome, bool]:
    if known is None:
        values = _columns(patent)
        # Values beside the statement, not in it: it is then compiled once, not for every row.
        row = connection.execute(insert(patents).returning(patents.c.row), values).scalar_one()
        _write_lists(connection, row, patent)
        return "new", True
    merged = merge(from_record(known.record), patent)
    values = _columns(merged)
    if values["record_hash"] == known.record_hash:
        return "unchanged", False
    connection.execute(update(patents).where(patents.c.row == known.row).values(values))
    for table in (patent_ipc, patent_industries):
        connection.execute(delete(table).where(table.c.patent == known.row))
    _write_lists(connection, known.row, merged)
    return "changed", values["passages_hash"] != known.passages_hash


def _columns(patent: Patent) -> dict[str, Any]:
    record = to_record(patent)
    return {
        "id": patent.id,
        "publication_number": patent.publication_number,
        "patent_type": patent.patent_type.value,
        "legal_status": patent.legal_status.value,
        "institution": patent.institution,
        "region": patent.region,
        "filing_date": patent.filing_date,
        "expiry_date": patent.expiry_date,
        "unused_since": patent.unused_since,
        "open_licence": patent.licence.open_licence,
        "record": record,
        "record_hash": record_hash(record),
        "passages_hash": passages_hash(patent),
    }


def _write_lists(connection: Connection, row: int, patent: Patent) -> None:
    symbols = [{"patent": row, "symbol": symbol} for symbol in dict.fromkeys(patent.ipc)]
    if symbols:
        connection.execute(insert(patent_ipc), symbols)
    tags = [{"patent": row, "industry": code} for code in dict.fromkeys(patent.industries)]
    if tags:
        connection.execute(insert(patent_industries), tags)
