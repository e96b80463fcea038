"""An event as it is kept: what it is, which needs and teams come, and what the staff changed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from matcher.errors import NotFoundError
from matcher.events.shortlist import SHORTLIST_LENGTH, Edit
from matcher.needs.record import NeedRecord
from matcher.types import Fit


class EventNotFoundError(NotFoundError):
    """There is no event of this name."""


class EventState(StrEnum):
    """How far the papers of an event are: 草稿, 已审核, 已发布."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"


class EventNeedState(StrEnum):
    """Whether a need of the event has a shortlist yet."""

    WAITING = "waiting"
    MATCHED = "matched"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EventOptions:
    """The limits that hold for everybody at an event."""

    shortlist_length: int = SHORTLIST_LENGTH
    """Patents that are shown for one need."""
    meetings_per_firm: int = 4
    meetings_per_team: int = 8
    """Over all the team's patents and all its needs."""
    line: Fit = "fair"
    """The label from which a firm is to have a meeting at least."""


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
    """Why it failed."""
    ranking: str | None = None
    """The id of the model's proposal that stands."""


@dataclass(frozen=True, slots=True)
class EventTeam:
    """A team that comes."""

    institution: str
    team: str
    persons: tuple[str, ...] = ()
    """Names of who sits at its table; a person can belong to two teams."""
    slots: tuple[str, ...] | None = None
    """When it can; None for always."""
    table: str | None = None
    """The table that it wants; None for any."""


@dataclass(frozen=True, slots=True)
class EventFirm:
    """An enterprise of which more is known than its needs."""

    enterprise: str
    persons: tuple[str, ...] = ()
    slots: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class KeptEdit:
    """An edit with who made it and when."""

    number: int
    need: str
    edit: Edit
    made_at: datetime
    made_by: str
    undone_at: datetime | None = None
