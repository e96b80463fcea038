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

import re
from datetime import date
from enum import IntEnum

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, true

from matcher.access.roles import Caller, Role
from matcher.needs.record import (
    MatchNotFoundError,
    MatchRecord,
    NeedNotFoundError,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.store import matches as stored_matches
from matcher.store import needs as stored_needs
from matcher.store.schema.needs import matches, needs


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


def visible_need(connection: Connection, caller: Caller, need_id: str) -> NeedRecord:
    """The need, if the caller may see it (`sight` says how much). Raises NeedNotFoundError."""
    need = stored_needs.find(connection, need_id) if _ID.fullmatch(need_id) else None
    if need is None or not sees_need(caller, need):
        raise NeedNotFoundError(f"there is no need {need_id[:60]!r} that this key may see")
    return need


def visible_match(connection: Connection, caller: Caller, match_id: str) -> MatchRecord:
    """The match, if the caller may see it. Raises MatchNotFoundError."""
    seen = matches_seen_by(caller)
    match = stored_matches.find(connection, match_id, seen) if _ID.fullmatch(match_id) else None
    if match is None:
        raise MatchNotFoundError(f"there is no match {match_id[:60]!r} that this key may see")
    return match


def needs_seen_by(caller: Caller, today: date | None = None) -> ColumnElement[bool]:
    """The condition on `needs` that `sees_need` is, for lists."""
    if caller.role is Role.TTO:
        return and_(
            asking(today or date.today()),
            needs.c.publish_scope.in_([PublishScope.PUBLIC, PublishScope.MASKED]),
        )
    return _own_needs(caller)


def needs_of(caller: Caller, enterprise: str) -> ColumnElement[bool]:
    """The condition that a need is an enterprise's, as far as the caller may know whose it is."""
    whose = needs.c.enterprise == enterprise
    if caller.role is Role.TTO:
        return and_(whose, needs.c.publish_scope == PublishScope.PUBLIC)
    return whose


def matches_seen_by(caller: Caller) -> ColumnElement[bool]:
    """The condition on `matches` for lists; it needs no join with `needs`."""
    if caller.role in (Role.STAFF, Role.ADMIN):
        return true()
    if caller.role is Role.TTO and caller.institution:
        return matches.c.institution == caller.institution
    return matches.c.need.in_(select(needs.c.id).where(_own_needs(caller)))


def asking(today: date) -> ColumnElement[bool]:
    """The condition on `needs` that `NeedRecord.is_asking` is."""
    lasting = or_(needs.c.expires_on.is_(None), needs.c.expires_on >= today)
    return and_(needs.c.state == NeedState.OPEN, lasting)


_ID = re.compile(r"[!-~]{1,60}")
"""What an id can look like: not every database takes any text to look for."""
_PUBLISHED = {
    PublishScope.PUBLIC: Sight.PUBLISHED,
    PublishScope.MASKED: Sight.TECHNICAL,
    PublishScope.MATCH_ONLY: Sight.HIDDEN,
}


def _is_own(caller: Caller, need: NeedRecord) -> bool:
    if caller.role is Role.ENTERPRISE:
        return bool(caller.enterprise) and need.enterprise == caller.enterprise
    return caller.role is Role.PORTAL and need.created_by == caller.key


def _own_needs(caller: Caller) -> ColumnElement[bool]:
    if caller.role in (Role.STAFF, Role.ADMIN):
        return true()
    if caller.role is Role.ENTERPRISE and caller.enterprise:
        return needs.c.enterprise == caller.enterprise
    if caller.role is Role.PORTAL:
        return needs.c.created_by == caller.key
    return false()
