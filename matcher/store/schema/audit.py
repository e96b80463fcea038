"""Table of the audit trail: caller, act, record, time and reason. Rows are never changed."""

from collections.abc import Mapping

from sqlalchemy import Column, Connection, Integer, String, Table, Text, event, text

from matcher.store.schema.catalogue import metadata

audit_trail = Table(
    "audit_trail",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False, index=True),
    Column("by", String(20), nullable=False),
    Column("role", String(20), nullable=False),
    Column("action", String(60), nullable=False, index=True),
    Column("subject", String(100), nullable=False, index=True),
    Column("details", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)
"""`seq` counts from 1 without a gap; `at` is ISO 8601 in UTC to the microsecond and `details` is
canonical JSON, both as text, because `digest` covers exactly the stored text; `by` is a key's id;
`previous` is the digest of the row before."""

APPEND_ONLY: Mapping[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER audit_trail_no_update BEFORE UPDATE ON audit_trail "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
        "CREATE TRIGGER audit_trail_no_delete BEFORE DELETE ON audit_trail "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
        # INSERT OR REPLACE deletes without asking the trigger above.
        "CREATE TRIGGER audit_trail_no_replace BEFORE INSERT ON audit_trail "
        "WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit_trail) "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_trail_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''the audit trail is append-only''; END'",
        "CREATE TRIGGER audit_trail_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_trail "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_refuse()",
        "CREATE OR REPLACE FUNCTION audit_trail_in_order() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN IF NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit_trail) THEN "
        "RAISE EXCEPTION ''the audit trail is append-only''; END IF; RETURN NEW; END'",
        "CREATE TRIGGER audit_trail_in_order BEFORE INSERT ON audit_trail "
        "FOR EACH ROW EXECUTE FUNCTION audit_trail_in_order()",
    ),
}
"""Statements by SQLAlchemy's dialect name that make the database itself refuse every change.

A migration executes them after it creates the table.
"""


@event.listens_for(audit_trail, "after_create")
def _make_append_only(_table: Table, connection: Connection, **_more: object) -> None:
    for statement in APPEND_ONLY.get(connection.dialect.name, ()):
        connection.execute(text(statement))
