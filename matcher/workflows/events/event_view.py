"""The current view of an event: each need with its shortlist and the matches as they were shown.

Planning, the workbook, the pages and the versions are all made from this one view.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from matcher.events.shown_match import ShownMatch
from matcher.needs.record import NeedRecord
from matcher.store import event_edits, events
from matcher.text.organisations import Spellings

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ListedPatent:
    """A patent of a shortlist, with its match."""

    entry: Entry
    match: str | None
    """The id of the match; None if the patent was never shown for the need."""
    shown: ShownMatch | None
    """The match as it was shown last; None if it was never shown."""

    @property
    def title(self) -> str:
        """The patent's title, or its id if it was never shown."""
        return (self.shown.title if self.shown else "") or self.entry.patent

    @property
    def institution(self) -> str | None:
        """The institution of the patent's team, or else its owner."""
        return self.shown.institution if self.shown else None


@dataclass(frozen=True, slots=True)
class NeedView:
    """A need of the event with its shortlist."""

    event_need: EventNeed
    firm: str
    """The enterprise in the first spelling of the event; a need without one is its own firm."""
    shortlist: Shortlist
    listed: tuple[ListedPatent, ...]
    """The shortlist's entries, in its order."""
    proposed: tuple[Proposed, ...]
    """The model's proposal, before the staff's edits."""
    excluded_titles: Mapping[str, str]
    """The titles of the patents that the staff took out, if they were ever shown."""

    @property
    def id(self) -> str:
        """The id of the need."""
        return self.event_need.need.id

    @property
    def position(self) -> int:
        """The number of the need in the event, from 1."""
        return self.event_need.position

    @property
    def need(self) -> NeedRecord:
        """The stored need."""
        return self.event_need.need

    def excluded_name(self, patent: str) -> str:
        """Return the title and number of a patent that was taken out."""
        title = self.excluded_titles.get(patent)
        return f"《{title}》{patent}" if title else patent


@dataclass(frozen=True, slots=True)
class EventView:
    """An event with its needs, teams, firms and plan."""

    event: Event
    needs: tuple[NeedView, ...]
    """In the order of the sheet."""
    teams: tuple[EventTeam, ...]
    firms: tuple[EventFirm, ...]
    plan: Json | None
    """The last plan, as `meeting_requests.plan_json` wrote it; None if there is none."""

    def need(self, need_id: str) -> NeedView | None:
        """Return the need with this id, or None if it is not one of the event."""
        return next((need for need in self.needs if need.id == need_id), None)


def read_event_view(connection: Connection, name: str) -> EventView:
    """Read the event with the current state of everything. Raises EventNotFoundError."""
    event = events.by_name(connection, name)
    proposals = event_edits.proposals(connection, name)
    edits = event_edits.edits_in_force(connection, name)
    results = event_edits.latest_results(connection, name)
    spellings = Spellings()
    needs = []
    for event_need in events.needs_of(connection, name):
        need_id = event_need.need.id
        proposed = proposals.get(need_id, [])
        current = shortlist(proposed, edits.get(need_id, ()), event.options.shortlist_length)
        listed = tuple(
            _listed(entry, results.get((need_id, entry.patent))) for entry in current.entries
        )
        excluded = {out.patent: results.get((need_id, out.patent)) for out in current.excluded}
        titles = {str(patent): shown[1]["title"] for patent, shown in excluded.items() if shown}
        firm = spellings.of(event_need.need.enterprise or f"需求 {event_need.position}")
        needs.append(NeedView(event_need, firm, current, listed, tuple(proposed), titles))
    return EventView(
        event=event,
        needs=tuple(needs),
        teams=tuple(events.teams_of(connection, name)),
        firms=tuple(
            replace(firm, enterprise=spellings.of(firm.enterprise))
            for firm in events.firms_of(connection, name)
        ),
        plan=events.plan_of(connection, name),
    )


def _listed(entry: Entry, shown: tuple[str, Json] | None) -> ListedPatent:
    if shown is None:
        return ListedPatent(entry, None, None)
    match, result = shown
    return ListedPatent(entry, match, ShownMatch.from_json(result))
