"""The input and the output of planning: plain values, with ids chosen by the caller.

A *firm* (企业) walks from table to table; a *team* (团队) sits. Slots (时段) are numbered from 0 in
the order of `Rules.slots`, tables (桌) go by name. A person is identified by a string of the
caller's choice: an id, or a name that no two persons share.
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
    """Persons needed in each of its meetings; one person can represent several firms."""
    slots: frozenset[int] | None = None
    """The slots in which it is present; None for all."""
    max_meetings: int | None = None
    """Its own limit; None for the event's."""


@dataclass(frozen=True, slots=True)
class TeamOfEvent:
    """An inventor team that comes to the event."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    """Persons needed in each of its meetings; a professor can be in two teams."""
    slots: frozenset[int] | None = None
    """The slots in which it is present; None for all."""
    max_meetings: int | None = None
    """Its own limit; None for the event's."""
    table: str | None = None
    """The table that it asked for; None for any."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A possible meeting: a need of a firm, and a patent of a team that may answer it."""

    firm: str
    team: str
    fit: float
    """0 to 1, and comparable between needs; the scores that order one answer are not."""
    need: str
    patent: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A meeting that must be planned (手工安排), in its slot and at its table if it names them."""

    firm: str
    team: str
    slot: int | None = None
    table: str | None = None
    is_forced: bool = False
    """True if the staff placed it beyond the presence and the limits of both sides; has a slot."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A meeting that must not be planned (排除)."""

    firm: str
    team: str
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A meeting as an earlier plan has it, to be kept where that costs no fit."""

    firm: str
    team: str
    slot: int
    table: str
    is_published: bool = False
    """True if people were told of it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits of the event."""

    slots: tuple[str, ...]
    """The name of each slot, in order of time: `09:00-09:20`."""
    tables: tuple[str, ...]
    max_per_firm: int = 4
    max_per_team: int = 8
    """Over all patents and all needs of the team."""
    min_fit: float = 0.25
    """The lowest fit of a meeting that is not pinned."""


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """The complete input of a plan."""

    rules: Rules
    firms: tuple[Firm, ...]
    teams: tuple[TeamOfEvent, ...]
    wishes: tuple[Wish, ...]
    pins: tuple[Pin, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    standing: tuple[Standing, ...] = ()

    def firm(self, firm_id: str) -> Firm:
        """Return the firm with this id. Raises KeyError."""
        return {firm.id: firm for firm in self.firms}[firm_id]

    def team(self, team_id: str) -> TeamOfEvent:
        """Return the team with this id. Raises KeyError."""
        return {team.id: team for team in self.teams}[team_id]


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
    """The firm whose absence makes room; None if both sides are free anyway."""


class Hurdle(StrEnum):
    """The reasons for which a pair does not meet, from the last check of a plan to the first."""

    SEARCH_ENDED = "search_ended"
    """Not known: the search ended before it proved that no plan is better."""
    SLOTS_TAKEN = "slots_taken"
    """In each common slot, one of the two or the last table is taken."""
    FIRM_FULL = "firm_full"
    TEAM_FULL = "team_full"
    NO_COMMON_SLOT = "no_common_slot"
    EXCLUDED = "excluded"
    BELOW_LINE = "below_line"
    """The fit is below `Rules.min_fit`."""
    NO_WISH = "no_wish"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A firm and a team that do not meet, with the reason."""

    firm: str
    team: str
    hurdle: Hurdle
    fit: float | None
    """None if they have no wish."""
    reason: str | None = None
    """The reason that the staff gave for an exclusion."""
    pins: tuple[Pin, ...] = ()
    """The pinned meetings that take the room of this one."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A firm or a team without a meeting."""

    kind: Literal["firm", "team"]
    id: str
    hurdle: Hurdle
    """The hurdle of the wish that came nearest to a meeting."""
    refusals: tuple[Refusal, ...]
    """One for each pair of its wishes, those nearest to a meeting first."""


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """Figures of a plan for the people who walk by it."""

    meetings: int = 0
    longest_wait: int = 0
    """Of a firm between two of its meetings, in minutes."""
    mean_wait: float = 0.0
    """Over all pairs of consecutive meetings of a firm, in minutes."""
    table_changes: int = 0
    """Times that a firm goes to another table for its next meeting."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The timetable (日程): all meetings, reserves, and the parties without a meeting."""

    meetings: tuple[Meeting, ...]
    """By slot, then table."""
    reserves: tuple[Reserve, ...]
    """By slot, the best first."""
    left_out: tuple[LeftOut, ...]
    """Firms, then teams, each by id."""
    moves: tuple[Meeting, ...]
    """Meetings away from the home table of their team."""
    is_best: bool
    """True if it is proven that no plan serves more firms, or as many with a better fit."""
    figures: PlanFigures = PlanFigures()
