"""Tables of the portal: keys, needs, matches, audit; Alembic keeps the revision from here on."""

import secrets
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_trail_no_update BEFORE UPDATE ON audit_trail "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
        "CREATE TRIGGER audit_trail_no_delete BEFORE DELETE ON audit_trail "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
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
"""Statements by dialect that make the database itself refuse changes of the audit trail."""


def upgrade() -> None:
    """Create the new tables and columns; move contacts to theirs, with their consents."""
    contacts = _taken_out("personal_contacts")
    op.create_table(
        "alliance_members",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("alliance", sa.String(200), nullable=False),
        sa.Column("institution", sa.String(200), nullable=False),
        sa.Column("role", sa.String(60)),
        sa.Column("joined_on", sa.Date()),
        sa.Column("left_on", sa.Date()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("alliance", "institution"),
    )
    op.create_index("ix_alliance_members_institution", "alliance_members", ["institution"])

    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("label", sa.String(200)),
        sa.Column("institution", sa.String(200)),
        sa.Column("enterprise", sa.String(200)),
        sa.Column("hashed", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime()),
        sa.Column("revoked_at", sa.DateTime()),
        sa.Column("last_used_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "arrivals",
        sa.Column("patent", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("arrived_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("patent"),
    )
    op.create_table(
        "audit_trail",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("by", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_audit_trail_action", "audit_trail", ["action"])
    op.create_index("ix_audit_trail_at", "audit_trail", ["at"])
    op.create_index("ix_audit_trail_subject", "audit_trail", ["subject"])

    op.create_table(
        "contracts",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("patent", sa.String(60), nullable=False),
        sa.Column("match", sa.String(40)),
        sa.Column("institution", sa.String(200)),
        sa.Column("enterprise", sa.String(200)),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("term_until", sa.Date()),
        sa.Column("recordal_due_on", sa.Date()),
        sa.Column("recordal_number", sa.String(60)),
        sa.Column("recordal_on", sa.Date()),
        sa.Column("person", sa.String(200)),
        sa.Column("office", sa.String(200)),
        sa.Column("note", sa.Text()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number", "patent"),
    )
    op.create_index("ix_contracts_institution", "contracts", ["institution"])
    op.create_index("ix_contracts_patent", "contracts", ["patent"])

    op.create_table(
        "events",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("place", sa.String(200)),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("plan", sa.JSON()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", sa.JSON()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("caller", "digest"),
    )
    op.create_index("ix_idempotency_keys_started_at", "idempotency_keys", ["started_at"])

    op.create_table(
        "needs",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("enterprise", sa.String(200)),
        sa.Column("created_by", sa.String(20), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("contact", sa.LargeBinary()),
        sa.Column("publish_scope", sa.String(20), nullable=False),
        sa.Column("pledge_wish", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("closed_reason", sa.String(40)),
        sa.Column("expires_on", sa.Date()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_needs_created_by", "needs", ["created_by"])
    op.create_index("ix_needs_enterprise", "needs", ["enterprise"])
    op.create_index("ix_needs_state", "needs", ["state"])

    op.create_table(
        "personal_contacts",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("institution", sa.String(200), nullable=False),
        sa.Column("team", sa.String(200), nullable=False),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("institution", "team", "person"),
    )
    op.create_table(
        "pledges",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("patent", sa.String(60), nullable=False),
        sa.Column("institution", sa.String(200)),
        sa.Column("pledgee", sa.String(200)),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.Column("released_on", sa.Date()),
        sa.Column("note", sa.Text()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number", "patent"),
    )
    op.create_index("ix_pledges_institution", "pledges", ["institution"])
    op.create_index("ix_pledges_patent", "pledges", ["patent"])

    op.create_table(
        "pool_patents",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("pool", sa.String(200), nullable=False),
        sa.Column("patent", sa.String(60), nullable=False),
        sa.Column("institution", sa.String(200)),
        sa.Column("joined_on", sa.Date()),
        sa.Column("left_on", sa.Date()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("pool", "patent"),
    )
    op.create_index("ix_pool_patents_institution", "pool_patents", ["institution"])
    op.create_index("ix_pool_patents_patent", "pool_patents", ["patent"])

    op.create_table(
        "pools",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("operator", sa.String(200)),
        sa.Column("field", sa.String(200)),
        sa.Column("terms", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_index("ix_pools_operator", "pools", ["operator"])

    op.create_table(
        "product_filings",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("patent", sa.String(60), nullable=False),
        sa.Column("institution", sa.String(200)),
        sa.Column("enterprise", sa.String(200), nullable=False),
        sa.Column("product", sa.String(200), nullable=False),
        sa.Column("number", sa.String(60)),
        sa.Column("filed_on", sa.Date()),
        sa.Column("due_on", sa.Date()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("note", sa.Text()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("patent", "enterprise", "product"),
    )
    op.create_index("ix_product_filings_institution", "product_filings", ["institution"])

    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_by", sa.String(20), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_webhooks_created_by", "webhooks", ["created_by"])

    op.create_table(
        "consents",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("contact", sa.String(40), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("purpose", sa.Text()),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date()),
        sa.Column("expires_on", sa.Date()),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(20), nullable=False),
        sa.Column("replaced_at", sa.DateTime()),
        sa.Column("withdrawn_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["contact"], ["personal_contacts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_consents_contact", "consents", ["contact"])

    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("webhook", sa.String(40), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_until", sa.DateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer()),
        sa.Column("last_error", sa.String(60)),
        sa.Column("settled_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["webhook"], ["webhooks.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_due", ["state", "due_at"], unique=False)
    op.create_index("ix_deliveries_webhook", "deliveries", ["webhook"])

    op.create_table(
        "event_edits",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(200), nullable=False),
        sa.Column("need", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("patent", sa.String(60)),
        sa.Column("value", sa.JSON()),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("undone_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["event"], ["events.name"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_edits_event", "event_edits", ["event"])

    op.create_table(
        "event_firms",
        sa.Column("event", sa.String(200), nullable=False),
        sa.Column("enterprise", sa.String(200), nullable=False),
        sa.Column("persons", sa.JSON(), nullable=False),
        sa.Column("slots", sa.JSON()),
        sa.ForeignKeyConstraint(["event"], ["events.name"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event", "enterprise"),
    )
    op.create_table(
        "event_teams",
        sa.Column("event", sa.String(200), nullable=False),
        sa.Column("institution", sa.String(200), nullable=False),
        sa.Column("team", sa.String(200), nullable=False),
        sa.Column("persons", sa.JSON(), nullable=False),
        sa.Column("slots", sa.JSON()),
        sa.Column("table_name", sa.String(60)),
        sa.ForeignKeyConstraint(["event"], ["events.name"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event", "institution", "team"),
    )
    op.create_table(
        "event_versions",
        sa.Column("event", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["events.name"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event", "number"),
    )
    op.create_table(
        "matches",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("need", sa.String(40), nullable=False),
        sa.Column("patent", sa.String(60), nullable=False),
        sa.Column("institution", sa.String(200)),
        sa.Column("industry", sa.String(10)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("case_owner", sa.String(200)),
        sa.Column("case_owner_kind", sa.String(20)),
        sa.Column("case_office", sa.String(200)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["need"], ["needs.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("need", "patent"),
    )
    op.create_index("ix_matches_institution", "matches", ["institution"])
    op.create_index("ix_matches_need", "matches", ["need"])
    op.create_index("ix_matches_patent", "matches", ["patent"])
    op.create_index("ix_matches_state", "matches", ["state"])

    op.create_table(
        "rankings",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("need", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.String(20), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("index", sa.String(60), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["need"], ["needs.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_rankings_need", "rankings", ["need"])

    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("need", sa.String(40), nullable=False),
        sa.Column("patent", sa.String(60), nullable=False),
        sa.Column("institution", sa.String(200)),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("fit", sa.String(10), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("index", sa.String(60), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("match", sa.String(40)),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime()),
        sa.Column("decided_by", sa.String(20)),
        sa.ForeignKeyConstraint(["need"], ["needs.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("need", "patent"),
    )
    op.create_index("ix_suggestions_institution", "suggestions", ["institution"])
    op.create_index("ix_suggestions_made_at", "suggestions", ["made_at"])
    op.create_index("ix_suggestions_need", "suggestions", ["need"])
    op.create_index("ix_suggestions_state", "suggestions", ["state"])

    op.create_table(
        "event_needs",
        sa.Column("event", sa.String(200), nullable=False),
        sa.Column("need", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("ranking", sa.String(40)),
        sa.ForeignKeyConstraint(["event"], ["events.name"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["need"], ["needs.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ranking"], ["rankings.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("event", "need"),
    )
    op.create_table(
        "match_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match", sa.String(40), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("from_state", sa.String(20)),
        sa.Column("to_state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("note", sa.Text()),
        sa.Column("next_action", sa.Text()),
        sa.Column("next_action_on", sa.Date()),
        sa.ForeignKeyConstraint(["match"], ["matches.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_match_events_match", "match_events", ["match"])

    op.create_table(
        "relay_requests",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("match", sa.String(40), nullable=False),
        sa.Column("institution", sa.String(200), nullable=False),
        sa.Column("asked_by", sa.String(20), nullable=False),
        sa.Column("contact", sa.String(40)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(20)),
        sa.ForeignKeyConstraint(["match"], ["matches.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_relay_requests_contact", "relay_requests", ["contact"])
    op.create_index("ix_relay_requests_institution", "relay_requests", ["institution"])
    op.create_index("ix_relay_requests_match", "relay_requests", ["match"])
    op.create_index("ix_relay_requests_state", "relay_requests", ["state"])

    op.create_table(
        "shown",
        sa.Column("ranking", sa.String(40), nullable=False),
        sa.Column("match", sa.String(40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("legal_status", sa.String(20), nullable=False),
        sa.Column("status_as_of", sa.Date()),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["match"], ["matches.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ranking"], ["rankings.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ranking", "match"),
    )
    op.create_index("ix_shown_match", "shown", ["match"])

    with op.batch_alter_table("institutions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("id", sa.String(40)))
        batch_op.add_column(sa.Column("kind", sa.String(20)))
        batch_op.add_column(sa.Column("region", sa.String(40)))
        batch_op.add_column(sa.Column("created_at", sa.DateTime()))
        batch_op.add_column(sa.Column("updated_at", sa.DateTime()))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.create_unique_constraint("institutions_id_key", ["id"])

    _put_back(contacts)
    _complete_institutions()
    for statement in APPEND_ONLY[op.get_context().dialect.name]:
        op.execute(statement)
    op.execute("DELETE FROM meta WHERE key = 'schema_version'")


def _taken_out(table: str) -> list[Any]:
    """Return every row of a table and drop it."""
    rows = list(op.get_bind().execute(sa.text(f"SELECT * FROM {table} ORDER BY id")).mappings())
    op.drop_table(table)
    return rows


def _put_back(contacts: list[Any]) -> None:
    """Split each row into a contact and its consent, as an import adds them."""
    tables = sa.MetaData()
    held = sa.Table("personal_contacts", tables, autoload_with=op.get_bind())
    consents = sa.Table("consents", tables, autoload_with=op.get_bind())
    moment = _now()
    for contact in contacts:
        same = {name: contact[name] for name in ("institution", "team", "person", "sealed")}
        identity = _new_id("contact")
        op.execute(held.insert().values(id=identity, stored_at=moment, **same))
        consent = {
            "id": _new_id("consent"),
            "contact": identity,
            "scope": contact["scope"],
            "recipients": [],
            "evidence": contact["evidence"],
            "expires_on": _day(contact["expires"]),
            "recorded_at": moment,
            "recorded_by": "import",
        }
        op.execute(consents.insert().values(consent))


def _complete_institutions() -> None:
    """Fill the columns of existing rows with the values that a new row gets."""
    institutions = sa.Table("institutions", sa.MetaData(), autoload_with=op.get_bind())
    for name in op.get_bind().execute(sa.select(institutions.c.name)).scalars().all():
        made = {"id": _new_id("inst"), "created_at": _now(), "updated_at": _now()}
        op.execute(institutions.update().where(institutions.c.name == name).values(made))


def _new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _day(value: Any) -> date | None:
    """Convert a date, which SQLite returns as text without a column type."""
    return date.fromisoformat(value) if isinstance(value, str) else value
