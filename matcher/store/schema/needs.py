"""Tables of needs, of the rankings that answered them, and of matches with their history."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from matcher.store.schema.catalogue import metadata
from matcher.store.schema.times import UtcTime

needs = Table(
    "needs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("enterprise", String(200), index=True),
    Column("created_by", String(20), nullable=False, index=True),
    Column("record", JSON, nullable=False),
    Column("contact", LargeBinary),
    Column("publish_scope", String(20), nullable=False),
    Column("pledge_wish", Boolean, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("closed_reason", String(40)),
    Column("expires_on", Date),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
)
"""`record` is the need's form, `contact` the encrypted contact person; `created_by` is a key's id,
 `state` open or closed, `version` counts the edits, `pledge_wish` is 质押融资意愿."""

rankings = Table(
    "rankings",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("need", ForeignKey("needs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("asked_at", UtcTime, nullable=False),
    Column("asked_by", String(20), nullable=False),
    Column("need_version", Integer, nullable=False),
    Column("model", String(200), nullable=False),
    Column("index", String(60), nullable=False),
    Column("answer", JSON, nullable=False),
)
"""Answers as they were shown: `answer` is without the results, which are in `shown`."""

matches = Table(
    "matches",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("need", ForeignKey("needs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("patent", String(60), nullable=False, index=True),
    Column("institution", String(200), index=True),
    Column("industry", String(10)),
    Column("state", String(20), nullable=False, index=True),
    Column("case_owner", String(200)),
    Column("case_owner_kind", String(20)),
    Column("case_office", String(200)),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("need", "patent"),
)
"""Pairs of need and patent. `patent` is an id, not a row: the match outlives the catalogue.
`institution` and `industry` (the patent's best) are as of the first recommendation; the case owner
is an attorney or a broker of an office."""

shown = Table(
    "shown",
    metadata,
    Column("ranking", ForeignKey("rankings.id", ondelete="CASCADE"), primary_key=True),
    Column("match", ForeignKey("matches.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("rank", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("legal_status", String(20), nullable=False),
    Column("status_as_of", Date),
    Column("result", JSON, nullable=False),
)
"""Results of matches in rankings, frozen: `result` is the whole object as shown to the caller."""

match_events = Table(
    "match_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("match", ForeignKey("matches.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("happened_at", UtcTime, nullable=False),
    Column("by", String(20), nullable=False),
    Column("role", String(20), nullable=False),
    Column("from_state", String(20)),
    Column("to_state", String(20), nullable=False),
    Column("reason", String(40)),
    Column("note", Text),
    Column("next_action", Text),
    Column("next_action_on", Date),
    sqlite_autoincrement=True,
)
"""The history of a match, from its recommendation on; `by` is a key's id."""
