"""Integrity of the database: its pages, the references between rows, the hashes of records."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, ForeignKeyConstraint, Text, and_, cast, func, select, text

from matcher.disk.sqlite import open_to_read
from matcher.store.patent_json import record_hash
from matcher.store.schema.all import metadata
from matcher.store.schema.catalogue import patents

MAX_LISTED = 3
"""Faults of one kind that are named."""
_ROWS_PER_FETCH = 500
_NOT_VALID = text(
    "SELECT conname FROM pg_constraint WHERE NOT convalidated "
    "AND connamespace = CAST(current_schema() AS regnamespace) "
    "UNION ALL SELECT CAST(c.relname AS text) FROM pg_index JOIN pg_class c ON c.oid = indexrelid "
    "WHERE NOT indisvalid AND c.relnamespace = CAST(current_schema() AS regnamespace)"
)


def sqlite_faults(file: Path, *, quick: bool = False) -> list[str]:
    """Return what SQLite finds wrong with the pages of a file, in its words; writes nothing.

    A quick check leaves out whether the indexes fit the tables. Raises sqlite3.OperationalError
    while another process keeps readers out.
    """
    check = "quick_check" if quick else "integrity_check"
    try:
        with closing(open_to_read(file)) as connection:
            found = [str(row[0]) for row in connection.execute(f"PRAGMA {check}({MAX_LISTED})")]
    except sqlite3.DatabaseError as problem:
        if problem.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise  # the file itself may be whole
        return [str(problem)]
    return [] if found == ["ok"] else found


def rebuild_sqlite_indexes(file: Path) -> None:
    """Make the indexes of the tables of a SQLite database anew. Raises sqlite3.DatabaseError."""
    with closing(sqlite3.connect(file, timeout=60)) as connection, connection:
        connection.execute("REINDEX")


def broken_references(connection: Connection) -> Iterator[tuple[str, str, int]]:
    """Yield a table, the table that it refers to, and the number of rows that refer to nothing."""
    for table in metadata.sorted_tables:
        for key in table.constraints:
            if not isinstance(key, ForeignKeyConstraint):
                continue
            pairs = [(own.parent, own.column) for own in key.elements]
            referred = key.referred_table.alias()
            there = select(referred).where(*(own == referred.c[other.name] for own, other in pairs))
            named = and_(*(own.is_not(None) for own, _other in pairs))
            query = select(func.count()).select_from(table).where(named, ~there.exists())
            if count := connection.execute(query).scalar_one():
                yield table.name, key.referred_table.name, count


def invalid_constraints(connection: Connection) -> list[str]:
    """Return the constraints and indexes that PostgreSQL itself holds for not valid."""
    if connection.dialect.name != "postgresql":
        return []
    return list(connection.execute(_NOT_VALID).scalars())


def changed_patents(connection: Connection) -> Iterator[str]:
    """Yield the ids of the patents whose record is not as its hash says."""
    columns = patents.c
    query = select(columns.id, cast(columns.record, Text), columns.record_hash)
    rows = connection.execute(query.execution_options(yield_per=_ROWS_PER_FETCH))
    for identity, record, expected in rows:
        try:
            is_whole = record_hash(json.loads(record)) == expected
        except (ValueError, AttributeError):
            is_whole = False
        if not is_whole:
            yield identity
