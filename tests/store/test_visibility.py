"""Each role against each need: what `sight` says, and that lists say the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import Connection

from matcher.access.roles import Caller, Role
from matcher.matches.record import MatchNotFoundError
from matcher.needs.record import (
    NeedDetails,
    NeedNotFoundError,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.needs.visibility import (
    Sight,
    sees_need,
    sight,
    sight_by_match,
)
from matcher.store import matches, needs
from matcher.store.database import Store
from matcher.store.matches import visible_match
from matcher.store.needs import visible_need
from matcher.store.schema.times import now
from matcher.store.visibility import (
    matches_seen_by,
    needs_of,
    needs_seen_by,
)

TODAY = date.today()
PORTAL, OTHER_PORTAL = Caller("portal", Role.PORTAL), Caller("portal2", Role.PORTAL)
FIRM = Caller("firm", Role.ENTERPRISE, enterprise="样例电池厂")
OTHER_FIRM = Caller("firm2", Role.ENTERPRISE, enterprise="样例机械厂")
TTO = Caller("tto", Role.TTO, institution="样例大学")
OTHER_TTO = Caller("tto2", Role.TTO, institution="样例研究院")
STAFF, ADMIN = Caller("staff", Role.STAFF), Caller("admin", Role.ADMIN)
AUDITOR = Caller("auditor", Role.AUDITOR)
CALLERS = (PORTAL, OTHER_PORTAL, FIRM, OTHER_FIRM, TTO, OTHER_TTO, STAFF, ADMIN, AUDITOR)
OWN_SIDE = (PORTAL, FIRM, STAFF, ADMIN)


def need(
    scope: PublishScope, state: NeedState = NeedState.OPEN, expires_on: date | None = TODAY
) -> NeedRecord:
    """A need of the sample firm that the sample portal sent in."""
    return NeedRecord(
        id=f"need_{scope}_{state}_{expires_on}",
        created_by=PORTAL.key,
        details=NeedDetails(text="隔膜", enterprise=FIRM.enterprise),
        contact=None,
        publish_scope=scope,
        pledge_wish=False,
        state=state,
        closed_reason=None,
        expires_on=expires_on,
        created_at=now(),
        updated_at=now(),
        version=1,
    )


DAYS = (None, TODAY, TODAY - timedelta(1))
NEEDS = [need(*parts) for parts in product(PublishScope, NeedState, DAYS)]


@pytest.fixture
def connection() -> Iterator[Connection]:
    with Store("sqlite://") as store, store.writing() as connection:
        for record in NEEDS:
            needs.add(connection, record)
        yield connection


@pytest.mark.parametrize("caller", CALLERS, ids=lambda c: c.key)
@pytest.mark.parametrize("scope", PublishScope)
def test_what_each_role_sees_of_an_asking_need(caller: Caller, scope: PublishScope) -> None:
    by_tto = {
        PublishScope.PUBLIC: Sight.PUBLISHED,
        PublishScope.MASKED: Sight.TECHNICAL,
        PublishScope.MATCH_ONLY: Sight.HIDDEN,
    }[scope]
    expected = Sight.HIDDEN
    if caller in OWN_SIDE:
        expected = Sight.OWN
    elif caller.role is Role.TTO:
        expected = by_tto

    assert sight(caller, need(scope), TODAY) is expected


@pytest.mark.parametrize("stale", [need(PublishScope.PUBLIC, NeedState.CLOSED), NEEDS[2]])
def test_what_asks_no_more_is_seen_by_its_own_side_alone(stale: NeedRecord) -> None:
    assert [c for c in CALLERS if sees_need(c, stale, TODAY)] == [*OWN_SIDE]


def test_a_match_shows_what_is_needed_whatever_is_published() -> None:
    hidden, public = need(PublishScope.MATCH_ONLY), need(PublishScope.PUBLIC)

    assert sight_by_match(TTO, hidden, TODAY) is Sight.TECHNICAL
    assert sight_by_match(TTO, public, TODAY) is Sight.PUBLISHED
    assert sight_by_match(TTO, replace(public, state=NeedState.CLOSED), TODAY) is Sight.TECHNICAL
    assert sight_by_match(FIRM, hidden, TODAY) is Sight.OWN


@pytest.mark.parametrize("caller", CALLERS, ids=lambda c: c.key)
def test_lists_agree_with_single_needs(connection: Connection, caller: Caller) -> None:
    listed = {n.id for n in needs.page(connection, needs_seen_by(caller, TODAY), limit=100)}

    assert listed == {n.id for n in NEEDS if sees_need(caller, n, TODAY)}


def test_a_tto_cannot_filter_masked_needs_by_enterprise(connection: Connection) -> None:
    where = needs_seen_by(TTO, TODAY) & needs_of(TTO, "样例电池厂")

    scopes = {n.publish_scope for n in needs.page(connection, where, limit=100)}

    assert scopes == {PublishScope.PUBLIC}


@pytest.mark.parametrize("name", ["need_none", "", "x" * 5000, "need\0", "需求"])
def test_an_unknown_need_is_not_found(connection: Connection, name: str) -> None:
    with pytest.raises(NeedNotFoundError):
        visible_need(connection, STAFF, name)


def test_a_hidden_need_and_a_missing_need_give_the_same_error(connection: Connection) -> None:
    record = need(PublishScope.MATCH_ONLY)

    assert visible_need(connection, FIRM, record.id).enterprise == FIRM.enterprise
    with pytest.raises(NeedNotFoundError) as hidden:
        visible_need(connection, TTO, record.id)
    with pytest.raises(NeedNotFoundError) as missing:
        visible_need(connection, TTO, "need_x")
    assert str(hidden.value).replace(record.id, "need_x") == str(missing.value)


def test_a_match_is_seen_by_the_needs_side_and_by_the_institution(connection: Connection) -> None:
    match = matches.add(
        connection,
        need=NEEDS[0].id,
        patent="CN1",
        institution="样例大学",
        industry=None,
        moment=now(),
    )

    for caller in CALLERS:
        listed = [m.match.id for m in matches.page(connection, matches_seen_by(caller), limit=9)]
        if caller in (*OWN_SIDE, TTO):
            assert visible_match(connection, caller, match.id) == match
            assert listed == [match.id]
        else:
            assert listed == []
            with pytest.raises(MatchNotFoundError):
                visible_match(connection, caller, match.id)
