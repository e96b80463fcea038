"""Facts of an event for its report besides the shortlists: models, version, match states."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from matcher.events.shortlist import list_stamp
from matcher.matches.record import MatchRecord
from matcher.matches.states import MatchState
from matcher.store import event_edits
from matcher.store import matches as stored_matches
from matcher.store.schema.events import event_needs, event_versions
from matcher.store.schema.needs import matches, rankings


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Facts of one event."""

    models: tuple[tuple[str, str, int, datetime], ...]
    """Model, index, number of needs they answered, and the time of the last answer."""
    version: int | None
    """Number of the last saved version."""
    states: Mapping[str, MatchState]
    """State of each match of the event's needs, by match id."""
    stamps: Mapping[str, str]
    """Stamp of each need's shortlist, by need id."""


def read_facts(connection: Connection, name: str) -> EventFacts:
    """Read the facts of an event; all empty for an unknown event."""
    answered = func.count()
    query = (
        select(rankings.c.model, rankings.c.index, answered, func.max(rankings.c.asked_at))
        .join(event_needs, event_needs.c.ranking == rankings.c.id)
        .where(event_needs.c.event == name)
        .group_by(rankings.c.model, rankings.c.index)
        .order_by(answered.desc(), rankings.c.model, rankings.c.index)
    )
    states = (
        select(matches.c.id, matches.c.state)
        .join(event_needs, event_needs.c.need == matches.c.need)
        .where(event_needs.c.event == name)
    )
    version = select(func.max(event_versions.c.number)).where(event_versions.c.event == name)
    return EventFacts(
        models=tuple(
            (model, index, count, asked_at)
            for model, index, count, asked_at in connection.execute(query)
        ),
        version=connection.execute(version).scalar_one(),
        states={row.id: MatchState(row.state) for row in connection.execute(states)},
        stamps=_stamps(connection, name),
    )


def matches_of(connection: Connection, name: str) -> dict[str, MatchRecord]:
    """Return every match of the event's needs, by match id."""
    query = (
        select(matches)
        .join(event_needs, event_needs.c.need == matches.c.need)
        .where(event_needs.c.event == name)
    )
    return {row.id: stored_matches.from_row(row) for row in connection.execute(query)}


def _stamps(connection: Connection, name: str) -> dict[str, str]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for entry in event_edits.edits_of(connection, name):
        if entry.undone_at is None:
            numbers[entry.need].append(entry.number)
    columns = event_needs.c
    query = select(columns.need, columns.ranking).where(columns.event == name)
    return {
        row.need: list_stamp(row.ranking, numbers[row.need]) for row in connection.execute(query)
    }
