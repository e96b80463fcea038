"""The recommendations of an event: the matches that its shortlists show, and no others.

The model proposes more patents for a need than its shortlist shows; the rest wait as spares. A
match counts as recommended from the moment it enters a list. One that leaves it again and that no
published version has was never shown to a firm, and counts no longer.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select

from matcher.access.roles import COMMAND_CALLER
from matcher.events.shortlist import Proposed, shortlist
from matcher.store import event_edits, events, match_history
from matcher.store.schema.events import event_needs
from matcher.store.schema.needs import match_events, matches, rankings, shown
from matcher.store.schema.times import now
from matcher.types import PatentId

Pair = tuple[str, str]
"""The ids of a need and a patent."""


def recommend_listed(
    connection: Connection, name: str, need_ids: Collection[str] | None = None
) -> None:
    """Bring the recommendations of needs, by default all of the event, up to their shortlists.

    Raises EventNotFoundError.
    """
    listed = _listed(connection, name, need_ids)
    of_needs = matches.c.need.in_(select(event_needs.c.need).where(_here(name, need_ids)))
    query = select(matches.c.id, matches.c.need, matches.c.patent).where(of_needs)
    pairs = {row.id: (row.need, row.patent) for row in connection.execute(query)}
    entered = [match for match, pair in pairs.items() if pair in listed]
    match_history.add_recommendations(connection, entered, COMMAND_CALLER, now())
    query = select(match_events.c.match).where(match_events.c.match.in_(pairs)).distinct()
    recommended = set(connection.execute(query).scalars())
    left = {match for match in recommended if pairs[match] not in listed}
    if not left:
        return
    needs = {need for need, _ in pairs.values()}
    for event in _events_of(connection, needs):
        listed |= _listed(connection, event, needs) | _published(connection, event)
    drafted = {match for match in left if pairs[match] not in listed}
    drafted -= _shown_matches(connection, of_needs)
    connection.execute(delete(match_events).where(match_events.c.match.in_(drafted)))


def _listed(connection: Connection, name: str, need_ids: Collection[str] | None) -> set[Pair]:
    """Return the patents of the event's shortlists, each with its need."""
    length = events.by_name(connection, name).options.shortlist_length
    query = (
        select(event_needs.c.need, matches.c.patent, shown.c.rank, shown.c.score)
        .join(shown, shown.c.ranking == event_needs.c.ranking)
        .join(matches, matches.c.id == shown.c.match)
        .where(_here(name, need_ids))
        .order_by(shown.c.rank)
    )
    proposed: Mapping[str, list[Proposed]] = defaultdict(list)
    for row in connection.execute(query):
        proposed[row.need].append(Proposed(PatentId(row.patent), row.rank, row.score))
    edits = event_edits.edits_in_force(connection, name)
    return {
        (need, patent)
        for need in proposed.keys() | edits.keys()
        for patent in shortlist(proposed[need], edits.get(need, ()), length).patents
    }


def _published(connection: Connection, event: str) -> set[Pair]:
    """Return the patents that a published version of the event showed, each with its need."""
    return {
        (need["id"], patent)
        for version in event_edits.published_contents(connection, event)
        for need in version["needs"]
        for patent in need["patents"]
    }


def _here(name: str, need_ids: Collection[str] | None) -> ColumnElement[bool]:
    """Condition on `event_needs`: of the event, and one of these needs if they are given."""
    here = event_needs.c.event == name
    return here if need_ids is None else here & event_needs.c.need.in_(need_ids)


def _events_of(connection: Connection, needs: Collection[str]) -> list[str]:
    """Return the events that have one of the needs."""
    query = select(event_needs.c.event).where(event_needs.c.need.in_(needs)).distinct()
    return list(connection.execute(query).scalars())


def _shown_matches(connection: Connection, of_needs: ColumnElement[bool]) -> set[str]:
    """Return the matches that stay recommended although no list has them now.

    Somebody followed them up or owns their case, or another caller asked for them.
    """
    event = match_events.c
    asked_elsewhere = exists().where(
        shown.c.match == matches.c.id,
        shown.c.ranking == rankings.c.id,
        rankings.c.asked_by != COMMAND_CALLER.key,
    )
    reasons = (
        event.from_state.is_not(None),
        event.by != COMMAND_CALLER.key,
        matches.c.case_owner.is_not(None),
        asked_elsewhere,
    )
    query = select(matches.c.id).join(match_events, event.match == matches.c.id)
    return set(connection.execute(query.where(of_needs, or_(*reasons))).scalars())
