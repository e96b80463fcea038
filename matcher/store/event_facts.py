"""What an event's papers say of it besides its shortlists: models, versions, states of matches."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from matcher.events.list_stamp import stamp
from matcher.matches.record import MatchRecord
from matcher.matches.states import MatchState
from matcher.store import event_edits
from matcher.store import matches as stored_matches
from matcher.store.schema.events import event_needs, event_versions
from matcher.store.schema.needs import matches, rankings


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one event."""

    models: tuple[tuple[str, str, int, datetime], ...]
    """Model, index, how many needs they answered, and when they did so last."""
    version: int | None
    """The last version that was kept."""
    states: Mapping[str, MatchState]
    """Where each match of its needs stands, by id."""
    stamps: Mapping[str, str]
    """What each need's shortlist was made of, by the need's id."""


def facts(connection: Connection, name: str) -> Facts:
    """What is known of the event of this name; nothing for an unknown one."""
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
    return Facts(
        models=tuple(
            (model, index, count, asked_at)
            for model, index, count, asked_at in connection.execute(query)
        ),
        version=connection.execute(version).scalar_one(),
        states={row.id: MatchState(row.state) for row in connection.execute(states)},
        stamps=_stamps(connection, name),
    )


def matches_of(connection: Connection, name: str) -> dict[str, MatchRecord]:
    """Every match of the event's needs, by its id."""
    query = (
        select(matches)
        .join(event_needs, event_needs.c.need == matches.c.need)
        .where(event_needs.c.event == name)
    )
    return {row.id: stored_matches.from_row(row) for row in connection.execute(query)}


def _stamps(connection: Connection, name: str) -> dict[str, str]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for kept in event_edits.edits_of(connection, name):
        if kept.undone_at is None:
            numbers[kept.need].append(kept.number)
    columns = event_needs.c
    query = select(columns.need, columns.ranking).where(columns.event == name)
    return {row.need: stamp(row.ranking, numbers[row.need]) for row in connection.execute(query)}
