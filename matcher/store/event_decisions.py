"""Decisions of the staff about meetings, in the table of the edits and numbered with them."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from matcher.events.decision import DecisionKind, KeptDecision, MeetingDecision
from matcher.store.schema.events import event_edits

NO_NEED = ""
"""Need of a decision: a meeting is about a firm and a team, not about one need."""
KINDS = frozenset(kind.value for kind in DecisionKind)


def add(connection: Connection, name: str, entry: KeptDecision) -> int:
    """Append a decision, ignoring its `number`; return the number it gets."""
    decision = entry.decision
    values = {
        "event": name,
        "need": NO_NEED,
        "kind": decision.kind.value,
        "value": {
            "firm": decision.firm,
            "team": decision.team,
            "slot": decision.slot,
            "table": decision.table,
            "reason": decision.reason,
            "is_forced": decision.is_forced,
        },
        "made_at": entry.made_at,
        "made_by": entry.made_by,
    }
    query = insert(event_edits).returning(event_edits.c.number)
    return int(connection.execute(query, values).scalar_one())


def decisions_of(connection: Connection, name: str) -> list[KeptDecision]:
    """Return every decision of an event in the order they were made, undone ones too."""
    columns = event_edits.c
    query = select(event_edits).where(columns.event == name, columns.kind.in_(KINDS))
    return [from_row(row) for row in connection.execute(query.order_by(columns.number))]


def decisions_in_force(connection: Connection, name: str) -> tuple[MeetingDecision, ...]:
    """Return the decisions that were not undone, in order."""
    kept = decisions_of(connection, name)
    return tuple(entry.decision for entry in kept if entry.undone_at is None)


def from_row(row: Row[Any]) -> KeptDecision:
    """Return the decision of a row of `event_edits`."""
    return KeptDecision(
        number=row.number,
        decision=MeetingDecision(DecisionKind(row.kind), **row.value),
        made_at=row.made_at,
        made_by=row.made_by,
        undone_at=row.undone_at,
    )
