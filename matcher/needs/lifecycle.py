"""Life cycle of a stored need: posting, changing and closing, each with its conditions."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from matcher.access.roles import Caller, Role
from matcher.errors import ConflictError, ForbiddenError, InputError
from matcher.ids import new_id
from matcher.language.messages import _
from matcher.needs.record import (
    ClosedReason,
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)


@dataclass(frozen=True, slots=True)
class NeedEdit:
    """Content of a need as it is posted or after a change."""

    details: NeedDetails
    publish_scope: PublishScope
    pledge_wish: bool
    expires_on: date | None
    contact: bytes | None
    """The enterprise's contact person, encrypted."""


def posted(
    caller: Caller, edit: NeedEdit, moment: datetime, today: date, keep_days: int
) -> NeedRecord:
    """Return a new need; it expires after `keep_days` unless it has a last day.

    Raises ForbiddenError where it names another enterprise than its key, and InputError.
    """
    details = _owned(caller, edit.details)
    if edit.expires_on is not None:
        _check_expiry(edit.expires_on, today)
    return NeedRecord(
        id=new_id("need"),
        created_by=caller.key,
        details=details,
        contact=edit.contact,
        publish_scope=edit.publish_scope,
        pledge_wish=edit.pledge_wish,
        state=NeedState.OPEN,
        closed_reason=None,
        expires_on=edit.expires_on or today + timedelta(keep_days),
        created_at=moment,
        updated_at=moment,
        version=1,
    )


def changed(
    caller: Caller, need: NeedRecord, edit: NeedEdit, moment: datetime, today: date
) -> NeedRecord:
    """Return the need after a change; a later day opens an expired need again.

    Raises ConflictError for a closed need, and what `posted` raises.
    """
    if need.state is NeedState.CLOSED:
        raise ConflictError(_("the need is closed and stays as it was: send it in anew"))
    if edit.expires_on is None:
        raise InputError(
            _("expires_on: a need has a last day; leave it out to keep the one it has")
        )
    if edit.expires_on != need.expires_on:
        _check_expiry(edit.expires_on, today)
    return replace(
        need,
        details=_owned(caller, edit.details),
        contact=edit.contact,
        publish_scope=edit.publish_scope,
        pledge_wish=edit.pledge_wish,
        expires_on=edit.expires_on,
        updated_at=moment,
        version=need.version + 1,
    )


def closed(need: NeedRecord, reason: ClosedReason, moment: datetime) -> NeedRecord:
    """Return the need closed. Raises ConflictError where it is closed already."""
    if need.state is NeedState.CLOSED:
        raise ConflictError(_("the need is closed already"))
    return replace(
        need,
        state=NeedState.CLOSED,
        closed_reason=reason,
        updated_at=moment,
        version=need.version + 1,
    )


def check_asking(need: NeedRecord, today: date) -> None:
    """Raise ConflictError for a need that is closed or expired."""
    if need.state is NeedState.CLOSED:
        raise ConflictError(_("the need is closed: it is matched no more; send it in anew"))
    if not need.is_asking(today):
        raise ConflictError(
            _(
                "the need expired on {expires_on}: give it a later expires_on to match it again",
                expires_on=need.expires_on,
            )
        )


def _owned(caller: Caller, details: NeedDetails) -> NeedDetails:
    """Return the details with the enterprise of the caller's key, if that is an enterprise's."""
    if caller.role is not Role.ENTERPRISE:
        return details
    if details.enterprise not in (None, caller.enterprise):
        raise ForbiddenError(
            _(
                "this key sends in needs of {enterprise}: leave `enterprise` out",
                enterprise=caller.enterprise,
            )
        )
    return replace(details, enterprise=caller.enterprise)


def _check_expiry(day: date, today: date) -> None:
    if day < today:
        raise InputError(_("expires_on {day} is past: a need asks until its last day", day=day))
