"""Visibility of needs and matches by role, and the fields of a need that are shown.

| role | needs | matches |
|---|---|---|
| staff, admin | all | all |
| enterprise | its own | those of its needs |
| portal | those that its key sent in | those of these needs |
| tto | open ones, by publish scope | its institution's own |
| auditor | none | none |

A record that the caller may not see is reported as missing, so that its existence stays secret.
"""

from datetime import date
from enum import IntEnum

from matcher.access.roles import Caller, Role
from matcher.needs.record import (
    NeedRecord,
    PublishScope,
)


class Sight(IntEnum):
    """Part of a need that a caller may see; each level includes the one before."""

    HIDDEN = 0
    TECHNICAL = 1
    """Technical content, without the enterprise and its terms (脱敏)."""
    PUBLISHED = 2
    """Everything but the contact person and the programme's own fields."""
    OWN = 3
    """All of it."""


def sight(caller: Caller, need: NeedRecord, today: date | None = None) -> Sight:
    """Return the level at which the caller sees a need; `today` is for its expiry."""
    if caller.role in (Role.STAFF, Role.ADMIN) or _is_own(caller, need):
        return Sight.OWN
    if caller.role is not Role.TTO or not need.is_asking(today or date.today()):
        return Sight.HIDDEN
    return _PUBLISHED[need.publish_scope]


def sight_by_match(caller: Caller, need: NeedRecord, today: date | None = None) -> Sight:
    """Return the level for a caller who may see a match of the need: `TECHNICAL` at least."""
    return max(Sight.TECHNICAL, sight(caller, need, today))


def sees_need(caller: Caller, need: NeedRecord, today: date | None = None) -> bool:
    """True if the caller may see anything of a need."""
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
