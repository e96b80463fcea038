"""Copy of our tables in PostgreSQL as of one moment, and their return, in one transaction each.

The rows are written by COPY in its text format, which keeps every value as it is, needs no client
programs, and can be read by any version and in any schema. Tables are made by the migrations.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, inspect, text

from matcher.errors import StoreError
from matcher.language.messages import _
from matcher.store import migrate
from matcher.store.revision import HEAD, stamp
from matcher.store.schema.all import metadata

SUFFIX = ".copy"
_BLOCK = 1 << 20
_MAX_NAME = 30
"""Characters of a schema's name that go on in the name of the one put aside."""
_SERIALS = text(
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%' ORDER BY 1, 2"
)
_SEQUENCE = "pg_get_serial_sequence(quote_ident(:table), :column)"


@dataclass(frozen=True, slots=True)
class TableCopy:
    """Columns of a copied table in the order of its file, and the last number of each sequence."""

    columns: tuple[str, ...]
    last_numbers: Mapping[str, int]
    """By column."""


def write_copy(connection: Connection, revision: str, folder: Path) -> dict[str, TableCopy]:
    """Write the rows of each table into a file of the folder; return the tables.

    The connection sees one state of the database (`Store.snapshot`).
    """
    names = set(inspect(connection).get_table_names()) - {stamp.name}
    if revision == HEAD:
        names &= metadata.tables.keys()  # others in the schema are not ours
    serials: dict[str, dict[str, int]] = {}
    for table, column in connection.execute(_SERIALS).all():
        if table in names:
            serials.setdefault(table, {})[column] = _last_number(connection, table, column)
    copies = {}
    for name in sorted(names):
        columns = [column["name"] for column in inspect(connection).get_columns(name)]
        keys = inspect(connection).get_pk_constraint(name)["constrained_columns"]
        listed, ordered = _listed(connection, columns), _listed(connection, keys)
        query = f"SELECT {listed} FROM {_listed(connection, [name])} ORDER BY {ordered}"
        copying = _copying(connection, f"COPY ({query}) TO STDOUT")
        with (folder / f"{name}{SUFFIX}").open("xb") as file, copying as rows:
            for block in rows:
                file.write(block)
        copies[name] = TableCopy(tuple(columns), serials.get(name, {}))
    return copies


def read_copy(
    connection: Connection, revision: str, copies: Mapping[str, TableCopy], folder: Path
) -> None:
    """Make the tables of a revision and fill them, in the open transaction.

    There must be none of them yet. Raises StoreError for a table that the revision does not have.
    """
    migrate.upgrade(connection, revision)
    made = MetaData()
    made.reflect(connection)
    unknown = sorted(copies.keys() - made.tables.keys())
    if unknown:
        raise StoreError(
            _(
                "nothing was restored: the backup has a table {table}, which is none of this "
                "program's",
                table=unknown[0],
            )
        )
    tables = [table for table in made.sorted_tables if table.name in copies]
    for table in reversed(tables):  # a migration begins counters; the trail refuses to be emptied
        if connection.execute(table.select().limit(1)).first() is not None:
            connection.execute(table.delete())
    for table in tables:
        copied = copies[table.name]
        into = f"{_listed(connection, [table.name])} ({_listed(connection, copied.columns)})"
        copying = _copying(connection, f"COPY {into} FROM STDIN")
        with (folder / f"{table.name}{SUFFIX}").open("rb") as file, copying as rows:
            while block := file.read(_BLOCK):
                rows.write(block)
        for column, number in copied.last_numbers.items():
            if number:
                connection.execute(
                    text(f"SELECT setval({_SEQUENCE}, :number)"),
                    {"table": table.name, "column": column, "number": number},
                )


def put_aside(connection: Connection, mark: str) -> str | None:
    """Move our tables into a new schema, in the open transaction; return its name.

    None where there are no tables.
    """
    present = set(inspect(connection).get_table_names())
    ours = sorted(present & {*metadata.tables, stamp.name})
    if not ours:
        return None
    before = connection.dialect.default_schema_name or "public"
    schema = f"{before[:_MAX_NAME]}_{mark}"
    quoted = _listed(connection, [schema])
    connection.exec_driver_sql(f"CREATE SCHEMA {quoted}")
    for name in ours:
        table = _listed(connection, [name])
        connection.exec_driver_sql(f"ALTER TABLE {table} SET SCHEMA {quoted}")
    return schema


def _last_number(connection: Connection, table: str, column: str) -> int:
    """Return the last number that a sequence gave; 0 if it gave none."""
    found = {"table": table, "column": column}
    sequence = connection.execute(text(f"SELECT {_SEQUENCE}"), found).scalar_one()
    row = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()
    return int(row.last_value) if row.is_called else 0


def _listed(connection: Connection, names: Sequence[str]) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return ", ".join(map(quote, names))


@contextmanager
def _copying(connection: Connection, statement: str) -> Iterator[Any]:
    """Open a COPY in the transaction of the connection. Raises StoreError."""
    connection.exec_driver_sql("SELECT 1")  # the transaction has begun
    driver: Any = connection.connection.driver_connection
    errors: Any = connection.dialect.dbapi
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as rows:
            yield rows
    except errors.Error as problem:
        # Only its type: the message may quote a row.
        raise StoreError(
            _("the tables cannot be copied ({problem})", problem=type(problem).__name__)
        ) from None
