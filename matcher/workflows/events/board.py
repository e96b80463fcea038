"""An event as it stands now: each need with its shortlist and what was shown of each patent.

Planning, the workbook, the pages and the versions are all made from this one picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from matcher.events.record import (
    Event,
    EventFirm,
    EventNeed,
    EventTeam,
)
from matcher.events.shortlist import (
    Entry,
    Proposed,
    Shortlist,
    shortlist,
)
from matcher.store import event_edits, events

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A patent of a shortlist, with the match that it is and the result as it was shown."""

    entry: Entry
    match: str | None
    result: Json | None
    """The object of `matcher.search.answer_json.match_json`; None where it was never shown."""

    @property
    def title(self) -> str:
        """The patent's title; its id where it was never shown."""
        return (self.result or {}).get("title") or self.entry.patent

    @property
    def institution(self) -> str | None:
        """The house of the patent's team, or else its owner."""
        result = self.result or {}
        return (result.get("team") or {}).get("institution") or result.get("owner")


@dataclass(frozen=True, slots=True)
class BoardNeed:
    """A need of the event with its shortlist."""

    asked: EventNeed
    shortlist: Shortlist
    listed: tuple[Listed, ...]
    """The shortlist's entries, in its order."""
    proposed: tuple[Proposed, ...]
    """What the model proposed, whatever the staff made of it."""
    excluded_titles: Mapping[str, str]
    """The titles of the patents that the staff took out, of those that were ever shown."""

    def excluded_name(self, patent: str) -> str:
        """A patent that was taken out, by its title and number."""
        title = self.excluded_titles.get(patent)
        return f"《{title}》{patent}" if title else patent


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that is known of an event."""

    event: Event
    needs: tuple[BoardNeed, ...]
    """In the order of the sheet."""
    teams: tuple[EventTeam, ...]
    firms: tuple[EventFirm, ...]
    plan: Json | None
    """The meetings as they were planned last; None where there is no plan."""

    def need(self, need_id: str) -> BoardNeed | None:
        """The need with this id, if it comes to the event."""
        return next((one for one in self.needs if one.asked.need.id == need_id), None)


def read_board(connection: Connection, name: str) -> Board:
    """The event as it stands. Raises EventNotFoundError."""
    event = events.named(connection, name)
    proposals = event_edits.proposals(connection, name)
    edits = event_edits.standing(connection, name)
    asked = events.needs_of(connection, name)
    results = event_edits.latest_results(connection, name)
    needs = []
    for one in asked:
        proposed = proposals.get(one.need.id, [])
        made = shortlist(proposed, edits.get(one.need.id, ()), event.options.shortlist_length)
        listed = tuple(
            _listed(entry, results.get((one.need.id, entry.patent))) for entry in made.entries
        )
        shown = {gone.patent: results.get((one.need.id, gone.patent)) for gone in made.excluded}
        titles = {str(patent): found[1]["title"] for patent, found in shown.items() if found}
        needs.append(BoardNeed(one, made, listed, tuple(proposed), titles))
    return Board(
        event=event,
        needs=tuple(needs),
        teams=tuple(events.teams_of(connection, name)),
        firms=tuple(events.firms_of(connection, name)),
        plan=events.plan_of(connection, name),
    )


def _listed(entry: Entry, found: tuple[str, Json] | None) -> Listed:
    match, result = found or (None, None)
    return Listed(entry, match, result)
