"""Tables of matchmaking events (对接活动)."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Integer, String, Table, Text

from matcher.store.schema.catalogue import metadata
from matcher.store.schema.times import UtcTime

events = Table(
    "events",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("day", Date),
    Column("place", String(200)),
    Column("slots", JSON, nullable=False),
    Column("tables", JSON, nullable=False),
    Column("options", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("plan", JSON),
    Column("batch", JSON(none_as_null=True)),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)
"""`slots` are the beginnings and ends of the meetings (`14:00-14:20`), `tables` their names,
`plan` the meetings as they were planned last, `batch` the matching of the needs that is under
way or was stopped (matcher.workflows.events.batch)."""

event_needs = Table(
    "event_needs",
    metadata,
    Column("event", ForeignKey("events.name", ondelete="CASCADE"), primary_key=True),
    Column("need", ForeignKey("needs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("problem", Text),
    Column("ranking", ForeignKey("rankings.id", ondelete="SET NULL")),
)
"""`state` is waiting, matched or failed; `problem` is the reason of a failure; `ranking` is the
model's proposal in force."""

event_teams = Table(
    "event_teams",
    metadata,
    Column("event", ForeignKey("events.name", ondelete="CASCADE"), primary_key=True),
    Column("institution", String(200), primary_key=True),
    Column("team", String(200), primary_key=True),
    Column("persons", JSON, nullable=False),
    Column("slots", JSON),
    Column("table_name", String(60)),
)
"""`persons` are the names at the table, `slots` their available slots; null for all."""

event_firms = Table(
    "event_firms",
    metadata,
    Column("event", ForeignKey("events.name", ondelete="CASCADE"), primary_key=True),
    Column("enterprise", String(200), primary_key=True),
    Column("persons", JSON, nullable=False),
    Column("slots", JSON),
)
"""Firms with persons (names) or available slots on record."""

event_edits = Table(
    "event_edits",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("event", ForeignKey("events.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("need", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("patent", String(60)),
    Column("value", JSON),
    Column("made_at", UtcTime, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("undone_at", UtcTime),
    sqlite_autoincrement=True,
)
"""Edits of the staff in order, apart from the model's proposals."""

event_versions = Table(
    "event_versions",
    metadata,
    Column("event", ForeignKey("events.name", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("contents", JSON, nullable=False),
)
"""`contents` is the event at that time: shortlists, notes and plan."""
