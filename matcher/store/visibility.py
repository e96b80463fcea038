"""SQL conditions for the needs and matches that a caller may see.

`matcher.needs.visibility` has the rule for one need.
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from matcher.access.roles import Caller, Role
from matcher.needs.record import NeedState, PublishScope
from matcher.store.schema.needs import match_events, matches, needs


def needs_seen_by(caller: Caller, today: date | None = None) -> ColumnElement[bool]:
    """Condition on `needs` equal to `sees_need`, for lists."""
    if caller.role is Role.TTO:
        return and_(
            asking(today or date.today()),
            needs.c.publish_scope.in_([PublishScope.PUBLIC, PublishScope.MASKED]),
        )
    return _own_needs(caller)


def needs_of(caller: Caller, enterprise: str) -> ColumnElement[bool]:
    """Condition on `needs`: of this enterprise, as far as the caller may know the enterprise."""
    is_theirs = needs.c.enterprise == enterprise
    if caller.role is Role.TTO:
        return and_(is_theirs, needs.c.publish_scope == PublishScope.PUBLIC)
    return is_theirs


def matches_seen_by(caller: Caller) -> ColumnElement[bool]:
    """Condition on `matches` for lists; it needs no join with `needs`."""
    if caller.role in (Role.STAFF, Role.ADMIN):
        return true()
    if caller.role is Role.TTO and caller.institution:
        return matches.c.institution == caller.institution
    return matches.c.need.in_(select(needs.c.id).where(_own_needs(caller)))


def was_recommended() -> ColumnElement[bool]:
    """Condition on `matches`: shown to somebody, and not only held as a spare of an event."""
    history = match_events.alias()  # the query around it may read the history too
    return exists().where(history.c.match == matches.c.id)


def asking(today: date) -> ColumnElement[bool]:
    """Condition on `needs` equal to `NeedRecord.is_asking`."""
    lasting = or_(needs.c.expires_on.is_(None), needs.c.expires_on >= today)
    return and_(needs.c.state == NeedState.OPEN, lasting)


def _own_needs(caller: Caller) -> ColumnElement[bool]:
    if caller.role in (Role.STAFF, Role.ADMIN):
        return true()
    if caller.role is Role.ENTERPRISE and caller.enterprise:
        return needs.c.enterprise == caller.enterprise
    if caller.role is Role.PORTAL:
        return needs.c.created_by == caller.key
    return false()
