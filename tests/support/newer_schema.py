"""A program newer than this one, whose only news are migrations written here for the tests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import Connection, event

from matcher.store import migrate as migrating
from matcher.store import migrations, revision

NEXT = f"{int(revision.HEAD) + 1:04}"

EXPANDING = """
op.create_table("newer_table", sa.Column("id", sa.Integer(), primary_key=True))
op.create_index("ix_newer_table_id", "newer_table", ["id"])
for table in ("patents", "needs", "matches", "match_events", "events", "sessions", "accounts",
              "idempotency_keys", "audit_trail", "personal_contacts", "consents", "rankings"):
    op.add_column(table, sa.Column("newer", sa.String(20)))
    op.add_column(table, sa.Column("newer_flag", sa.Boolean(), nullable=False,
                                   server_default=sa.false()))
op.create_index("ix_needs_newer", "needs", ["newer"], if_not_exists=True)
"""
"""What a migration may do under programs that know nothing of it."""
CONTRACTING = 'op.drop_table("card_overrides")\n'


def write_migration(folder: Path, steps: str, kind: str) -> Path:
    """Write the next migration; one that contracts leaves only programs of its own revision."""
    lines = ["import sqlalchemy as sa", "from alembic import op", f"revision = {NEXT!r}"]
    lines += [f"down_revision = {revision.HEAD!r}", f"kind = {kind!r}"]
    lines += [f"oldest_program = {NEXT!r}"] if kind == "contract" else []
    lines += ["def upgrade():", *(f"    {line}" for line in steps.strip().splitlines())]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"r{NEXT}_newer.py"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@contextmanager
def newer_program(folder: Path, steps: str = EXPANDING, kind: str = "expand") -> Iterator[None]:
    """Let `matcher.store.migrate` be that of the newer program; all else stays as it is."""
    write_migration(folder, steps, kind)
    ours = migrating.config

    def config(connection: Connection | None = None) -> Config:
        settings = ours(connection)
        versions = Path(migrations.__file__).parent / "versions"
        settings.set_main_option("path_separator", "newline")
        settings.set_main_option("version_locations", f"{versions}\n{folder}")
        return settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrating, "HEAD", NEXT)
        patch.setattr(migrating, "config", config)
        yield


_HARMLESS = re.compile(
    r"SELECT|PRAGMA|INSERT|UPDATE|SAVEPOINT|RELEASE|SET LOCAL|"
    r"CREATE INDEX IF NOT EXISTS|ALTER TABLE \S+ ADD COLUMN",
    re.IGNORECASE,
)
_NEW_TABLE = re.compile(r"CREATE TABLE (\S+)", re.IGNORECASE)
_OF_TABLE = re.compile(
    r"(?:CREATE (?:UNIQUE )?INDEX \S+ ON|CREATE TRIGGER .*? ON) (\S+)", re.IGNORECASE | re.DOTALL
)


def narrowing(statements: list[str]) -> list[str]:
    """Return the statements that an expanding migration may not make.

    It makes tables, and in tables of before columns that may be empty or have a default of the
    database, and indexes that are left alone where the operator made them before, without a lock.
    """
    made: set[str] = set()
    bad = []
    for statement in (" ".join(each.split()) for each in statements):
        if match := _NEW_TABLE.match(statement):
            made.add(match[1])
        elif (match := _OF_TABLE.match(statement)) and match[1] in made:
            continue
        elif not _HARMLESS.match(statement) or _demands(statement):
            bad.append(statement)
    return bad


def _demands(statement: str) -> bool:
    """True if a column is added that a program which does not know it cannot fill."""
    upper = statement.upper()
    is_added = "ADD COLUMN" in upper
    return is_added and ("UNIQUE" in upper or ("NOT NULL" in upper and "DEFAULT" not in upper))


@contextmanager
def statements_of(connection: Connection) -> Iterator[list[str]]:
    """Note every statement of a connection."""
    noted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        noted.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(connection, "before_cursor_execute", note)
