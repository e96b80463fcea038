"""The funnel and the performance against counts made by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from matcher.access.roles import Caller, Role
from matcher.errors import InputError
from matcher.ids import new_id
from matcher.matches.case_owner import CaseOwner, CaseOwnerKind
from matcher.matches.funnel import Funnel, FunnelFilters, FunnelLine
from matcher.matches.performance import Performance
from matcher.matches.periods import CountFilters, Period
from matcher.matches.record import MatchRecord
from matcher.matches.states import ExitReason, MatchState, take_step
from matcher.needs.record import (
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.store import funnel as stored_funnel
from matcher.store import (
    match_history,
    matches,
    needs,
)
from matcher.store import performance as stored_performance
from matcher.store.database import Store
from matcher.store.matches import assign_case_owner
from matcher.store.schema.programme import contracts

FIRM = Caller("firm", Role.ENTERPRISE, enterprise="样例电池厂")
TTO = Caller("tto", Role.TTO, institution="样例大学")
STAFF = Caller("staff", Role.STAFF)
MAY, JUNE = datetime(2026, 5, 31, 23, 59, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
LI = CaseOwner("样例李", CaseOwnerKind.BROKER, "样例技术转移中心")
WANG = CaseOwner("样例王", CaseOwnerKind.ATTORNEY, "样例代理所")


def recommend(
    connection: Connection, institution: str | None, industry: str | None, moment: datetime
) -> MatchRecord:
    need = NeedRecord(
        id=new_id("need"),
        created_by="portal",
        details=NeedDetails(text="隔膜", enterprise=FIRM.enterprise),
        contact=None,
        publish_scope=PublishScope.MATCH_ONLY,
        pledge_wish=False,
        state=NeedState.OPEN,
        closed_reason=None,
        expires_on=None,
        created_at=moment,
        updated_at=moment,
        version=1,
    )
    needs.add(connection, need)
    match = matches.add(
        connection,
        need=need.id,
        patent="CN201910000001.1",
        institution=institution,
        industry=industry,
        moment=moment,
    )
    match_history.add_recommendation(connection, match.id, FIRM)
    return match


def walk(connection: Connection, match: MatchRecord, *states: str) -> MatchRecord:
    for word in states:
        to = MatchState(word)
        reason = ExitReason.TERMS if to is MatchState.NOT_INTERESTED else None
        taken = take_step(MatchState(match.state), to, Role.STAFF, reason, "记录")
        match, _ = match_history.add_follow_up(connection, match, STAFF, step=taken)
    return match


def contract(connection: Connection, number: str, day: date, **values: object) -> None:
    row = {
        "id": new_id("contract"),
        "number": number,
        "patent": "CN201910000001.1",
        "institution": "样例大学",
        "kind": "non_exclusive",
        "signed_on": day,
        "created_at": JUNE,
        "updated_at": JUNE,
        "version": 1,
    }
    connection.execute(insert(contracts).values({**row, **values}))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Five matches: three of one institution, one of another, one of nobody known.

    a  样例大学   NM   May   viewed, contacted, in talks, signed
    b  样例大学   NM   June  in talks, not interested
    c  样例大学   BIO  June  contacted, intent by mistake, back to contacted
    d  样例研究院 NM   June  contacted, ended, reopened as contacted
    e  -          -    June  (only recommended)
    """
    with Store(f"sqlite:///{(tmp_path / 'matcher.sqlite').as_posix()}") as store:
        with store.writing() as connection:
            a = recommend(connection, "样例大学", "NM", MAY)
            b = recommend(connection, "样例大学", "NM", JUNE)
            c = recommend(connection, "样例大学", "BIO", JUNE)
            d = recommend(connection, "样例研究院", "NM", JUNE)
            recommend(connection, None, None, JUNE)
            a = walk(connection, a, "viewed", "contacted", "in_talks", "signed")
            walk(connection, b, "in_talks", "not_interested")
            walk(connection, c, "contacted", "intent", "contacted")
            d = walk(connection, d, "contacted", "in_talks", "ended", "contacted")
            assign_case_owner(connection, a, LI)
            assign_case_owner(connection, d, WANG)
            contract(connection, "HT-1", date(2026, 6, 30), match=a.id, amount=Decimal("100000.50"))
            # The same contract about a second patent, and one that names who handled it.
            second = {"patent": "CN201910000002.X", "amount": Decimal("0.50")}
            contract(connection, "HT-1", date(2026, 6, 30), match=a.id, **second)
            contract(
                connection,
                "HT-2",
                date(2026, 7, 1),
                match=a.id,
                person=WANG.name,
                office=WANG.office,
            )
            contract(
                connection,
                "HT-3",
                date(2026, 7, 2),
                institution="样例研究院",
                amount=Decimal("7"),
            )
        yield store


def funnel(store: Store, caller: Caller = STAFF, **filters: object) -> Funnel:
    with store.reading() as connection:
        return stored_funnel.funnel(connection, caller, FunnelFilters(**filters))  # type: ignore[arg-type]


def now_of(line: FunnelLine) -> dict[str, int]:
    return {state.value: count for state, count in line.now.items() if count}


def reached_of(line: FunnelLine) -> dict[str, int]:
    return {state.value: count for state, count in line.reached.items() if count}


def test_the_whole_funnel(store: Store) -> None:
    counted = funnel(store)
    assert counted.total.matches == 5
    assert now_of(counted.total) == {
        "recommended": 1,
        "contacted": 2,
        "signed": 1,
        "not_interested": 1,
    }
    # A mistake that was taken back (c) does not count; what was reached before an end (d) does.
    assert reached_of(counted.total) == {
        "recommended": 5,
        "viewed": 4,
        "contacted": 4,
        "in_talks": 3,
        "intent": 1,
        "signed": 1,
    }
    assert list(counted.total.now) == list(MatchState)
    sizes = [(line.value, line.matches) for line in counted.by_industry]
    assert sizes == [("NM", 3), ("BIO", 1), ("unknown", 1)]
    sizes = [(line.value, line.matches) for line in counted.by_institution]
    assert sizes == [("样例大学", 3), ("unknown", 1), ("样例研究院", 1)]
    assert [(m.value, m.matches) for m in counted.by_month] == [("2026-05", 1), ("2026-06", 4)]
    assert reached_of(counted.by_industry[1]) == {"recommended": 1, "viewed": 1, "contacted": 1}


def test_an_office_sees_its_own_institution_under_every_filter(store: Store) -> None:
    own = funnel(store, TTO)
    assert own.total.matches == 3
    assert [line.value for line in own.by_institution] == ["样例大学"]
    assert funnel(store, TTO, institution="样例研究院").total.matches == 0
    assert funnel(store, Caller("x", Role.TTO, institution="样例大")).total.matches == 0


def test_each_filter_narrows(store: Store) -> None:
    assert funnel(store, since=date(2026, 6, 1)).total.matches == 4
    assert funnel(store, until=date(2026, 5, 31)).total.matches == 1
    assert funnel(store, since=date(2026, 5, 31), until=date(2026, 6, 1)).total.matches == 5
    assert funnel(store, institution="样例大学", industries=("NM",)).total.matches == 2
    assert funnel(store, since=date.min, until=date.max).total.matches == 5
    with pytest.raises(InputError, match="before"):
        FunnelFilters(since=date(2026, 6, 2), until=date(2026, 6, 1))


def test_an_institution_in_two_spellings_is_one(tmp_path: Path) -> None:
    with Store(f"sqlite:///{(tmp_path / 'matcher.sqlite').as_posix()}") as store:
        with store.writing() as connection:
            for name in ("样例大学（天津）", "样例大学(天津)", "样例大学(天津)", "样例大学"):
                recommend(connection, name, "NM", JUNE)
            for office in ("样例所（甲）", "样例所(甲)"):
                contract(connection, f"HT-{office}", date(2026, 6, 30), office=office)
        lines = funnel(store).by_institution
        assert [(line.value, line.matches) for line in lines] == [
            ("样例大学(天津)", 3),
            ("样例大学", 1),
        ]
        assert funnel(store, institution="样例大学 (天津)").total.matches == 3
        with store.reading() as connection:
            counted = stored_performance.performance(
                connection, STAFF, CountFilters(), Period.MONTH, "office"
            )
        assert [(line.office, line.contracts) for line in counted.lines if line.contracts] == [
            ("样例所(甲)", 2)
        ]


def test_an_empty_funnel_has_every_state(tmp_path: Path) -> None:
    with Store(f"sqlite:///{(tmp_path / 'empty.sqlite').as_posix()}") as empty:
        counted = funnel(empty)
    assert set(counted.total.now) == set(MatchState) and not now_of(counted.total)
    assert counted.by_month == ()


def performance(
    store: Store,
    period: Period = Period.MONTH,
    caller: Caller = STAFF,
    by: str = "person",
    **filters: object,
) -> Performance:
    with store.reading() as connection:
        return stored_performance.performance(
            connection,
            caller,
            CountFilters(**filters),  # type: ignore[arg-type]
            period,
            by,  # type: ignore[arg-type]
        )


def rows_of(counted: Performance) -> list[tuple[object, ...]]:
    return [
        (line.period, line.office, line.person, line.matches, line.contracts, str(line.amount))
        for line in counted.lines
    ]


def test_performance_by_month_and_person(store: Store) -> None:
    counted = performance(store)
    assert rows_of(counted) == [
        ("2026-05", LI.office, LI.name, 1, 0, "0.00"),
        ("2026-06", None, None, 3, 0, "0.00"),
        ("2026-06", WANG.office, WANG.name, 1, 0, "0.00"),
        ("2026-06", LI.office, LI.name, 0, 1, "100001.00"),
        ("2026-07", None, None, 0, 1, "7.00"),
        ("2026-07", WANG.office, WANG.name, 0, 1, "0.00"),
    ]
    assert [line.without_amount for line in counted.lines] == [0, 0, 0, 0, 0, 1]
    total = counted.total
    assert (total.period, total.matches, total.contracts) == ("all", 5, 3)
    assert (total.amount, total.without_amount) == (Decimal("100008.00"), 1)


def test_performance_by_quarter_year_and_office(store: Store) -> None:
    assert rows_of(performance(store, Period.QUARTER, by="office")) == [
        ("2026-Q2", None, None, 3, 0, "0.00"),
        ("2026-Q2", WANG.office, None, 1, 0, "0.00"),
        ("2026-Q2", LI.office, None, 1, 1, "100001.00"),
        ("2026-Q3", None, None, 0, 1, "7.00"),
        ("2026-Q3", WANG.office, None, 0, 1, "0.00"),
    ]
    assert {line.period for line in performance(store, Period.YEAR).lines} == {"2026"}


def test_performance_of_an_office_is_of_its_own_institution(store: Store) -> None:
    own = performance(store, caller=TTO)
    assert (own.total.matches, own.total.contracts) == (3, 2)
    assert own.total.amount == Decimal("100001.00")
    assert performance(store, caller=TTO, institution="样例研究院").total.contracts == 0
    assert performance(store, caller=replace(TTO, institution=None)).total.contracts == 0


def test_performance_within_days(store: Store) -> None:
    counted = performance(store, since=date(2026, 6, 1), until=date(2026, 6, 30)).total
    assert (counted.matches, counted.contracts) == (4, 1)
    assert performance(store, institution="样例研究院").total.amount == Decimal("7.00")
