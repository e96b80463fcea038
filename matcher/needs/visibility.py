"""Which needs and matches a caller may see, and how much of a need: the one place that says so.

| role | needs | matches |
|---|---|---|
| staff, admin | all | all |
| enterprise | its own | those of its needs |
| portal | those that its key sent in | those of these needs |
| tto | asking ones, by publish scope | its institution's own |
| auditor | none | none |

Somebody else's record is not found: that it exists is not told.
"""

from datetime import date
from enum import IntEnum

from matcher.access.roles import Caller, Role
from matcher.needs.record import (
    NeedRecord,
    PublishScope,
)


class Sight(IntEnum):
    """How much of a need a caller may see; each sees what the one before does."""

    HIDDEN = 0
    TECHNICAL = 1
    """What is needed, but not who needs it and on which terms (脱敏)."""
    PUBLISHED = 2
    """Everything but the contact person and what the programme keeps beside it."""
    OWN = 3
    """All of it."""


def sight(caller: Caller, need: NeedRecord, today: date | None = None) -> Sight:
    """How much of a need the caller may see; `today` is for its expiry."""
    if caller.role in (Role.STAFF, Role.ADMIN) or _is_own(caller, need):
        return Sight.OWN
    if caller.role is not Role.TTO or not need.is_asking(today or date.today()):
        return Sight.HIDDEN
    return _PUBLISHED[need.publish_scope]


def sight_by_match(caller: Caller, need: NeedRecord, today: date | None = None) -> Sight:
    """How much of a need the caller may see who may see a match of it: what is needed at least."""
    return max(Sight.TECHNICAL, sight(caller, need, today))


def sees_need(caller: Caller, need: NeedRecord, today: date | None = None) -> bool:
    """Whether the caller may see anything of a need."""
    return sight(caller, need, today) is not Sight.HIDDEN


_PUBLISHED = {
    PublishScope.PUBLIC: Sight.PUBLISHED,
    PublishScope.MASKED: Sight.TECHNICAL,
    PublishScope.MATCH_ONLY: Sight.HIDDEN,
}


def _is_own(caller: Caller, need: NeedRecord) -> bool:
    if caller.role is Role.ENTERPRISE:
        return bool(caller.enterprise) and need.enterprise == caller.enterprise
    return caller.role is Role.PORTAL and need.created_by == caller.key
