"""What a plan of meetings is made from, and what it is. Plain values; ids are the caller's own.

A *firm* (企业) walks from table to table; a *team* (团队) sits. Slots (时段) are numbered from 0 in
the order of `Rules.slots`, tables (桌) go by name. Persons are told apart by whatever string the
caller gives, so it must give ids or names that no two of them share.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Pair = tuple[str, str]
"""The ids of a firm and of a team."""


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise that comes to the event."""

    id: str
    name: str
    representatives: tuple[str, ...] = ()
    """Persons who are needed in each of its meetings; one may speak for several firms."""
    slots: frozenset[int] | None = None
    """When it can; None: always."""
    most: int | None = None
    """Its own limit of meetings, instead of the event's."""


@dataclass(frozen=True, slots=True)
class TeamOfEvent:
    """An inventor team that comes to the event."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    """Persons who are needed in each of its meetings; a professor may be in two teams."""
    slots: frozenset[int] | None = None
    most: int | None = None
    table: str | None = None
    """The table that it wants; None for any."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A need of a firm that a patent of a team may answer."""

    firm: str
    team: str
    fit: float
    """From 0 to 1, and comparable between needs; the scores that order one answer are not."""
    need: str
    patent: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A meeting that has to be (钉住), in this slot if one is named."""

    firm: str
    team: str
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A meeting that must not be (排除)."""

    firm: str
    team: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The event's own limits."""

    slots: tuple[str, ...]
    """What each slot is called, in order of time: `09:00-09:20`."""
    tables: tuple[str, ...]
    most_per_firm: int = 4
    most_per_team: int = 8
    """Over all patents of the team and all needs."""
    line: float = 0.25
    """No meeting below this fit, unless it is pinned."""


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """Everything that a plan depends on."""

    rules: Rules
    firms: tuple[Firm, ...]
    teams: tuple[TeamOfEvent, ...]
    wishes: tuple[Wish, ...]
    pins: tuple[Pin, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    def firm(self, firm: str) -> Firm:
        """The firm with this id. Raises KeyError."""
        return {one.id: one for one in self.firms}[firm]

    def team(self, team: str) -> TeamOfEvent:
        """The team with this id. Raises KeyError."""
        return {one.id: one for one in self.teams}[team]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A firm at a team's table."""

    slot: int
    table: str
    firm: str
    team: str
    fit: float
    """The best fit among the pair's wishes; 0 for a pinned pair without one."""
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Reserve:
    """A pair that could meet in a slot where a planned meeting does not happen (候补)."""

    slot: int
    table: str
    firm: str
    team: str
    fit: float
    instead_of: str | None = None
    """The firm that has to stay away first; None where both sides are free anyway."""


class Hurdle(StrEnum):
    """Why a pair does not meet, the last hurdle first."""

    SEARCH_ENDED = "search_ended"
    """Nothing known: the search ended before it was proven that nothing is better."""
    SLOTS_TAKEN = "slots_taken"
    """In each slot that they have in common, one of them or the last table is taken."""
    FIRM_FULL = "firm_full"
    TEAM_FULL = "team_full"
    NO_COMMON_SLOT = "no_common_slot"
    EXCLUDED = "excluded"
    BELOW_LINE = "below_line"
    NO_WISH = "no_wish"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a firm and a team do not meet."""

    firm: str
    team: str
    hurdle: Hurdle
    fit: float | None
    """None where they have no wish."""
    reason: str | None = None
    """What the staff said when it excluded them."""
    pins: tuple[Pin, ...] = ()
    """The pinned meetings among those that stand in the way."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A firm or a team without a meeting."""

    kind: Literal["firm", "team"]
    id: str
    hurdle: Hurdle
    """The last hurdle that any of its wishes came to."""
    refusals: tuple[Refusal, ...]
    """One for each of its wishes' pairs, those that came nearest to a meeting first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who meets whom, when and where (日程), and what comes of the rest."""

    meetings: tuple[Meeting, ...]
    """By slot, then table."""
    reserves: tuple[Reserve, ...]
    """By slot, the best first."""
    left_out: tuple[LeftOut, ...]
    """Firms, then teams, each by id."""
    moves: tuple[Meeting, ...]
    """Meetings away from the table where their team has most of its others."""
    is_best: bool
    """Whether it is proven that no plan serves more firms, or as many with a better fit."""
