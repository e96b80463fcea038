"""Tables of imported patents to be matched, and of suggestions."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from matcher.store.schema.catalogue import metadata
from matcher.store.schema.times import UtcTime

arrivals = Table(
    "arrivals",
    metadata,
    Column("patent", String(60), primary_key=True),
    Column("reason", String(20), nullable=False),
    Column("arrived_at", UtcTime, nullable=False),
)
"""Queue of patents that are new, or newly under an open licence, and not yet matched against the
open needs. `patent` is an id: the patent may leave the catalogue before that."""

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("need", ForeignKey("needs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("patent", String(60), nullable=False),
    Column("institution", String(200), index=True),
    Column("reason", String(20), nullable=False),
    Column("fit", String(10), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("model", String(200), nullable=False),
    Column("index", String(60), nullable=False),
    Column("need_version", Integer, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("result", JSON, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("match", String(40)),
    Column("made_at", UtcTime, nullable=False, index=True),
    Column("decided_at", UtcTime),
    Column("decided_by", String(20)),
    UniqueConstraint("need", "patent"),
)
"""Pairs of need and fitting patent, frozen: `result` is the patent's result in the need's answer,
`answer` the rest of that answer, as in a ranking. `match` is the id of the match it became."""
