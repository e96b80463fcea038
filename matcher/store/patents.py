"""Patents in the database: save, read, filter and count."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, false, func, insert, or_, select, update

from matcher.errors import NotFoundError
from matcher.language.messages import _
from matcher.patents.application_numbers import canonical_or_none, former_ids
from matcher.patents.merging import merge
from matcher.patents.passages import passages_hash
from matcher.patents.publication_numbers import parse_publication_number, spellings
from matcher.ports import Rows
from matcher.store import catalogue_states, locks
from matcher.store.database import SaveOutcome
from matcher.store.endings import count_change
from matcher.store.filters import Condition, all_of, conditions, status_on
from matcher.store.patent_json import from_record, record_hash, to_record
from matcher.store.schema.catalogue import patent_industries, patent_ipc, patents
from matcher.types import Filters, Patent, PatentId, PatentRow

CHUNK = 500
"""Rows per statement; SQLite takes 32,766 parameters, older builds 999."""


def save(connection: Connection, records: Sequence[Patent]) -> list[SaveOutcome]:
    """Insert or update patents; return the outcome of each record, in order.

    A record with the id of an earlier record updates it. Advances `revision`, and the state of the
    catalogue if an index would have to change.
    """
    return save_batches(
        connection,
        (records[start : start + CHUNK] for start in range(0, len(records), CHUNK)),
    )


def save_batches(connection: Connection, batches: Iterable[Sequence[Patent]]) -> list[SaveOutcome]:
    """Save patents as `save` does, in batches of at most `CHUNK`."""
    locks.take_catalogue(connection)
    outcomes: list[SaveOutcome] = []
    searchable_changed = False
    for chunk in batches:
        state = catalogue_states.next_number(connection)  # another one after a renaming
        known = _known(connection, [patent.id for patent in chunk])
        new: list[Patent] = []
        saved: set[PatentId] = set()
        for patent in chunk:
            if patent.id in saved:
                _insert(connection, new, state)
                new = []
                known.update(_known(connection, [patent.id]))
            saved.add(patent.id)
            if (row := known.get(patent.id)) is None:
                new.append(patent)
                outcomes.append("new")
                searchable_changed = True
                continue
            outcome, touched = _update(connection, patent, row, state)
            outcomes.append(outcome)
            searchable_changed |= touched
        _insert(connection, new, state)
    if searchable_changed:
        catalogue_states.advance(connection)
    if any(outcome != "unchanged" for outcome in outcomes):
        count_change(connection)
    return outcomes


def delete_all_but(connection: Connection, ids: set[PatentId]) -> int:
    """Delete every patent whose id is not in `ids`; return the number deleted."""
    locks.take_catalogue(connection)
    rows_to_delete = [
        row
        for row, identity in connection.execute(select(patents.c.row, patents.c.id))
        if identity not in ids
    ]
    for start in range(0, len(rows_to_delete), CHUNK):
        rows = rows_to_delete[start : start + CHUNK]
        for table in (patent_ipc, patent_industries):
            connection.execute(delete(table).where(table.c.patent.in_(rows)))
        connection.execute(delete(patents).where(patents.c.row.in_(rows)))
    if rows_to_delete:
        catalogue_states.advance(connection)
        count_change(connection)
    return len(rows_to_delete)


def each(connection: Connection) -> Iterator[tuple[PatentRow, Patent]]:
    """Yield every patent in row order, read as one stream."""
    query = select(patents.c.row, patents.c.record).order_by(patents.c.row)
    for row, record in connection.execute(query.execution_options(yield_per=1000)):
        yield PatentRow(row), from_record(record)


def by_rows(connection: Connection, rows: Sequence[int]) -> dict[PatentRow, Patent]:
    """Return the patents of the given rows; rows that are gone are left out."""
    return dict(each_of(connection, rows))


def each_of(connection: Connection, rows: Sequence[int]) -> Iterator[tuple[PatentRow, Patent]]:
    """Yield the patents of the given rows; rows that are gone are left out.

    Sorted rows come in their order.
    """
    for start in range(0, len(rows), CHUNK):
        chunk = [int(row) for row in rows[start : start + CHUNK]]
        query = select(patents.c.row, patents.c.record).where(patents.c.row.in_(chunk))
        for row, record in connection.execute(query.order_by(patents.c.row)):
            yield PatentRow(row), from_record(record)


def all_rows(connection: Connection) -> list[PatentRow]:
    """Return the rows of all patents, ascending."""
    query = select(patents.c.row).order_by(patents.c.row)
    return list(map(PatentRow, connection.execute(query).scalars()))


def rows_changed_after(connection: Connection, state: int) -> list[PatentRow]:
    """Return the rows whose searchable text is newer than a state (its number), ascending."""
    query = select(patents.c.row).where(patents.c.searchable_state > state)
    return list(map(PatentRow, connection.execute(query.order_by(patents.c.row)).scalars()))


def rows_of(connection: Connection, ids: Sequence[str]) -> dict[PatentId, PatentRow]:
    """Return the rows of the patents with these ids; unknown ids are left out."""
    query = select(patents.c.id, patents.c.row).where(patents.c.id.in_(ids))
    return {PatentId(identity): PatentRow(row) for identity, row in connection.execute(query)}


def ids_of(connection: Connection, rows: Sequence[int]) -> list[PatentId]:
    """Return the ids of the patents of the given rows; rows that are gone are left out.

    Sorted rows come in their order.
    """
    ids: list[PatentId] = []
    for start in range(0, len(rows), CHUNK):
        query = select(patents.c.id).where(patents.c.row.in_(rows[start : start + CHUNK]))
        ids += map(PatentId, connection.execute(query.order_by(patents.c.row)).scalars())
    return ids


def by_identifier(connection: Connection, identifier: str) -> Patent:
    """Return the patent with this application number in any spelling, publication number or id.

    Raises NotFoundError.
    """
    query = select(patents.c.record).where(identified(identifier))
    record = connection.execute(query.order_by(patents.c.row).limit(1)).scalar_one_or_none()
    if record is None:
        raise NotFoundError(
            _(
                "there is no patent {text!r} in the catalogue; give its application number, "
                "publication number, or the id that an answer showed",
                text=identifier.strip()[:60],
            )
        )
    return from_record(record)


def identified(identifier: str) -> Condition:
    """Condition: the row has this application number in any spelling, publication number or id."""
    text = identifier.replace("\0", "").strip()  # PostgreSQL refuses NUL
    names = {text, text.upper()}
    if (canonical := canonical_or_none(text)) is not None:
        names |= {canonical, *former_ids(canonical)}
    if (publication := parse_publication_number(text)) is not None:
        names |= {stem + (publication.kind or "") for stem in spellings(publication)}
    return or_(patents.c.id.in_(names), patents.c.publication_number.in_(names))


def page(
    connection: Connection,
    filters: Filters,
    *,
    today: date,
    sleeping_months: int,
    after: PatentRow | None,
    limit: int,
) -> tuple[list[tuple[PatentRow, Patent]], int]:
    """Return at most `limit` patents that pass the filters, in row order, and the total."""
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
    """Return the sorted rows that pass (None if all do) and the number each filter alone hides."""
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
    return rows_where(connection, all_of(demanded)), hidden


def rows_where(connection: Connection, condition: Condition) -> Rows:
    """Return the rows of the patents that pass a condition, ascending."""
    query = select(patents.c.row).where(condition).order_by(patents.c.row)
    rows = connection.execute(query).scalars().all()
    return np.fromiter(rows, dtype=np.int64, count=len(rows))


def record_hashes(connection: Connection) -> dict[int, str]:
    """Return the hash of each patent's record, by row."""
    pairs = connection.execute(select(patents.c.row, patents.c.record_hash))
    return {row: own for row, own in pairs}


def title_or_name_has(text: str) -> Condition:
    """Condition: title, institution or a number of the row holds the text."""
    columns = (
        patents.c.record["title"].as_string(),
        patents.c.institution,
        patents.c.id,
        patents.c.publication_number,
    )
    return func.coalesce(or_(*(c.icontains(text, autoescape=True) for c in columns)), false())


def count(connection: Connection) -> int:
    """Count the patents."""
    return connection.execute(select(func.count()).select_from(patents)).scalar_one()


def count_by_status(connection: Connection, today: date) -> dict[str, int]:
    """Count the patents by legal status on a day, as filters and answers have it."""
    each = select(status_on(today).label("status")).subquery()
    query = select(each.c.status, func.count()).group_by(each.c.status).order_by(each.c.status)
    return {status: number for status, number in connection.execute(query)}


def _known(connection: Connection, ids: Sequence[PatentId]) -> dict[str, Any]:
    query = select(
        patents.c.id,
        patents.c.row,
        patents.c.record,
        patents.c.record_hash,
        patents.c.passages_hash,
    ).where(patents.c.id.in_(ids))
    return {row.id: row for row in connection.execute(query)}


def _insert(connection: Connection, new: Sequence[Patent], state: int) -> None:
    """Insert patents that the catalogue does not hold."""
    if not new:
        return
    connection.execute(
        insert(patents), [_columns(patent) | {"searchable_state": state} for patent in new]
    )
    rows = rows_of(connection, [patent.id for patent in new])
    _write_lists(connection, [(rows[patent.id], patent) for patent in new])


def _update(
    connection: Connection, patent: Patent, known: Any, state: int
) -> tuple[SaveOutcome, bool]:
    """Merge one record into the known one.

    Returns the outcome, and True if `state` is that of its searchable text.
    """
    merged = merge(from_record(known.record), patent)
    values = _columns(merged)
    if values["record_hash"] == known.record_hash:
        return "unchanged", False
    is_touched = values["passages_hash"] != known.passages_hash
    if is_touched:
        values["searchable_state"] = state
    connection.execute(update(patents).where(patents.c.row == known.row).values(values))
    for table in (patent_ipc, patent_industries):
        connection.execute(delete(table).where(table.c.patent == known.row))
    _write_lists(connection, [(known.row, merged)])
    return "changed", is_touched


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


def _write_lists(connection: Connection, of_rows: Sequence[tuple[int, Patent]]) -> None:
    symbols = [
        {"patent": row, "symbol": symbol}
        for row, patent in of_rows
        for symbol in dict.fromkeys(patent.ipc)
    ]
    if symbols:
        connection.execute(insert(patent_ipc), symbols)
    tags = [
        {"patent": row, "industry": code}
        for row, patent in of_rows
        for code in dict.fromkeys(patent.industries)
    ]
    if tags:
        connection.execute(insert(patent_industries), tags)
