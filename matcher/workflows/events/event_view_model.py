"""The view of an event: each need with its shortlist and the matches as they were shown.

Planning, the workbook, the pages and the versions are all made from this one value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher.events.decision import MeetingDecision
from matcher.events.planning.check import BrokenMeeting
from matcher.events.record import Event, EventFirm, EventNeed, EventTeam
from matcher.events.shortlist import Entry, Proposed, Shortlist
from matcher.events.shown_match import ShownMatch
from matcher.labels import Label
from matcher.needs.record import NeedRecord

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
    """The last plan, as `meeting_requests.plan_json` wrote it, without the meetings that no longer
    hold; None if there is none."""
    decisions: tuple[MeetingDecision, ...] = ()
    """The decisions of the staff about meetings that are in force, in order."""
    broken: tuple[BrokenMeeting, ...] = ()
    """The planned meetings that no longer hold."""
    changes: tuple[Label, ...] = ()
    """Changes of the event since the plan was made, by name."""

    @property
    def is_plan_current(self) -> bool:
        """True if the plan was made from what the event is now; true without a plan."""
        return not (self.broken or self.changes)

    def need(self, need_id: str) -> NeedView | None:
        """Return the need with this id, or None if it is not one of the event."""
        return next((need for need in self.needs if need.id == need_id), None)
