"""The stored record of an event: its settings, needs, teams, firms, and the staff's edits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from matcher.errors import NotFoundError
from matcher.events.shortlist import SHORTLIST_LENGTH, Edit
from matcher.needs.record import NeedRecord
from matcher.types import Fit


class EventNotFoundError(NotFoundError):
    """There is no event of this name."""


MIN_FIT_TO_MEET: Mapping[Fit, float] = {"strong": 0.75, "fair": 0.5, "weak": 0.0}
"""The lowest fit of a planned meeting, by the lowest label that the event allows."""


class EventState(StrEnum):
    """The state of an event's papers: 草稿, 已审核, 已发布."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"


class EventNeedState(StrEnum):
    """The state of matching a need of the event."""

    WAITING = "waiting"
    MATCHED = "matched"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EventOptions:
    """The limits of an event, the same for all firms and teams."""

    shortlist_length: int = SHORTLIST_LENGTH
    """Patents shown for one need."""
    meetings_per_firm: int = 4
    meetings_per_team: int = 8
    """Over all patents and all needs of the team."""
    line: Fit = "fair"
    """The lowest fit label with which a meeting is planned. Stored under this name."""


@dataclass(frozen=True, slots=True)
class Event:
    """A matchmaking event (对接活动)."""

    name: str
    created_at: datetime
    updated_at: datetime
    day: date | None = None
    place: str | None = None
    slots: tuple[str, ...] = ()
    """Beginning and end of each slot on the day, in order: `14:00-14:20`."""
    tables: tuple[str, ...] = ()
    options: EventOptions = field(default=EventOptions())
    state: EventState = EventState.DRAFT


@dataclass(frozen=True, slots=True)
class EventNeed:
    """A need that an event is to answer."""

    need: NeedRecord
    position: int
    """In the order of the sheet, from 1."""
    state: EventNeedState = EventNeedState.WAITING
    problem: str | None = None
    """The reason of a failure."""
    ranking: str | None = None
    """The id of the model's current proposal."""


@dataclass(frozen=True, slots=True)
class EventTeam:
    """An inventor team that comes to the event."""

    institution: str
    team: str
    persons: tuple[str, ...] = ()
    """Names of the persons at its table; a person can belong to two teams."""
    slots: tuple[str, ...] | None = None
    """The slots in which it is present; None for all."""
    table: str | None = None
    """The table that it asked for; None for any."""


@dataclass(frozen=True, slots=True)
class EventFirm:
    """An enterprise with its persons and slots, where the sheet of firms gives them."""

    enterprise: str
    persons: tuple[str, ...] = ()
    slots: tuple[str, ...] | None = None
    """The slots in which it is present; None for all."""


@dataclass(frozen=True, slots=True)
class KeptEdit:
    """A stored edit with its author and time."""

    number: int
    need: str
    edit: Edit
    made_at: datetime
    made_by: str
    undone_at: datetime | None = None

    @property
    def kind(self) -> str:
        """The kind of the edit."""
        return self.edit.kind.value
