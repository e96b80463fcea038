from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from matcher.access.roles import Caller, Role
from matcher.errors import ConflictError, ForbiddenError, InputError
from matcher.needs.lifecycle import (
    NeedEdit,
    changed,
    check_asking,
    closed,
    posted,
)
from matcher.needs.record import (
    ClosedReason,
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)

TODAY = date(2026, 6, 1)
MOMENT = datetime(2026, 6, 1, 8, tzinfo=UTC)
LATER = MOMENT + timedelta(hours=1)
PORTAL = Caller("a1", Role.PORTAL)
FIRM = Caller("b2", Role.ENTERPRISE, enterprise="样例电池厂")
EDIT = NeedEdit(NeedDetails(text="隔膜"), PublishScope.MATCH_ONLY, False, None, None)


def need(caller: Caller = PORTAL, **changes: object) -> NeedRecord:
    return posted(caller, replace(EDIT, **changes), MOMENT, TODAY, 180)  # type: ignore[arg-type]


def test_a_need_without_a_last_day_expires_after_the_default_time() -> None:
    made = need()

    assert made.expires_on == date(2026, 11, 28)  # 180 days: 29 of June, 31+31+30+31 = 152, 28
    assert (made.state, made.version, made.created_by) == (NeedState.OPEN, 1, "a1")
    assert made.is_asking(date(2026, 11, 28)) and not made.is_asking(date(2026, 11, 29))


def test_a_need_belongs_to_the_enterprise_of_its_key() -> None:
    assert need(FIRM).enterprise == "样例电池厂"
    assert need(FIRM, details=NeedDetails(text="隔膜", enterprise="样例电池厂")).enterprise
    with pytest.raises(ForbiddenError, match="样例电池厂"):
        need(FIRM, details=NeedDetails(text="隔膜", enterprise="样例机械厂"))


def test_a_need_cannot_expire_before_it_begins() -> None:
    assert need(expires_on=TODAY).expires_on == TODAY
    with pytest.raises(InputError, match="past"):
        need(expires_on=TODAY - timedelta(1))


def test_a_change_raises_the_version_and_keeps_other_fields() -> None:
    before = need()
    edit = replace(EDIT, details=NeedDetails(text="夹爪"), expires_on=before.expires_on)

    after = changed(PORTAL, before, edit, LATER, TODAY)

    expected = replace(before, details=edit.details, updated_at=LATER, version=2)
    assert after == expected


def test_an_expired_need_is_open_again_with_a_later_day() -> None:
    before = need(expires_on=TODAY)
    later = TODAY + timedelta(10)
    with pytest.raises(ConflictError, match="expired"):
        check_asking(before, later)

    same = changed(PORTAL, before, replace(EDIT, expires_on=TODAY), LATER, later)
    assert not same.is_asking(later)
    with pytest.raises(InputError, match="past"):
        changed(PORTAL, before, replace(EDIT, expires_on=TODAY + timedelta(1)), LATER, later)
    check_asking(changed(PORTAL, before, replace(EDIT, expires_on=later), LATER, later), later)


def test_a_closed_need_cannot_be_changed() -> None:
    before = closed(need(), ClosedReason.MATCHED, LATER)

    assert (before.state, before.closed_reason, before.version) == (NeedState.CLOSED, "matched", 2)
    with pytest.raises(ConflictError):
        closed(before, ClosedReason.OTHER, LATER)
    with pytest.raises(ConflictError):
        changed(PORTAL, before, EDIT, LATER, TODAY)
    with pytest.raises(ConflictError):
        check_asking(before, TODAY)
